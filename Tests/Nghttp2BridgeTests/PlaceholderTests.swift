import Testing

@Suite("Nghttp2Bridge")
struct PlaceholderTests {}
