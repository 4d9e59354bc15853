import Testing

@Suite("AccountManagerAPI")
struct PlaceholderTests {}
