internal import CSQLite

/// A prepared statement, lent by its connection for one use.
///
/// Parameters count from 1 and columns from 0, as in SQLite.
@safe
package struct Statement: ~Copyable {
    private let pointer: OpaquePointer

    init(lent pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    /// Binds an integer.
    ///
    /// - Parameters:
    ///   - value: The integer, or nil for NULL.
    ///   - index: The parameter, from 1.
    /// - Throws: ``SQLiteError`` when there is no such parameter.
    package func bind(_ value: Int64?, at index: Int32) throws(SQLiteError) {
        guard let value else { return try bindNull(at: index) }
        try check(unsafe sqlite3_bind_int64(pointer, index, value))
    }

    /// Binds a number that may have a fraction.
    ///
    /// - Parameters:
    ///   - value: The number.
    ///   - index: The parameter, from 1.
    /// - Throws: ``SQLiteError`` when there is no such parameter.
    package func bind(_ value: Double, at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_double(pointer, index, value))
    }

    /// Binds a truth value as 0 or 1.
    ///
    /// - Parameters:
    ///   - value: The truth value.
    ///   - index: The parameter, from 1.
    /// - Throws: ``SQLiteError`` when there is no such parameter.
    package func bind(_ value: Bool, at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_int64(pointer, index, value ? 1 : 0))
    }

    /// Binds a text.
    ///
    /// - Parameters:
    ///   - value: The text, or nil for NULL.
    ///   - index: The parameter, from 1.
    /// - Throws: ``SQLiteError`` when there is no such parameter or the text is too long.
    package func bind(_ value: String?, at index: Int32) throws(SQLiteError) {
        guard var value else { return try bindNull(at: index) }
        let code = value.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                // An empty text has no address, and without one SQLite would bind NULL.
                guard let start = characters.baseAddress else {
                    return unsafe csqlite_bind_text_copy(pointer, index, "", 0)
                }
                return unsafe csqlite_bind_text_copy(
                    pointer,
                    index,
                    start,
                    Int32(clamping: characters.count)
                )
            }
        }
        try check(code)
    }

    /// Binds bytes.
    ///
    /// - Parameters:
    ///   - value: The bytes, or nil for NULL.
    ///   - index: The parameter, from 1.
    /// - Throws: ``SQLiteError`` when there is no such parameter or the bytes are too many.
    package func bind(_ value: [UInt8]?, at index: Int32) throws(SQLiteError) {
        guard let value else { return try bindNull(at: index) }
        let code = unsafe value.withUnsafeBytes { bytes in
            // An empty array may have no address, and without one SQLite would bind NULL.
            guard let start = bytes.baseAddress else {
                return unsafe sqlite3_bind_zeroblob(pointer, index, 0)
            }
            return unsafe csqlite_bind_blob_copy(
                pointer,
                index,
                start,
                Int32(clamping: bytes.count)
            )
        }
        try check(code)
    }

    /// Runs up to the next row.
    ///
    /// - Returns: Whether there is a row to read; false at the end.
    /// - Throws: ``SQLiteError`` when the statement fails.
    package func step() throws(SQLiteError) -> Bool {
        switch unsafe sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw unsafe .latest(of: sqlite3_db_handle(pointer))
        }
    }

    /// Reads an integer of the current row; NULL reads as 0.
    ///
    /// - Parameter column: The column, from 0.
    /// - Returns: The integer.
    package func integer(_ column: Int32) -> Int64 {
        unsafe sqlite3_column_int64(pointer, column)
    }

    /// Reads a truth value of the current row.
    ///
    /// - Parameter column: The column, from 0.
    /// - Returns: Whether it is neither 0 nor NULL.
    package func flag(_ column: Int32) -> Bool { integer(column) != 0 }

    /// Whether a value of the current row is NULL.
    ///
    /// - Parameter column: The column, from 0.
    /// - Returns: Whether it is.
    package func isNull(_ column: Int32) -> Bool {
        unsafe sqlite3_column_type(pointer, column) == SQLITE_NULL
    }

    /// Reads an integer of the current row that may be NULL.
    ///
    /// - Parameter column: The column, from 0.
    /// - Returns: The integer, or nil for NULL.
    package func optionalInteger(_ column: Int32) -> Int64? {
        isNull(column) ? nil : integer(column)
    }

    /// Reads a number of the current row that may have a fraction; NULL reads as 0.
    ///
    /// - Parameter column: The column, from 0.
    /// - Returns: The number.
    package func number(_ column: Int32) -> Double { unsafe sqlite3_column_double(pointer, column) }

    /// Reads a text of the current row; NULL reads as the empty text.
    ///
    /// - Parameter column: The column, from 0.
    /// - Returns: The text.
    package func text(_ column: Int32) -> String { optionalText(column) ?? "" }

    /// Reads a text of the current row that may be NULL.
    ///
    /// - Parameter column: The column, from 0.
    /// - Returns: The text, or nil for NULL.
    package func optionalText(_ column: Int32) -> String? {
        guard let start = unsafe sqlite3_column_text(pointer, column) else { return nil }
        let count = unsafe Int(sqlite3_column_bytes(pointer, column))
        return unsafe String(
            decoding: UnsafeBufferPointer(start: start, count: count),
            as: UTF8.self
        )
    }

    /// Reads bytes of the current row; NULL reads as no bytes.
    ///
    /// - Parameter column: The column, from 0.
    /// - Returns: The bytes.
    package func blob(_ column: Int32) -> [UInt8] {
        guard let start = unsafe sqlite3_column_blob(pointer, column) else { return [] }
        let count = unsafe Int(sqlite3_column_bytes(pointer, column))
        return unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    /// Ends this use of the statement: its locks and its bound values are gone.
    func rewind() {
        // Both repeat the failure of the latest step, if any, which has been reported.
        unsafe sqlite3_reset(pointer)
        unsafe sqlite3_clear_bindings(pointer)
    }

    private func bindNull(at index: Int32) throws(SQLiteError) {
        try check(unsafe sqlite3_bind_null(pointer, index))
    }

    private func check(_ code: Int32) throws(SQLiteError) {
        guard code == SQLITE_OK else { throw unsafe .latest(of: sqlite3_db_handle(pointer)) }
    }
}
