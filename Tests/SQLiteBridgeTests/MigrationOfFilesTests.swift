import FoundationEssentials
import Glibc
import Testing

@testable import SQLiteBridge

@Suite("Migration of a file")
struct MigrationOfFilesTests {
    static let first = """
        CREATE TABLE parent (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind IN ('a'))) STRICT;
        CREATE TABLE child (id INTEGER PRIMARY KEY, parent INTEGER NOT NULL REFERENCES parent (id))
            STRICT;
        """

    /// What ALTER TABLE cannot do: a table is made anew while another one refers to it.
    static let second = """
        CREATE TABLE new_parent (id INTEGER PRIMARY KEY, kind TEXT CHECK (kind IN ('a', 'b')))
            STRICT;
        INSERT INTO new_parent SELECT id, kind FROM parent;
        DROP TABLE parent;
        ALTER TABLE new_parent RENAME TO parent;
        """

    static let third = "CREATE TABLE more (a INTEGER) STRICT"
    static let old = Migrator(applicationID: 7, migrations: [first])
    static let new = Migrator(applicationID: 7, migrations: [first, second])

    /// Makes an old file with two rows of which one refers to the other.
    static func fill(_ path: String, parent: Int = 1) throws {
        let connection = try Connection.open(path: path)
        _ = try old.migrate(connection, path: path)
        try connection.execute("INSERT INTO parent VALUES (\(parent), 'a')")
        try connection.execute("INSERT INTO child VALUES (2, \(parent))")
    }

    static func migrate(_ path: String, _ migrator: Migrator = new) throws -> Migration {
        let connection = try Connection.open(path: path)
        return try migrator.migrate(connection, path: path)
    }

    static func count(_ table: String, _ path: String) throws -> Int64 {
        let connection = try Connection.open(path: path)
        switch table {
        case "parent": return try count("SELECT count(*) FROM parent", connection)
        default: return try count("SELECT count(*) FROM child", connection)
        }
    }

    static func count(_ sql: StaticString, _ connection: borrowing Connection) throws -> Int64 {
        try connection.statement(sql) { (row) throws(SQLiteError) in
            try row.step() ? row.integer(0) : -1
        }
    }

    @Test("an older file is copied beside itself, for its owner only, and then migrated")
    func copies() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        try Self.fill(path)
        let copy = path + ".v1-backup"
        #expect(try Self.migrate(path) == Migration(from: 1, to: 2, copyPath: copy))
        #expect(try Self.count("child", path) == 1)

