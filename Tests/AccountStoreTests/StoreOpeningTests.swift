import FoundationEssentials
import SQLiteBridge
import Testing

@testable import AccountStore

@Suite("Opening a store")
struct StoreOpeningTests {
    /// Something that is no world of this program's.
    struct Refused: CustomTestStringConvertible {
        let sql: String
        let words: [String]

        var testDescription: String { sql }
    }

    static let refused = [
        Refused(
            sql: "PRAGMA application_id = 0x6d444331; PRAGMA user_version = 3;",
            words: ["schema version 3", "versions up to 2", "--state-dir"]
        ),
        Refused(
            sql: "PRAGMA application_id = 8;",
            words: ["another program's database", "application_id 8", "--state-dir"]
        ),
        Refused(
            sql: "CREATE TABLE theirs (a);",
            words: ["another program's database", "application_id 0"]
        ),
    ]

    @Test("a newer or foreign database is refused and left as it is", arguments: refused)
    func refuses(_ refused: Refused) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        do {
            let connection = try Connection.open(path: path)
            try connection.execute(refused.sql)
        }
        let before = try Data(contentsOf: URL(filePath: path))
        let error = try #require(throws: StoreOpeningError.self) {
            _ = try AccountStore.open(.file(path: path), readerCount: 1)
        }
        for word in [path] + refused.words {
            #expect(error.description.contains(word), "\(error)")
        }
        #expect(!error.description.contains("\n"))
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test("a file that is no database, and a folder that is missing, are refused by name")
    func unreadable() throws {
        let folder = try TemporaryFolder()
        try Data(String(repeating: "a letter ", count: 200).utf8)
            .write(to: URL(filePath: folder.path("letter.txt")))
        for name in ["letter.txt", "missing/world.sqlite"] {
            let path = folder.path(name)
            let error = try #require(throws: StoreOpeningError.self) {
                _ = try AccountStore.open(.file(path: path), readerCount: 1)
            }
            #expect(error.description.contains(path))
        }
    }

    @Test("a private key does not show in a dump")
    func redacted() {
        #expect(!"\(Fixture.authority)".contains("48"))
        #expect(String(reflecting: Fixture.authority) == "AuthorityRecord(<redacted>)")
    }
}
