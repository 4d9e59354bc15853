import Testing

@testable import SQLiteBridge

@Suite("ImageFile")
struct DatabaseImageTests {
    private static func filled(_ path: String) throws -> Connection {
        let connection = try Connection.open(path: path)
        try connection.execute(
            """
            PRAGMA journal_mode = WAL;
            CREATE TABLE t (x INTEGER);
            INSERT INTO t VALUES (1), (2), (3);
            """
        )
        return connection
    }

    private static func count(_ connection: borrowing Connection) throws -> Int64 {
        try connection.statement("SELECT count(*) FROM t") { (row) throws(SQLiteError) in
            _ = try row.step()
            return row.integer(0)
        }
    }

    @Test("an image holds what is in the log beside the file, and opens in memory")
    func image() throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.path
        do {
            let original = try Self.filled(folder + "/a.sqlite")
            let image = try original.image()
            let copy = try Connection.open(path: ":memory:")
            try copy.load(image: image)
            #expect(try Self.count(copy) == 3)
            try copy.execute("INSERT INTO t VALUES (4)")
            #expect(try Self.count(copy) == 4)
            #expect(try Self.count(original) == 3)
            #expect(throws: SQLiteError.self) { try copy.load(image: [1, 2, 3]) }
        }
    }

    @Test("a database writes its image into a file", arguments: [false, true])
    func imageInFile(isSole: Bool) throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.path
        do {
            let original = try Connection.open(path: folder + "/a.sqlite", isSole: isSole)
            // More than is copied at a time, in the log and in the file.
            try original.execute(
                """
                PRAGMA journal_mode = WAL;
                CREATE TABLE t (x INTEGER, b BLOB);
                INSERT INTO t VALUES (1, zeroblob(100000)), (2, zeroblob(100000));
                PRAGMA wal_checkpoint;
                INSERT INTO t VALUES (3, zeroblob(5));
                """
            )
            let path = folder + "/b.sqlite"
            try original.writeImage(to: path)
            #expect(try ImageFile.read(path: path) == original.image())
            try original.execute("INSERT INTO t VALUES (4, NULL)")
            #expect(try Self.count(Connection.open(path: path)) == 3)
            #expect(try Self.count(original) == 4)
            #expect(throws: SQLiteError.self) { try original.writeImage(to: folder + "/none/b") }
        }
    }

    @Test("a copy in a file is whole, replaces another one and is its owner's only")
    func files() throws {
        let temporary = try TemporaryFolder()
        let folder = temporary.path
        do {
            let path = folder + "/b.sqlite"
            #expect(try ImageFile.read(path: path) == nil)
            try ImageFile.write([1, 2, 3], to: path)
            let image = try Self.filled(folder + "/a.sqlite").image()
            try ImageFile.write(image, to: path)
            #expect(try ImageFile.read(path: path) == image)
            #expect(try Self.count(Connection.open(path: path)) == 3)
            #expect(try ImageFile.read(path: path + ImageFile.unfinishedEnding) == nil)
            let refusal = #expect(throws: SQLiteError.self) {
                try ImageFile.write(image, to: folder + "/none/b.sqlite")
            }
            #expect(refusal?.description.contains("cannot create") == true)
        }
    }
}
