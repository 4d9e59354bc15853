import Testing

@Suite("HTTPServer")
struct PlaceholderTests {}
