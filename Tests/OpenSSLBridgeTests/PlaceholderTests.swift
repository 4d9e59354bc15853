import Testing

@Suite("OpenSSLBridge")
struct PlaceholderTests {}
