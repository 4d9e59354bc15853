import Testing

@testable import SQLiteBridge

@Suite("Migrator")
struct MigratorTests {
    static let first = "CREATE TABLE t (a INTEGER) STRICT;"
    static let second = "ALTER TABLE t ADD COLUMN b INTEGER; INSERT INTO t VALUES (1, 2);"

    @Test("an empty database gets every migration, each once")
    func fresh() throws {
        let connection = try Connection.open(path: ":memory:")
        let migrator = Migrator(applicationID: 7, migrations: [Self.first, Self.second])
        #expect(try migrator.version(of: connection) == 0)
        #expect(try migrator.migrate(connection) == Migration(from: 0, to: 2, copyPath: nil))
        #expect(try migrator.version(of: connection) == 2)
        #expect(try migrator.migrate(connection) == Migration(from: 2, to: 2, copyPath: nil))
        #expect(try rowCount(connection) == 1)
    }

    @Test("an older database gets what it has not seen")
    func older() throws {
        let connection = try Connection.open(path: ":memory:")
        _ = try Migrator(applicationID: 7, migrations: [Self.first]).migrate(connection)
        let migrator = Migrator(applicationID: 7, migrations: [Self.first, Self.second])
        #expect(try migrator.migrate(connection) == Migration(from: 1, to: 2, copyPath: nil))
        #expect(try rowCount(connection) == 1)
    }

    @Test("a newer database is refused with both versions")
    func newer() throws {
        let connection = try Connection.open(path: ":memory:")
        let newer = Migrator(applicationID: 7, migrations: [Self.first, Self.second])
        _ = try newer.migrate(connection)
        let older = Migrator(applicationID: 7, migrations: [Self.first])
        #expect(throws: MigrationError.newer(version: 2, known: 1)) {
            _ = try older.migrate(connection)
        }
    }

    @Test(
        "another program's database is refused",
        arguments: [
            "PRAGMA application_id = 8", "CREATE TABLE theirs (a)", "PRAGMA user_version = 1",
            "PRAGMA application_id = 7", "PRAGMA application_id = 7; PRAGMA user_version = -1",
        ]
    )
    func foreign(sql: String) throws {
        let connection = try Connection.open(path: ":memory:")
        try connection.execute(sql)
        let error = try #require(throws: MigrationError.self) {
            _ = try Migrator(applicationID: 7, migrations: [Self.first]).migrate(connection)
        }
        guard case .foreign(_, expected: 7) = error else {
            Issue.record("unexpected \(error)")
            return
        }
    }

    @Test("a migration that fails leaves the version before it")
    func failure() throws {
        let connection = try Connection.open(path: ":memory:")
        let broken = Migrator(applicationID: 7, migrations: [Self.first, "CREATE nonsense"])
        #expect(throws: MigrationError.self) { _ = try broken.migrate(connection) }
        #expect(try broken.version(of: connection) == 0)
        #expect(throws: SQLiteError.self) { _ = try rowCount(connection) }
    }

    private func rowCount(_ connection: borrowing Connection) throws(SQLiteError) -> Int64 {
        try connection.statement("SELECT count(*) FROM t") { (statement) throws(SQLiteError) in
            try statement.step() ? statement.integer(0) : -1
        }
    }
}
