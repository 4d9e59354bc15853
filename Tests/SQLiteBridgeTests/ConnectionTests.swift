import FoundationEssentials
import Synchronization
import Testing

@testable import SQLiteBridge

@Suite("Connection and Statement")
struct ConnectionTests {
    @Test("a path that cannot be opened is an error", arguments: ["/", "/nonexistent/database"])
    func cannotOpen(path: String) {
        #expect(throws: SQLiteError.self) { _ = try Connection.open(path: path) }
    }

    @Test("a new file and those beside it can be read by their owner only")
    func mode() throws {
        let folder = try TemporaryFolder()
        let connection = try Connection.open(path: folder.path("a.sqlite3"))
        _ = try Migrator(applicationID: 7, migrations: ["CREATE TABLE t (a)"]).migrate(connection)
        for name in ["a.sqlite3", "a.sqlite3-wal", "a.sqlite3-shm"] {
            #expect(try folder.permissions(name) == 0o600, "\(name)")
        }
    }

    @Test("a file that is no database is refused")
    func noDatabase() throws {
        let folder = try TemporaryFolder()
        let letter = Data(String(repeating: "This is a letter, no database. ", count: 100).utf8)
        try letter.write(to: URL(filePath: folder.path("a.txt")))
        let error = #expect(throws: SQLiteError.self) {
            _ = try Connection.open(path: folder.path("a.txt"))
        }
        #expect(error?.isNotADatabase == true)
    }

    @Test("an error carries SQLite's code and words, and never a bound value")
    func errors() throws {
        let connection = try Connection.open(path: ":memory:")
        try connection.execute("CREATE TABLE t (a TEXT PRIMARY KEY) STRICT")
        let insert = { () throws(SQLiteError) in
            try connection.statement("INSERT INTO t VALUES (?1)") {
                (statement) throws(SQLiteError) in
                try statement.bind("hush", at: 1)
                _ = try statement.step()
            }
        }
        try insert()
        let error = try #require(throws: SQLiteError.self) { try insert() }
        #expect(error.isUniquenessViolation)
        #expect(!error.description.contains("hush"))
        #expect(throws: SQLiteError.self) { try connection.execute("no such statement") }
        #expect(throws: SQLiteError.self) {
            try connection.statement("SELECT a FROM missing") { _ throws(SQLiteError) in }
        }
        #expect(throws: SQLiteError.self) {
            try connection.statement("SELECT a FROM t") { (statement) throws(SQLiteError) in
                try statement.bind(1, at: 1)
            }
        }
    }

    @Test("a transaction that throws leaves nothing, one that returns leaves everything")
    func transactions() throws {
        let connection = try Connection.open(path: ":memory:")
        try connection.execute("CREATE TABLE t (a INTEGER) STRICT")
        #expect(throws: SQLiteError.self) {
            try connection.transaction { () throws(SQLiteError) in
                try connection.execute("INSERT INTO t VALUES (1)")
                throw SQLiteError(code: 1, message: "changed my mind")
            }
        }
        #expect(try count(connection) == 0)
        try connection.transaction { () throws(SQLiteError) in
            try connection.execute("INSERT INTO t VALUES (1)")
            #expect(connection.changedRowCount == 1)
        }
        #expect(try count(connection) == 1)
    }

    @Test("a snapshot does not see what others commit meanwhile")
    func snapshots() throws {
        let folder = try TemporaryFolder()
        let writer = try Connection.open(path: folder.path("a.sqlite3"))
        let migrator = Migrator(
            applicationID: 7,
            migrations: ["CREATE TABLE t (a INTEGER) STRICT"]
        )
        _ = try migrator.migrate(writer)
        let reader = try Connection.open(path: folder.path("a.sqlite3"))
        try reader.beginSnapshot()
        #expect(try count(reader) == 0)
        try writer.execute("INSERT INTO t VALUES (1)")
        #expect(try count(reader) == 0)
        #expect(throws: SQLiteError.self) { try reader.beginSnapshot() }
        reader.endSnapshot()
        reader.endSnapshot()
        #expect(try count(reader) == 1)
    }

    @Test("a lock that is held too long is an error, not a wait for ever")
    func busy() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.sqlite3")
        let first = try Connection.open(path: path)
        let second = try Connection.open(path: path, busyMilliseconds: 1)
        try first.transaction { () throws(SQLiteError) in
            let error = #expect(throws: SQLiteError.self) {
                try second.transaction { () throws(SQLiteError) in }
            }
            #expect(error?.isBusy == true)
        }
        try second.transaction { () throws(SQLiteError) in }
    }

    @Test("a file's only connection keeps others out, and leaves an empty log to the next one")
    func sole() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("a.sqlite3")
        do {
            let sole = try Connection.open(path: path, isSole: true)
            _ = try Migrator(applicationID: 7, migrations: ["CREATE TABLE t (a)"]).migrate(sole)
            try sole.execute("INSERT INTO t VALUES (1)")
            let error = #expect(throws: SQLiteError.self) {
                _ = try Connection.open(path: path, busyMilliseconds: 1)
            }
            #expect(error?.isBusy == true)
            #expect(throws: (any Error).self) { try folder.permissions("a.sqlite3-shm") }
        }
        #expect(try folder.byteCount("a.sqlite3-wal") == 0)
        #expect(try count(Connection.open(path: path, isSole: true)) == 1)
        #expect(try count(Connection.open(path: path)) == 1)
    }

    @Test("a copy has everything that was committed")
    func copies() throws {
        let source = try Connection.open(path: ":memory:")
        try source.execute("CREATE TABLE t (a INTEGER) STRICT; INSERT INTO t VALUES (1)")
        let destination = try Connection.open(path: ":memory:")
        try destination.execute("CREATE TABLE other (a)")
        try source.copy(over: destination)
        #expect(try count(destination) == 1)
        #expect(throws: SQLiteError.self) { try destination.execute("SELECT * FROM other") }
    }

    @Test("threads share a connection inside a Mutex")
    func shares() async throws {
        let shared = Shared(connection: Mutex(try Connection.open(path: ":memory:")))
        try shared.connection.withLock { try $0.execute("CREATE TABLE t (a INTEGER) STRICT") }
        try await withThrowingTaskGroup { group in
            for _ in 1...50 {
                group.addTask {
                    try shared.connection.withLock { try $0.execute("INSERT INTO t VALUES (1)") }
                }
            }
            try await group.waitForAll()
        }
        #expect(try shared.connection.withLock { try count($0) } == 50)
    }

    private final class Shared: Sendable {
        let connection: Mutex<Connection>

        init(connection: consuming Mutex<Connection>) { self.connection = connection }
    }

    private func count(_ connection: borrowing Connection) throws(SQLiteError) -> Int64 {
        try connection.statement("SELECT count(*) FROM t") { (statement) throws(SQLiteError) in
            try statement.step() ? statement.integer(0) : -1
        }
    }
}
