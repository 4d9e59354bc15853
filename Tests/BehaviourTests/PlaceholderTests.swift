import Testing

@Suite("BehaviourTests")
struct PlaceholderTests {}
