internal import CSQLite

/// The prepared statements of one connection, found by the address of their literal.
///
/// A class, so that one statement can be prepared while another one runs.
@safe
final class StatementCache {
    private let connection: OpaquePointer
    private var statements: [UInt: OpaquePointer]

    /// Starts an empty cache.
    ///
    /// - Parameter connection: Outlives every use of the cache, though not its release.
    init(connection: OpaquePointer) {
        unsafe self.connection = connection
        unsafe statements = [:]
    }

    deinit { forget() }

    /// Gives back all statements, none of which may be in use.
    func forget() {
        unsafe statements.values.forEach { (statement: OpaquePointer) in
            unsafe sqlite3_finalize(statement)
        }
        unsafe statements = [:]
    }

    /// Finds or prepares a statement.
    ///
    /// - Parameter sql: A literal of more than one character.
    /// - Returns: The statement, not in use.
    /// - Throws: ``SQLiteError`` when SQLite does not understand the text.
    func prepared(_ sql: StaticString) throws(SQLiteError) -> OpaquePointer {
        let key = unsafe UInt(bitPattern: sql.utf8Start)
        if let known = unsafe statements[key] {
            let isBusy = unsafe sqlite3_stmt_busy(known) != 0
            precondition(!isBusy, "a statement must not be nested in itself")
            return unsafe known
        }
        var prepared: OpaquePointer?
        let code = unsafe sqlite3_prepare_v3(
            connection,
            sql.utf8Start,
            Int32(sql.utf8CodeUnitCount),
            UInt32(SQLITE_PREPARE_PERSISTENT),
            &prepared,
            nil
        )
        guard code == SQLITE_OK, let prepared = unsafe prepared else {
            throw unsafe .latest(of: connection)
        }
        unsafe statements[key] = prepared
        return unsafe prepared
    }
}
