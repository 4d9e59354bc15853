import FoundationEssentials

extension Rule {
    /// What a reader of a document finds behind its links.
    static let ofLinks: [Rule] = [
        Rule(
            sentence: "a relative link in a document leads to a file or folder of the repository",
            remedy: "Correct the path: it is relative to the document's folder."
        ) { repository in
            findings(in: repository) { document in
                relativeLinks(in: document.text)
                    .filter { !leads($0.link, from: document.path, in: repository) }
            }
        },
        Rule(
            sentence: "a link to a part of a document leads to one of its headings",
            remedy: "Correct what stands after the #: the heading in lower case, with hyphens."
        ) { repository in
            findings(in: repository) { document in
                links(in: document.text)
                    .filter { !leadsToHeading($0.link, from: document, in: repository) }
            }
        },
        Rule(
            sentence: "no heading stands twice in a document",
            remedy: "Make one part of the two, or tell their headings apart."
        ) { repository in
            findings(in: repository) { document in
                var seen: Set<String> = []
                return headings(of: document.text).filter { !seen.insert($0.anchor).inserted }
            }
        },
    ]

    private static func findings(
        in repository: Repository,
        _ wrong: (Repository.TextFile) -> [(line: Int, String)]
    ) -> [Finding] {
        repository.texts.filter(isDocument).flatMap { document in
            wrong(document).map { Finding(path: document.path, line: $0.line, what: $0.1) }
        }
    }

    private static func isDocument(_ text: Repository.TextFile) -> Bool {
        text.path == "README.md"
            || (text.path.hasPrefix("docs/") && text.path.hasSuffix(".md"))
    }

    /// The lines outside blocks of code, with their numbers.
    private static func prose(of text: String) -> [(line: Int, text: Substring)] {
        var isCode = false
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.enumerated().compactMap { index, line in
            if line.hasPrefix("```") { isCode.toggle() }
            return isCode ? nil : (index + 1, line)
        }
    }

    /// The links that name no scheme.
    private static func links(in text: String) -> [(line: Int, link: String)] {
        prose(of: text).flatMap { line, text in
            text.matches(of: /\]\(([^()\s]+)\)/).map { (line, String($0.1)) }
                .filter { $0.1.firstMatch(of: /^[a-z]+:/) == nil }
        }
    }

    /// The links that lead to another file.
    private static func relativeLinks(in text: String) -> [(line: Int, link: String)] {
        links(in: text).filter { !$0.link.hasPrefix("#") }
    }

    /// The headings as GitHub makes anchors of them.
    private static func headings(of text: String) -> [(line: Int, anchor: String)] {
        prose(of: text).filter { $0.text.hasPrefix("#") }.map { line, text in
            let title = String(text.drop { $0 == "#" }).trimmed.lowercased()
                .replacing(/\]\([^)]*\)/, with: "")
            let kept = title.filter {
                $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" || $0 == " "
            }
            return (line, kept.replacing(" ", with: "-"))
        }
    }

    private static func leadsToHeading(
        _ link: String,
        from document: Repository.TextFile,
        in repository: Repository
    ) -> Bool {
        guard let mark = link.firstIndex(of: "#") else { return true }
        let path = link[..<mark]
        let target = path.isEmpty ? document.path : resolve(path, from: document.path)
        // What is no document has no headings: the other rule asks whether it is there.
        guard let text = repository.texts.first(where: { $0.path == target })?.text,
            target?.hasSuffix(".md") == true
        else { return true }
        return headings(of: text).contains { $0.anchor == link[mark...].dropFirst() }
    }

    /// The path in the repository, or none when it leads out of it.
    private static func resolve(_ path: Substring, from document: String) -> String? {
        var parts = document.split(separator: "/").dropLast()
        for part in path.split(separator: "/") {
            switch part {
            case ".": break
            case "..":
                guard parts.popLast() != nil else { return nil }
            default: parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }

    private static func leads(
        _ link: String,
        from document: String,
        in repository: Repository
    ) -> Bool {
        let target = link.prefix { $0 != "#" }
        guard let path = resolve(target, from: document) else { return false }
        let known = repository.files.map(\.path) + repository.texts.map(\.path)
        if known.contains(where: { $0 == path || $0.hasPrefix(path + "/") }) { return true }
        guard let root = repository.root else { return false }
        return FileManager.default.fileExists(atPath: root + "/" + path)
    }
}
