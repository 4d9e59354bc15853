internal import CSQLite

// A whole database as the bytes of its file.
extension Connection {
    /// Takes the whole database as bytes, as a file would hold it without a log beside it.
    ///
    /// The one way to copy a database that is in use: its newest pages may be in the log beside
    /// the file (https://www.sqlite.org/c3ref/serialize.html).
    ///
    /// - Returns: The bytes; what is not committed is not among them.
    /// - Throws: ``SQLiteError`` when the pages cannot be read.
    package func image() throws(SQLiteError) -> [UInt8] {
        var count: Int64 = 0
        // A database in memory lends its bytes.
        let lent = unsafe sqlite3_serialize(
            pointer,
            "main",
            &count,
            UInt32(SQLITE_SERIALIZE_NOCOPY)
        )
        if let lent = unsafe lent {
            return unsafe [UInt8](UnsafeBufferPointer(start: lent, count: Int(count)))
        }
        let start = unsafe sqlite3_serialize(pointer, "main", &count, 0)
        guard let start = unsafe start else {
            throw SQLiteError(code: SQLITE_NOMEM, message: "there is no memory for a copy")
        }
        defer { unsafe sqlite3_free(start) }
        return unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(count)))
    }

    /// Writes the whole database into another file, as ``image()`` would have it.
    ///
    /// Where nobody else has the file open, its log is put back into it, and its bytes are copied
    /// without becoming pages of the cache, and without memory for all of them at once.
    ///
    /// - Parameter path: The other file, readable by its owner only; one that is there is replaced.
    /// - Throws: ``SQLiteError``; the other file is as it was then.
    package func writeImage(to path: String) throws(SQLiteError) {
        guard isSole, try emptyLog() else { return try ImageFile.write(image(), to: path) }
        let pageCount = try integers("PRAGMA page_count", 1)[0]
        let byteCount = Int(pageCount * (try integers("PRAGMA page_size", 1)[0]))
        try ImageFile.write(to: path) { (append) throws(SQLiteError) in
            var chunk = [UInt8](repeating: 0, count: min(Self.chunkBytes, byteCount))
            for start in stride(from: 0, to: byteCount, by: chunk.count) {
                let count = min(chunk.count, byteCount - start)
                let code = unsafe csqlite_read_file(pointer, &chunk, Int32(count), Int64(start))
                guard code == SQLITE_OK else {
                    throw SQLiteError(code: code, message: "the database cannot be read")
                }
                try append(chunk[..<count])
            }
        }
    }

    /// Puts what is in the log into the file.
    ///
    /// - Returns: Whether all of it is there, or there was no log.
    private func emptyLog() throws(SQLiteError) -> Bool {
        let figures = try integers("PRAGMA wal_checkpoint(PASSIVE)", 3)
        return figures[0] == 0 && figures[1] == figures[2]
    }

    /// The first columns of the only row.
    private func integers(
        _ sql: StaticString,
        _ columnCount: Int32
    ) throws(SQLiteError) -> [Int64] {
        try statement(sql) { (row) throws(SQLiteError) in
            let isThere = try row.step()
            return (0..<columnCount).map { isThere ? row.integer($0) : 0 }
        }
    }

    /// Replaces a database in memory by the bytes of another one.
    ///
    /// - Parameter image: The bytes of a database file.
    /// - Throws: ``SQLiteError`` when there is no memory; bytes that are no database fail at the
    ///   first statement.
    package func load(image: [UInt8]) throws(SQLiteError) {
        guard image.count >= Self.headerBytes else {
            throw SQLiteError(code: SQLITE_NOTADB, message: "these bytes are no database")
        }
        guard let memory = unsafe sqlite3_malloc64(UInt64(image.count)) else {
            throw SQLiteError(code: SQLITE_NOMEM, message: "there is no memory for a copy")
        }
        unsafe image.withUnsafeBytes { bytes in
            guard let source = bytes.baseAddress else { return }
            unsafe memory.copyMemory(from: source, byteCount: bytes.count)
        }
        let start = unsafe memory.assumingMemoryBound(to: UInt8.self)
        // A database in memory has no log, so it must not say that it has one (bytes 18 and 19:
        // https://www.sqlite.org/fileformat2.html section 1.3).
        unsafe start[18] = 1
        unsafe start[19] = 1
        // SQLite frees the memory, also when it refuses.
        let code = unsafe sqlite3_deserialize(
            pointer,
            "main",
            start,
            Int64(image.count),
            Int64(image.count),
            UInt32(SQLITE_DESERIALIZE_FREEONCLOSE | SQLITE_DESERIALIZE_RESIZEABLE)
        )
        guard code == SQLITE_OK else { throw unsafe .latest(of: pointer) }
    }

    /// Looks through every page for damage, and whether rows, their indexes and the rules of their
    /// columns agree.
    ///
    /// - Throws: ``SQLiteError`` that is damage and says what contradicts itself first.
    package func refuseDamage() throws(SQLiteError) {
        guard let finding = try firstText("PRAGMA integrity_check(1)"), finding != "ok" else {
            return
        }
        // A heading may stand before it.
        let lines = finding.split(separator: "\n").map { String($0) }
        let first = lines.first { !$0.hasPrefix("***") } ?? finding
        throw SQLiteError(code: SQLiteError.damageCode, message: first)
    }

    /// What the database consists of: its tables, indexes, views and triggers, without what SQLite
    /// keeps for itself.
    ///
    /// - Returns: A text for each, sorted; two databases of one schema have the same ones.
    /// - Throws: ``SQLiteError`` when it cannot be read.
    package func schemaTexts() throws(SQLiteError) -> [String] {
        try statement(
            """
            SELECT type || ' ' || name || ' ' || ifnull(sql, '') FROM sqlite_schema
            WHERE name NOT LIKE 'sqlite@_%' ESCAPE '@' ORDER BY 1
            """
        ) { (statement) throws(SQLiteError) in
            var texts: [String] = []
            while try statement.step() { texts.append(statement.text(0)) }
            return texts
        }
    }

    /// How much is copied at a time.
    private static var chunkBytes: Int { 65_536 }

    /// The bytes before the first page's content.
    private static var headerBytes: Int { 100 }
}
