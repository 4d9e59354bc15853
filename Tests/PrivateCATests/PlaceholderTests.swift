import Testing

@Suite("PrivateCA")
struct PlaceholderTests {}
