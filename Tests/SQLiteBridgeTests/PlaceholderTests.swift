import Testing

@Suite("SQLiteBridge")
struct PlaceholderTests {}
