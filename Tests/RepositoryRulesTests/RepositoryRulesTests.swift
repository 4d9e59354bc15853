import Testing

/// Every rule of the house.
enum House {
    static let rules = [
        Rule.ofSize, Rule.ofLayers, Rule.ofWords, Rule.ofTests, Rule.ofDocuments,
        Rule.ofMigrations, Rule.ofRecipes, Rule.ofImage, Rule.ofLinks,
    ].flatMap { $0 }

    /// The tree, read once for all rules.
    static let repository = Result { try Repository.read() }
}

@Suite("Repository rules")
struct RepositoryRulesTests {
    @Test("the repository keeps every rule", arguments: House.rules)
    func keeps(_ rule: Rule) throws {
        let findings = rule.findings(try House.repository.get())
        for finding in findings {
            Issue.record("\(finding). \(rule.remedy)")
        }
    }

    @Test("the tree that is read is this repository")
    func readsThisRepository() throws {
        let repository = try House.repository.get()
        #expect(repository.files.contains { $0.name == "RepositoryRulesTests" })
        #expect(repository.files.contains { $0.isProduct })
        #expect(repository.texts.contains { $0.path == "Package.swift" })
    }
}
