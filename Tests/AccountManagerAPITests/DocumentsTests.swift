import AccountModel
import FoundationEssentials
import HTTP
import Testing

@testable import AccountManagerAPI

/// The pages promise what the sources do: rows are compared one by one, in both directions.
@Suite("docs/api.md and docs/coverage.md")
struct DocumentsTests {
    private static func document(_ name: String) throws -> [UInt8] {
        let root = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        return Array(try Data(contentsOf: URL(filePath: "/\(root)/docs/\(name)")))
    }

    /// The rows of the table under a heading, each as its trimmed cells.
    private static func table(
        under heading: String,
        of name: String = "api.md"
    ) throws -> [[String]] {
        let text = String(decoding: try document(name), as: UTF8.self)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        return lines.drop { $0 != "## \(heading)" }.drop { !$0.hasPrefix("|") }
            .prefix { $0.hasPrefix("|") }
            .dropFirst(2)
            .map { line in
                line.split(separator: "|").map { cell in
                    String(cell.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
                }
            }
    }

    @Test("the route table is the one of the sources")
    func routes() throws {
        let documented = try Self.table(under: "Routes").map { cells in
            (cells.prefix(3) + cells.suffix(1)).joined(separator: " ")
        }
        let served = AccountManagerAPI.routes.map { route in
            let endpoint = route.handler
            return "\(route.method) `\(route.pattern)` \(endpoint.access.text)"
                + " \(endpoint.evidence.rawValue)"
        }
        #expect(documented == served)
    }

    @Test("the table of roles is the one of the sources")
    func roles() throws {
        let documented = try Self.table(under: "Who may").map { $0.joined(separator: " ") }
        let decided = Role.allCases.map { role in
            let names = role.permissions.map { "`\($0.rawValue)`" }.joined(separator: ", ")
            return "`\(role.rawValue)` \(names.isEmpty ? "none" : names)"
                + " \(role.hasDefaultRight ? "yes" : "no")"
        }
        #expect(documented == decided)
    }

    @Test("the error table is the catalogue of the sources")
    func errors() throws {
        let documented = try Self.table(under: "Errors").map { $0.prefix(4).joined(separator: " ") }
        let catalogue = APIError.allCases.map { error in
            let row = error.row
            let setting = row.otherStatus.map { " (setting: \($0))" } ?? ""
            return "\(row.status)\(setting) `\(row.code)` \(row.message) \(row.evidence.rawValue)"
        }
        #expect(documented == catalogue)
    }

    @Test("docs/coverage.md has a row for each route, with its evidence and tests that there are")
    func coverage() throws {
        let rows = try Self.table(under: "Operations", of: "coverage.md")
        let documented = rows.map { "\($0[0]) \($0[1]) \($0[4])" }
        let served = AccountManagerAPI.routes.map { route in
            "\(route.method) `\(route.pattern)` \(route.handler.evidence.rawValue)"
        }
        #expect(documented.sorted() == served.sorted())
        let beside = try Self.table(under: "What lies beside them", of: "coverage.md")
        let suites = try Self.suites()
        for cell in (rows + beside).compactMap(\.last) where cell != "–" {
            for name in cell.split(separator: ", ") {
                #expect(suites.contains(String(name.filter { $0 != "`" })), "\(name)")
            }
        }
    }

    /// The names of all files with tests.
    private static func suites() throws -> Set<String> {
        let root = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
        var suites: Set<String> = []
        for target in try FileManager.default.contentsOfDirectory(atPath: "/\(root)") {
            let files = try? FileManager.default.contentsOfDirectory(atPath: "/\(root)/\(target)")
            suites.formUnion(
                (files ?? []).compactMap { $0.split(separator: ".").first.map(String.init) }
            )
        }
        return suites
    }
}
