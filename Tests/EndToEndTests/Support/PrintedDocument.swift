import FoundationEssentials

/// A document with commands for people, of which tests run some.
struct PrintedDocument: Sendable {
    private let lines: [String]

    /// The vendor's own tutorial, where it lies beside a clone of the repository.
    static let vendorTutorial = read("../shared/seeds/002_3d1f00853d00f731.txt")

    /// The page that a visitor of the repository reads first.
    static let readme = read("README.md")

    private static func read(_ path: String) -> PrintedDocument? {
        FileManager.default.contents(atPath: Toolbox.root + "/" + path)
            .map { PrintedDocument(text: String(decoding: $0, as: UTF8.self)) }
    }

    init(text: String) {
        lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    }

    /// The lines from one to another, or one line.
    ///
    /// - Parameters:
    ///   - first: How the first line begins.
    ///   - last: How the last line begins; nil takes one line.
    ///   - occurrence: Which of the lines that begin with `first`, from 1.
    /// - Returns: The block, with a line break at its end.
    /// - Throws: ``Program/Failure`` when there is no such block.
    func block(
        _ first: String,
        through last: String? = nil,
        occurrence: Int = 1
    ) throws -> String {
        let starts = lines.indices.filter { lines[$0].hasPrefix(first) }
        guard starts.count >= occurrence else {
            throw Program.Failure(description: "too few lines begin with '\(first)'")
        }
        let start = starts[occurrence - 1]
        guard let last else { return lines[start] + "\n" }
        guard let end = lines[start...].firstIndex(where: { $0.hasPrefix(last) }) else {
            throw Program.Failure(description: "no line after '\(first)' begins with '\(last)'")
        }
        return lines[start...end].joined(separator: "\n") + "\n"
    }
}
