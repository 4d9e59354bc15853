import Testing

@Suite("Rules of links")
struct LinkRulesTests {
    private static func findings(_ link: String, in path: String = "docs/a.md") -> [Finding] {
        let document = Repository.TextFile(path: path, text: "# A\n\nSee [it](\(link)).\n")
        let other = Repository.TextFile(
            path: "docs/recipes/b.md",
            text: "# B\n\n## A `part`, of [it](b.md)\n"
        )
        let file = SourceFile(path: "Sources/World/C.swift", text: "")
        let repository = Repository(files: [file], texts: [document, other])
        return Rule.ofLinks.flatMap { $0.findings(repository) }
    }

    @Test(
        "refuse what leads nowhere, and say where it stands",
        arguments: [
            "c.md", "../Sources/World/D.swift", "recipes/c.md#b", "../../docs/recipes/b.md",
            "recipes/b.m", "/docs/recipes/b.md/c", "#part", "recipes/b.md#part",
        ]
    )
    func refuses(_ link: String) {
        let finding = Finding(path: "docs/a.md", line: 3, what: link)
        #expect(Self.findings(link) == [finding])
    }

    @Test(
        "let pass files and folders of the repository, and all that is elsewhere",
        arguments: [
            "recipes/b.md", "recipes/b.md#a-part-of-it", "./recipes", "../Sources/World/C.swift",
            "a.md", "#a", "../Sources/World/C.swift#L1", "https://example.com/c.md",
            "mailto:a@example.com",
        ]
    )
    func passes(_ link: String) {
        #expect(Self.findings(link).isEmpty)
    }

    @Test("refuse a heading that stands twice")
    func headings() {
        let text = "# A\n\n## B\n\n```sh\n# B\n```\n\n## B\n"
        let document = Repository.TextFile(path: "docs/a.md", text: text)
        let repository = Repository(files: [], texts: [document])
        let findings = Rule.ofLinks.flatMap { $0.findings(repository) }
        #expect(findings == [Finding(path: "docs/a.md", line: 9, what: "b")])
    }

    @Test("look at README.md and at docs, and not into blocks of code")
    func places() {
        #expect(Self.findings("c.md", in: "README.md").count == 1)
        #expect(Self.findings("docs/recipes/b.md", in: "README.md").isEmpty)
        #expect(Self.findings("c.md", in: "Tests/x/a.md").isEmpty)
        let code = Repository.TextFile(path: "docs/a.md", text: "```\n[x](c.md)\n```\n")
        let repository = Repository(files: [], texts: [code])
        #expect(Rule.ofLinks.allSatisfy { $0.findings(repository).isEmpty })
    }
}
