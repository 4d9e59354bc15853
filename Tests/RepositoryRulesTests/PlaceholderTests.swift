import Testing

@Suite("RepositoryRulesTests")
struct PlaceholderTests {}
