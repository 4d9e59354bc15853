import Testing

@Suite("EndToEndTests")
struct PlaceholderTests {}
