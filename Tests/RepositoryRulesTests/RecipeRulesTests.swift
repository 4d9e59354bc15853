import Testing

@Suite("Rules about recipes")
struct RecipeRulesTests {
    /// One way in which a repository can break a rule about recipes.
    struct Breach: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let path: String
        let text: String
    }

    /// A repository that breaks no rule: path to text.
    private static let orderly = [
        "README.md": "See [recipes](docs/recipes/README.md).\n",
        "docs/recipes/README.md": "- [A recipe](go-test.md)\n",
        "docs/recipes/go-test.md": "# Go\n\n**Tested:** run with Go.\n",
        "scripts/recipes": "\nrecipes='\ngo-test always\n'\n\nrecipe_go_test() {\n}\n",
    ]

    private static let breaches = [
        Breach(
            testDescription: "a recipe that does not say how it was tested",
            path: "docs/recipes/go-test.md",
            text: "# Go\n\nIt was **Tested:** somehow.\n"
        ),
        Breach(
            testDescription: "a recipe without a link",
            path: "docs/recipes/README.md",
            text: "- go-test.md\n"
        ),
        Breach(
            testDescription: "a list of recipes without a link",
            path: "README.md",
            text: "See docs/recipes.\n"
        ),
        Breach(
            testDescription: "a recipe that the runner does not list",
            path: "scripts/recipes",
            text: "\nrecipes='\n'\n\nrecipe_go_test() {\n}\n"
        ),
        Breach(
            testDescription: "a recipe that the runner lists and cannot run",
            path: "scripts/recipes",
            text: "\nrecipes='\ngo-test always\n'\n"
        ),
        Breach(
            testDescription: "a name in the runner without a page",
            path: "scripts/recipes",
            text: orderly["scripts/recipes", default: ""]
                .replacing("go-test always\n", with: "go-test always\njunit always\n")
        ),
    ]

    private static func findings(in texts: [String: String]) -> [Finding] {
        let repository = Repository(files: [], texts: texts.map { .init(path: $0, text: $1) })
        return Rule.ofRecipes.flatMap { $0.findings(repository) }
    }

    @Test("let pass what is in step")
    func letPass() {
        #expect(Self.findings(in: Self.orderly).isEmpty)
    }

    @Test("refuse what is not", arguments: breaches)
    func refuse(_ breach: Breach) {
        let texts = Self.orderly.merging([breach.path: breach.text]) { $1 }
        #expect(Self.findings(in: texts).count == 1)
    }
}