        let connection = try Connection.open(path: copy)
        #expect(try Self.old.version(of: connection) == 1)
        #expect(try Self.count("SELECT count(*) FROM parent", connection) == 1)
        var status = stat()
        try #require(unsafe stat(copy, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
    }

    @Test("the copy has what is still in the log beside the file")
    func copiesTheLog() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        try Self.fill(path)
        // A reader that stays keeps the last writer from emptying the log.
        let reader = try Connection.open(path: path)
        #expect(try Self.count("SELECT count(*) FROM parent", reader) == 1)
        let writer = try Connection.open(path: path)
        try writer.execute("INSERT INTO parent VALUES (5, 'a')")
        #expect(FileManager.default.fileExists(atPath: path + "-wal"))
        let copy = try #require(try Self.migrate(path).copyPath)
        #expect(try Self.count("parent", copy) == 2)
    }

    @Test("foreign keys hold again after a migration")
    func foreignKeys() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        try Self.fill(path)
        let connection = try Connection.open(path: path)
        _ = try Self.new.migrate(connection, path: path)
        try connection.execute("INSERT INTO parent VALUES (3, 'b')")
        #expect(throws: SQLiteError.self) {
            try connection.execute("INSERT INTO child VALUES (9, 99)")
        }
    }

    @Test("a new file and one of the newest version are not copied")
    func newest() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        #expect(try Self.migrate(path) == Migration(from: 0, to: 2, copyPath: nil))
        #expect(try Self.migrate(path) == Migration(from: 2, to: 2, copyPath: nil))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }

    @Test("several versions are caught up at once, from one copy")
    func several() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        try Self.fill(path)
        let newest = Migrator(
            applicationID: 7,
            migrations: [Self.first, Self.second, Self.third]
        )
        let copy = path + ".v1-backup"
        #expect(try Self.migrate(path, newest) == Migration(from: 1, to: 3, copyPath: copy))
        #expect(!FileManager.default.fileExists(atPath: path + ".v2-backup"))
    }

    /// A migration that cannot be carried out.
    static let broken = [
        "CREATE TABLE parent (a)",
        "INSERT INTO parent VALUES (7, 'a'); nonsense",
        // Leaves a child without its parent.
        "DELETE FROM parent",
    ]

    @Test("a failed migration leaves the file as it was, and says where the copy is")
    func failure() throws {
        for sql in Self.broken {
            let folder = try TemporaryFolder()
            let path = folder.path("world.sqlite")
            try Self.fill(path)
            let before = try Data(contentsOf: URL(filePath: path))
            let migrator = Migrator(applicationID: 7, migrations: [Self.first, sql])
            let error = try #require(throws: MigrationError.self) {
                _ = try Self.migrate(path, migrator)
            }
            guard case .stopped(from: 1, to: 2, copyPath: path + ".v1-backup", _) = error else {
                Issue.record("unexpected \(error)")
                return
            }
            #expect(try Data(contentsOf: URL(filePath: path)) == before, "\(sql)")
            #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
        }
    }

    @Test("an earlier copy is kept, and the same content is not copied twice")
    func earlierCopies() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        let broken = Migrator(applicationID: 7, migrations: [Self.first, "nonsense"])
        for _ in 1...3 {
            try Self.fill(path)
            #expect(throws: MigrationError.self) { _ = try Self.migrate(path, broken) }
            #expect(throws: MigrationError.self) { _ = try Self.migrate(path, broken) }
            try FileManager.default.removeItem(atPath: path)
        }
        try Self.fill(path, parent: 8)
        #expect(try Self.migrate(path).copyPath == path + ".v1-backup-2")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(
            names == ["world.sqlite", "world.sqlite.v1-backup", "world.sqlite.v1-backup-2"]
        )
    }

    @Test("a copy that differs only in how the file is written is the same content")
    func switchedToLog() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        try Self.fill(path)
        do {
            let connection = try Connection.open(path: path)
            try connection.execute("PRAGMA journal_mode = DELETE")
        }
        let broken = Migrator(applicationID: 7, migrations: [Self.first, "nonsense"])
        // The first attempt puts the file into WAL mode before it fails.
        #expect(throws: MigrationError.self) { _ = try Self.migrate(path, broken) }
        #expect(try Self.migrate(path).copyPath == path + ".v1-backup")
    }

    @Test("what a killed process left of a copy goes, and nothing else")
    func unfinishedCopies() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        try Self.fill(path)
        let unfinished = [".v1-backup.77.tmp", ".v1-backup.77.tmp-journal", ".v12-backup.8.tmp"]
        let others = [
            ".v1-backup", ".v1-backup-2", ".v1-backup.tmp", ".v1-backup.x.tmp", ".v1-backup.7.tmp2",
            ".vx-backup.7.tmp", "2.v1-backup.7.tmp",
        ]
        for ending in unfinished + others {
            #expect(FileManager.default.createFile(atPath: path + ending, contents: Data()))
        }
        _ = try Self.migrate(path, Self.old)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(Set(names) == Set(([""] + others).map { "world.sqlite" + $0 }))
    }

    @Test("a file of ours that others may read is its owner's only from then on")
    func openToOthers() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        try Self.fill(path)
        try #require(unsafe chmod(path, 0o644) == 0)
        let connection = try Connection.open(path: path)
        _ = try Self.new.migrate(connection, path: path)
        for ending in ["", "-wal", "-shm", ".v1-backup"] {
            var status = stat()
            try #require(unsafe stat(path + ending, &status) == 0, "\(ending)")
            #expect(status.st_mode & 0o777 == 0o600, "\(ending)")
        }
    }

    @Test("a file that cannot be copied is not touched")
    func notCopied() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        try Self.fill(path)
        // Nobody, not even root, can write a file where a folder with something in it is.
        let inTheWay = "\(path).v1-backup.\(getpid()).tmp"
        try FileManager.default.createDirectory(
            atPath: inTheWay + "/x",
            withIntermediateDirectories: true
        )
        let before = try Data(contentsOf: URL(filePath: path))
        let error = try #require(throws: MigrationError.self) { _ = try Self.migrate(path) }
        guard case .notCopied(path: path + ".v1-backup", _) = error else {
            Issue.record("unexpected \(error)")
            return
        }
        #expect(try Data(contentsOf: URL(filePath: path)) == before)
    }

    @Test("a damaged file is refused before it is copied")
    func damaged() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        try Self.fill(path)
        var bytes = try Data(contentsOf: URL(filePath: path))
        // The second page is the first table's; its first byte says what kind of page it is.
        bytes[4096] = 0x77
        try bytes.write(to: URL(filePath: path))
        let error = try #require(throws: MigrationError.self) { _ = try Self.migrate(path) }
        guard case .failed(let reason) = error, reason.isDamage else {
            Issue.record("unexpected \(error)")
            return
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == 1)
    }
}
