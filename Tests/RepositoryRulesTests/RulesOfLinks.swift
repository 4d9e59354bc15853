import FoundationEssentials

extension Rule {
    /// What a reader of a document finds behind its links.
    static let ofLinks: [Rule] = [
        Rule(
            sentence: "a relative link in a document leads to a file or folder of the repository",
            remedy: "Correct the path: it is relative to the document's folder."
        ) { repository in
            repository.texts.filter(isDocument).flatMap { document in
                relativeLinks(in: document.text).compactMap { line, link in
                    leads(link, from: document.path, in: repository)
                        ? nil : Finding(path: document.path, line: line, what: link)
                }
            }
        }
    ]

    private static func isDocument(_ text: Repository.TextFile) -> Bool {
        text.path == "README.md"
            || (text.path.hasPrefix("docs/") && text.path.hasSuffix(".md"))
    }

    /// The links that name no scheme and no place in the same document, outside blocks of code.
    private static func relativeLinks(in text: String) -> [(line: Int, link: String)] {
        var isCode = false
        var found: [(Int, String)] = []
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            if line.hasPrefix("```") { isCode.toggle() }
            guard !isCode else { continue }
            for match in line.matches(of: /\]\(([^()\s]+)\)/) {
                let link = String(match.1)
                let isRelative = !link.hasPrefix("#") && link.firstMatch(of: /^[a-z]+:/) == nil
                if isRelative { found.append((index + 1, link)) }
            }
        }
        return found
    }

    private static func leads(
        _ link: String,
        from document: String,
        in repository: Repository
    ) -> Bool {
        var parts = document.split(separator: "/").dropLast()
        for part in link.prefix(while: { $0 != "#" }).split(separator: "/") {
            switch part {
            case ".": break
            case "..":
                guard parts.popLast() != nil else { return false }
            default: parts.append(part)
            }
        }
        let path = parts.joined(separator: "/")
        let known = repository.files.map(\.path) + repository.texts.map(\.path)
        if known.contains(where: { $0 == path || $0.hasPrefix(path + "/") }) { return true }
        guard let root = repository.root else { return false }
        return FileManager.default.fileExists(atPath: root + "/" + path)
    }
}
