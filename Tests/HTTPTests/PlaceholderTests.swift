import Testing

@Suite("HTTP")
struct PlaceholderTests {}
