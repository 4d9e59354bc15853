extension Rule {
    /// What makes a recipe found, run and honest about how it was tested.
    static let ofRecipes: [Rule] = [
        Rule(
            sentence: "every recipe says how it was tested",
            remedy: "Write a line that begins with **Tested:** and is true."
        ) { repository in
            recipes(of: repository).filter { recipe in
                !recipe.text.split(separator: "\n").contains { $0.hasPrefix("**Tested:** ") }
            }
            .map { Finding(path: $0.path, line: 1, what: "no line begins with **Tested:**") }
        },
        Rule(
            sentence: "every recipe is linked from the list of recipes, and that from README.md",
            remedy: "Add it to docs/recipes/README.md."
        ) { repository in
            let list = text(of: "docs/recipes/README.md", in: repository)
            let readme = text(of: "README.md", in: repository)
            let unlinked = recipes(of: repository)
                .filter { !list.contains("](" + fileName(of: $0) + ")") }
                .map { Finding(path: $0.path, line: 1, what: "the list has no link to it") }
            return readme.contains("docs/recipes/README.md")
                ? unlinked
                : unlinked + [Finding(path: "README.md", line: 1, what: "no link to the recipes")]
        },
        Rule(
            sentence: "scripts/recipes knows every recipe, and no other",
            remedy: "Keep its list, its functions and docs/recipes in step."
        ) { repository in
            let runner = text(of: "scripts/recipes", in: repository)
            let listed = namesInList(of: runner)
            let names = Set(
                recipes(of: repository).map { String(fileName(of: $0).dropLast(".md".count)) }
            )
            let unknown = names.filter { name in
                !listed.contains(name) || !runner.contains("\nrecipe_\(functionName(name))() {")
            }
            return unknown.union(listed.subtracting(names)).sorted()
                .map { Finding(path: "scripts/recipes", line: 1, what: "'\($0)'") }
        },
    ]

    /// The pages of `docs/recipes` without their list.
    private static func recipes(of repository: Repository) -> [Repository.TextFile] {
        repository.texts.filter {
            $0.path.hasPrefix("docs/recipes/") && $0.path != "docs/recipes/README.md"
        }
    }

    private static func text(of path: String, in repository: Repository) -> String {
        repository.texts.first { $0.path == path }?.text ?? ""
    }

    private static func fileName(of recipe: Repository.TextFile) -> String {
        String(recipe.path.dropFirst("docs/recipes/".count))
    }

    private static func functionName(_ name: String) -> String {
        String(name.map { $0 == "-" ? "_" : $0 })
    }

    /// The first word of each line of the runner's variable `recipes`.
    private static func namesInList(of runner: String) -> Set<String> {
        let head = "\nrecipes='\n"
        guard let start = runner.firstRange(of: head)?.upperBound else { return [] }
        let list = runner[start...].prefix { $0 != "'" }
        return list.split(separator: "\n").reduce(into: []) { names, line in
            if let name = line.split(separator: " ").first { names.insert(String(name)) }
        }
    }
}
