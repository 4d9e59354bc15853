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
        let start = unsafe sqlite3_serialize(pointer, "main", &count, 0)
        guard let start = unsafe start else {
            throw SQLiteError(code: SQLITE_NOMEM, message: "there is no memory for a copy")
        }
        defer { unsafe sqlite3_free(start) }
        return unsafe [UInt8](UnsafeBufferPointer(start: start, count: Int(count)))
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

    /// The bytes before the first page's content.
    private static var headerBytes: Int { 100 }
}
