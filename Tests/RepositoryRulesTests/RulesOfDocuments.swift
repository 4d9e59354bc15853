extension Rule {
    /// What keeps declarations, routes and migrations in step with what is promised elsewhere.
    static let ofDocuments: [Rule] = [
        perFile(
            "what crosses a target's border is documented",
            remedy: "Write a `///` sentence that answers what a reader would get wrong."
        ) { file in
            guard file.isProduct else { return [] }
            return file.code.enumerated().compactMap { index, line in
                guard declaresAcrossBorder(line), !isDocumented(index, in: file) else { return nil }
                return Finding(
                    path: file.path,
                    line: index + 1,
                    what: "undocumented: \(line.trimmed)"
                )
            }
        },
        Rule(
            // The control listener's are in docs/openapi-control.json, which its own tests compare.
            sentence: "every route of the vendor's is in docs/api.md",
            remedy: "Describe the route in docs/api.md, in the same commit."
        ) { repository in
            let document = repository.texts.first { $0.path == "docs/api.md" }?.text ?? ""
            let files = repository.files.filter { $0.isProduct && $0.target != "ControlAPI" }
            return files.flatMap { file in
                routes(in: file).filter { !document.contains($0.pattern) }
                    .map { Finding(path: file.path, line: $0.line, what: $0.pattern) }
            }
        },
    ]

    private static let declarationKeywords: Set<String> = [
        "struct", "class", "enum", "actor", "protocol", "func", "var", "let", "init", "subscript",
        "typealias", "macro",
    ]

    /// What well-known protocols demand, and document themselves.
    private static let knownRequirements = [
        "var description: String", "var debugDescription: String", "func hash(into",
        "func encode(to",
        "init(from decoder", "static func == (", "static func < (",
    ]

    private static func declaresAcrossBorder(_ line: String) -> Bool {
        guard !knownRequirements.contains(where: line.containsWord) else { return false }
        let words = line.split { !($0.isLetter || $0.isNumber || $0 == "@" || $0 == "_") }
            .map(String.init)
        guard let access = words.firstIndex(where: { $0 == "package" || $0 == "public" }),
            // Attributes and modifiers may stand before the access level, a declaration may not.
            words[..<access].allSatisfy({
                !declarationKeywords.contains($0) || $0 == "class"
            }),
            line.trimmed.first?.isLetter == true || line.trimmed.first == "@"
        else { return false }
        let keyword = words[(access + 1)...].first { word in
            ![
                "static", "final", "class", "mutating", "borrowing", "consuming", "nonisolated",
                "unsafe", "override", "convenience", "indirect", "lazy", "weak", "set", "safe",
                "func", "prefix", "postfix",
            ].contains(word) || word == "class" || word == "func"
        }
        return keyword.map { declarationKeywords.contains($0) } ?? false
    }

    private static func isDocumented(_ index: Int, in file: SourceFile) -> Bool {
        var above = index - 1
        // Attributes stand between a declaration and its comment.
        while above >= 0, file.code[above].trimmed.hasPrefix("@") { above -= 1 }
        return above >= 0 && file.lines[above].trimmed.hasPrefix("///")
    }

    /// The patterns of route rows: literals that begin with `/`, in files named for their routes.
    private static func routes(in file: SourceFile) -> [(line: Int, pattern: String)] {
        guard file.name.contains("Route"), file.target != "HTTP", file.target != "HTTPServer" else {
            return []
        }
        return file.lines.enumerated().flatMap { index, line in
            line.split(separator: "\"").dropFirst()
                .filter { $0.hasPrefix("/") && !$0.hasPrefix("//") }
                .map { (index + 1, String($0)) }
        }
    }
}
