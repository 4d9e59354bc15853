import FoundationEssentials
import Testing

@testable import AccountStore
@testable import SQLiteBridge

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
            sql: "PRAGMA application_id = 0x6d444331; PRAGMA user_version = 999;",
            words: [
                "schema version 999", "versions up to \(Schema.migrator.migrations.count)",
                "use the newer program", "--state-dir",
            ]
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

    @Test("beside a newer database, the copy that was made before the upgrade is named")
    func wayBack() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        do {
            let connection = try Connection.open(path: path)
            try connection.execute(Self.refused[0].sql)
        }
        let copy = "\(path).v\(Schema.migrator.migrations.count)-backup"
        try Data("a copy".utf8).write(to: URL(filePath: copy))
        let error = try #require(throws: StoreOpeningError.self) {
            _ = try AccountStore.open(.file(path: path), readerCount: 1)
        }
        #expect(error.description.hasSuffix("the file as this program left it is \(copy)"))
    }

    @Test("an older database is upgraded, which one sentence tells with both versions and the copy")
    func upgraded() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        let newest = Schema.migrator.migrations.count
        do {
            let connection = try Connection.open(path: path)
            let first = Array(Schema.migrator.migrations.prefix(1))
            _ = try Migrator(applicationID: Schema.applicationID, migrations: first)
                .migrate(connection)
        }
        let store = try AccountStore.open(.file(path: path), readerCount: 1)
        #expect(
            store.migration.notice == "\(path) was brought from schema version 1 to \(newest); "
                + "the file as it was is kept as \(path).v1-backup"
        )
        #expect(try AccountStore.open(.memory, readerCount: 1).migration.notice == nil)
    }

    /// What can go wrong between an older schema and the newest, and what a person reads of it.
    static let complaints: [(error: MigrationError, words: [String])] = [
        (
            .stopped(
                from: 1,
                to: 2,
                copyPath: "c.v1-backup",
                SQLiteError(code: 1, message: "no such table")
            ),
            [
                "from schema version 1 to 2", "is as it was", "no such table",
                "a copy of it is c.v1-backup", "--state-dir",
            ]
        ),
        (
            .stopped(from: 1, to: 2, copyPath: nil, SQLiteError(code: 13, message: "disk is full")),
            ["is as it was", "disk is full", "make room"]
        ),
        (
            .notCopied(path: "c.v1-backup", SQLiteError(code: 13, message: "disk is full")),
            ["was left as it is", "c.v1-backup", "disk is full", "make room"]
        ),
        (
            .failed(SQLiteError(code: 11, message: "disk image is malformed")),
            ["is damaged (disk image is malformed)", "put a copy of it back, or move it away"]
        ),
    ]

    @Test("every complaint is one line with the cause and the way out", arguments: complaints)
    func complains(error: MigrationError, words: [String]) {
        let text = StoreOpeningError(of: .file(path: "world.sqlite"), error).description
        #expect(text.hasPrefix("world.sqlite "))
        #expect(!text.contains("\n"))
        for word in words { #expect(text.contains(word), "\(text)") }
    }

    @Test("a full disk and a lock of another program pass, damage does not")
    func temporary() {
        for (code, isTemporary) in [(5, true), (13, true), (10, true), (11, false), (1, false)] {
            let error = StoreError.database(SQLiteError(code: Int32(code), message: "m"))
            #expect(error.isTemporary == isTemporary, "\(code)")
        }
        #expect(!StoreError.unknownUser("u").isTemporary)
    }

    @Test("damage that shows later is told with the file and the way out")
    func damaged() throws {
        let damage = StoreError.database(SQLiteError(code: 11, message: "malformed"))
        #expect(damage.sentence(about: .file(path: "w.sqlite")).hasPrefix("w.sqlite is damaged ("))
        #expect(damage.sentence(about: .memory) == damage.description)
        let other = StoreError.database(SQLiteError(code: 5, message: "locked"))
        #expect(other.sentence(about: .file(path: "w.sqlite")) == other.description)
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
