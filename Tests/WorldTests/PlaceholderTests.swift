import Testing

@Suite("World")
struct PlaceholderTests {}
