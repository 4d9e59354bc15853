import Testing

@Suite("AccountStore")
struct PlaceholderTests {}
