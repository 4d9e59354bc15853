import Testing

@Suite("AccountModel")
struct PlaceholderTests {}
