import Testing

@Suite("MockDigiCertOne")
struct PlaceholderTests {}
