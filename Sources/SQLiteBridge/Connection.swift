internal import CSQLite

/// One SQLite connection: the sole owner of a `sqlite3 *`.
///
/// A connection is opened without SQLite's own mutex, so it must never be used by two threads at
/// once. Being noncopyable and not `Sendable`, it can be shared only inside a `Mutex`.
@safe
package struct Connection: ~Copyable {
    let pointer: OpaquePointer

    /// Whether nobody else has the file open.
    let isSole: Bool

    private let statements: StatementCache

    /// Opens a database, creating it when it does not exist.
    ///
    /// A new file is readable and writable by its owner only, and so are the `-wal` and `-shm`
    /// files that SQLite makes beside it.
    ///
    /// - Parameters:
    ///   - path: A file path, or `:memory:`.
    ///   - isSole: Whether no other connection may open the file meanwhile, of this process or
    ///     another. It is locked then as long as this one is open, needs no `-shm` file, and its
    ///     `-wal` file is left empty instead of being deleted and made anew each time.
    ///   - busyMilliseconds: How long a statement waits for another connection's lock.
    /// - Returns: The connection, with foreign keys enforced. The file is as it was.
    /// - Throws: ``SQLiteError`` when the file cannot be opened or is no database.
    package static func open(
        path: String,
        isSole: Bool = false,
        busyMilliseconds: Int32 = 5000
    ) throws(SQLiteError) -> Connection {
        _ = Self.isConfigured
        if path != ":memory:" { try PrivateFile.create(path: path) }
        // In memory there is no file to lock, and a log that nobody could read again.
        let connection = try openHandle(path: path, isSole: isSole && path != ":memory:")
        unsafe sqlite3_busy_timeout(connection.pointer, busyMilliseconds)
        unsafe sqlite3_extended_result_codes(connection.pointer, 1)
        // 40 KiB per connection that prepared statements do not need.
        unsafe csqlite_disable_lookaside(connection.pointer)
        // Before the first pragma that reads the file, which would share it.
        if connection.isSole { try connection.lockFile() }
        try connection.execute(
            """
            PRAGMA synchronous = NORMAL;
            PRAGMA foreign_keys = ON;
            PRAGMA trusted_schema = OFF;
            """
        )
        return connection
    }

    private func lockFile() throws(SQLiteError) {
        try execute("PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_size_limit = 0")
        var keepsLog: Int32 = 1
        unsafe sqlite3_file_control(pointer, "main", SQLITE_FCNTL_PERSIST_WAL, &keepsLog)
    }

    /// Done once, before the first connection: SQLite stops counting its own memory, which it does
    /// under a lock that all threads share.
    private static let isConfigured: Bool = csqlite_disable_memory_statistics() == SQLITE_OK

    private init(adopting pointer: OpaquePointer, isSole: Bool) {
        unsafe self.pointer = pointer
        self.isSole = isSole
        unsafe statements = StatementCache(connection: pointer)
    }

    deinit {
        // The cache finalizes its statements when it is released; until then SQLite keeps the
        // closed connection as a "zombie".
        unsafe sqlite3_close_v2(pointer)
    }

    /// Runs statements that return no rows.
    ///
    /// - Parameter sql: One or more statements without parameters.
    /// - Throws: ``SQLiteError`` from the first statement that fails.
    package func execute(_ sql: String) throws(SQLiteError) {
        let code = unsafe sqlite3_exec(pointer, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw unsafe .latest(of: pointer) }
    }

    /// Gives back the memory of statements, which are prepared again when they are used again, and
    /// of pages that can be read again.
    ///
    /// - Throws: ``SQLiteError`` when SQLite fails.
    package func releaseMemory() throws(SQLiteError) {
        statements.forget()
        try execute("PRAGMA shrink_memory")
    }

    /// Lends a prepared statement.
    ///
    /// The first use of a text prepares it; the connection keeps it until it is closed. Statements
    /// may be nested in one another, but none in itself.
    ///
    /// - Parameters:
    ///   - sql: One statement, as a literal: literals cannot contain a client's input.
    ///   - body: Binds, steps and reads columns. Bindings are cleared afterwards.
    /// - Returns: What `body` returns.
    /// - Throws: ``SQLiteError`` from preparing, or from `body`.
    package func statement<Result: ~Copyable>(
        _ sql: StaticString,
        _ body: (borrowing Statement) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result {
        let statement = unsafe Statement(lent: try statements.prepared(sql))
        defer { statement.rewind() }
        return try body(statement)
    }

    /// Lends a statement that is prepared for one use, for ``ComposedQuery`` alone.
    func temporaryStatement<Result: ~Copyable>(
        _ sql: String,
        _ body: (borrowing Statement) throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result {
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(pointer, sql, -1, 0, &prepared, nil)
        guard code == SQLITE_OK, let statement = unsafe prepared else {
            throw unsafe .latest(of: pointer)
        }
        defer { unsafe _ = sqlite3_finalize(statement) }
        return try body(unsafe Statement(lent: statement))
    }

    /// The number of rows that the latest INSERT, UPDATE or DELETE touched.
    package var changedRowCount: Int { unsafe Int(sqlite3_changes(pointer)) }

    /// Runs statements that take effect together or not at all.
    ///
    /// - Parameter body: The statements. When it throws, nothing of it remains.
    /// - Returns: What `body` returns, after the commit.
    /// - Throws: ``SQLiteError`` from `body` or from the commit.
    package func transaction<Result: ~Copyable>(
        _ body: () throws(SQLiteError) -> Result
    ) throws(SQLiteError) -> Result {
        try transaction(failure: { $0 }, body)
    }

    /// Runs statements that take effect together or not at all, and that fail in another ring.
    ///
    /// - Parameters:
    ///   - failure: Says in that ring what SQLite says about beginning and committing.
    ///   - body: The statements. When it throws, nothing of it remains.
    /// - Returns: What `body` returns, after the commit.
    /// - Throws: What `body` throws, or what `failure` makes.
    package func transaction<Result: ~Copyable, Failure: Error>(
        failure: (SQLiteError) -> Failure,
        _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // IMMEDIATE takes the write lock now, where the busy time-out still helps.
        try run("BEGIN IMMEDIATE", failure)
        do throws(Failure) {
            let result = try body()
            try run("COMMIT", failure)
            return result
        } catch {
            // Some failures have rolled back already; then this one is harmless.
            try? run("ROLLBACK")
            throw error
        }
    }

    private func run<Failure: Error>(
        _ sql: StaticString,
        _ failure: (SQLiteError) -> Failure
    ) throws(Failure) {
        do throws(SQLiteError) {
            try run(sql)
        } catch {
            throw failure(error)
        }
    }

    /// Begins a snapshot: until ``endSnapshot()``, all queries see one state of the database.
    ///
    /// Queries in a snapshot take no locks of their own, which saves half of a short query's time.
    /// While a snapshot is open, the log of later writes cannot be cut.
    ///
    /// - Throws: ``SQLiteError`` when a snapshot or transaction is open already.
    package func beginSnapshot() throws(SQLiteError) { try run("BEGIN") }

    /// Ends a snapshot, if one is open.
    package func endSnapshot() {
        // Nothing was written, so there is nothing that could fail to be kept.
        if unsafe sqlite3_get_autocommit(pointer) == 0 { try? run("COMMIT") }
    }

    /// Copies the whole database over another one.
    ///
    /// - Parameter destination: Loses what it contained.
    /// - Throws: ``SQLiteError`` when either side is locked or the copy cannot be written.
    package func copy(over destination: borrowing Connection) throws(SQLiteError) {
        try destination.takeOver(copySource)
    }

    /// A connection as the source of a copy, for one that lies in another `Mutex`.
    ///
    /// Whoever lends it keeps the connection to themselves until the copy is made.
    @safe
    package struct CopySource: @unchecked Sendable {
        fileprivate let pointer: OpaquePointer
    }

    /// This connection as the source of a copy.
    package var copySource: CopySource { unsafe CopySource(pointer: pointer) }

    /// Replaces the whole database by that of another connection.
    ///
    /// - Parameter source: The other one.
    /// - Throws: ``SQLiteError`` when either side is locked or the copy cannot be written.
    package func takeOver(_ source: CopySource) throws(SQLiteError) {
        guard let backup = unsafe sqlite3_backup_init(pointer, "main", source.pointer, "main")
        else { throw unsafe .latest(of: pointer) }
        let code = unsafe sqlite3_backup_step(backup, -1)
        unsafe sqlite3_backup_finish(backup)
        guard code == SQLITE_DONE else {
            throw SQLiteError(code: code, message: unsafe String(cString: sqlite3_errstr(code)))
        }
    }

    private func run(_ sql: StaticString) throws(SQLiteError) {
        try statement(sql) { (statement) throws(SQLiteError) in _ = try statement.step() }
    }

    private static func openHandle(
        path: String,
        isSole: Bool
    ) throws(SQLiteError) -> Connection {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = unsafe sqlite3_open_v2(path, &opened, flags, nil)
        guard let handle = unsafe opened else {
            throw SQLiteError(code: code, message: "out of memory")
        }
        // SQLite hands out a handle even when opening fails, and the owner closes it.
        let connection = unsafe Connection(adopting: handle, isSole: isSole)
        guard code == SQLITE_OK else { throw unsafe .latest(of: handle) }
        return connection
    }
}
