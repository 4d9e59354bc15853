extension Rule {
    /// What tests owe to their reader, and sources to their tests.
    static let ofTests: [Rule] = [
        perFile(
            "a test has a sentence for its name",
            remedy: "Write @Test(\"what the subject does\") and @Suite(\"Subject\")."
        ) { file in
            file.code.enumerated().compactMap { index, line in
                guard
                    let attribute = ["@Test", "@Suite"].first(where: line.containsWord),
                    !followsWithLiteral(attribute, line: index, in: file)
                else { return nil }
                return Finding(
                    path: file.path,
                    line: index + 1,
                    what: "\(attribute) without a name"
                )
            }
        },
        perFile(
            "a suite that talks to a socket has a time limit",
            remedy: "Write @Suite(\"…\", .timeLimit(.minutes(10)))."
        ) { file in
            guard ["BehaviourTests", "EndToEndTests"].contains(file.target),
                !file.name.hasPrefix("Placeholder")
            else { return [] }
            return file.code.enumerated().compactMap { index, line in
                guard line.containsWord("@Suite") else { return nil }
                let attribute = file.code[index..<min(index + 6, file.code.count)].joined()
                let untilType = attribute.split(separator: "struct ").first ?? ""
                return String(untilType).containsWord(".timeLimit")
                    ? nil
                    : Finding(path: file.path, line: index + 1, what: "@Suite without .timeLimit")
            }
        },
        Rule(
            sentence: "a source file that other targets use is named by a test",
            remedy: "Write the test file, or name the type in the test that covers it."
        ) { repository in
            let words = repository.files.filter { !$0.isProduct }
                .reduce(into: Set<Substring>()) { $0.formUnion(wordsOfTest($1)) }
            return repository.files.filter(\.isProduct).compactMap { file in
                // What is internal to a target is tested through what crosses its border.
                guard file.code.contains(where: declaresForOthers),
                    subjects(of: file).isDisjoint(with: words)
                else { return nil }
                return Finding(path: file.path, line: 1, what: "no test names it")
            }
        },
    ]

    private static func declaresForOthers(_ line: String) -> Bool {
        line.containsWord("package") && !line.containsWord("import")
    }

    /// True when a string literal is the attribute's first argument, perhaps on the next line.
    private static func followsWithLiteral(
        _ attribute: String,
        line: Int,
        in file: SourceFile
    ) -> Bool {
        let text = file.lines[line...].prefix(2).joined()
        guard let start = text.firstRange(of: attribute) else { return false }
        let rest = text[start.upperBound...].drop { $0 == " " }
        return rest.first == "(" && rest.dropFirst().drop { $0 == " " }.first == "\""
    }

    /// What a test can name to claim a source file: its types, the types it extends, itself.
    private static func subjects(of file: SourceFile) -> Set<Substring> {
        var subjects: Set<Substring> = [Substring(file.name), Substring(file.name + "Tests")]
        for line in file.code {
            subjects.formUnion(declaredTypes(in: line).map { Substring($0) })
            if line.hasPrefix("extension ") {
                let name = line.dropFirst(10).prefix { $0.isLetter || $0.isNumber }
                subjects.insert(name)
            }
        }
        return subjects
    }

    private static func wordsOfTest(_ file: SourceFile) -> Set<Substring> {
        var words: Set<Substring> = [Substring(file.name)]
        for line in file.lines {
            words.formUnion(
                line.split { !($0.isASCII && ($0.isLetter || $0.isNumber || $0 == "+")) }
            )
        }
        return words
    }
}
