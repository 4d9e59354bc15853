import FoundationEssentials
import PrivateCA
import Testing
import World

@Suite("docs/faults.md")
struct FaultDocumentTests {
    private static let lines: [Substring] = {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        let path = URL(filePath: "/\(root)/docs/faults.md")
        let bytes = (try? Data(contentsOf: path)) ?? Data()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n")
    }()

    /// What stands in each table, as its first cell and the rest of the line.
    private static func rows(after heading: String) -> [String] {
        let part = lines.drop { !$0.hasPrefix("#") || !$0.contains(heading) }.dropFirst()
        let table = part.prefix { !$0.hasPrefix("#") }.filter { $0.hasPrefix("| `") }
        return table.map(String.init)
    }

    @Test("lists every action with its example")
    func actions() {
        let expected = FaultCatalogue.rows.map { row in
            "| `\(row.member)` | \(row.sentence) | `\(row.example)` |"
        }
        #expect(Self.rows(after: "What happens") == expected)
    }

    @Test("lists every flaw")
    func flaws() {
        let expected = IssuanceFlaw.allCases.map { "| `\($0.rawValue)` | \($0.sentence) |" }
        #expect(Self.rows(after: "Certificates that are wrong") == expected)
    }

    @Test("lists every magic word")
    func words() {
        let expected = MagicWord.all.map { word in
            "| `\(word.pattern)` | `mock-\(word.example)` | \(word.sentence) |"
        }
        #expect(Self.rows(after: "Magic names") == expected)
    }
}
