internal import CSQLite

/// A failed SQLite call (https://www.sqlite.org/rescode.html).
package struct SQLiteError: Error, Hashable {
    /// The extended result code.
    package let code: Int32

    /// What SQLite says about it, without any bound value: bound values may be secrets.
    package let message: String

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - code: The extended result code.
    ///   - message: What is wrong, without any secret.
    package init(code: Int32, message: String) {
        self.code = code
        self.message = message
    }

    /// Whether the file is something else than an SQLite database.
    package var isNotADatabase: Bool { code & 0xff == SQLITE_NOTADB }

    /// Whether what the file contains contradicts itself.
    package var isDamage: Bool { code & 0xff == SQLITE_CORRUPT }

    /// Whether the disk is full, or failed to take what was written.
    package var isLackOfRoom: Bool {
        [SQLITE_FULL, SQLITE_IOERR].contains(code & 0xff)
    }

    /// The code of what contradicts itself.
    package static let damageCode = SQLITE_CORRUPT

    /// The code of a reference to a row that does not exist (SQLITE_CONSTRAINT_FOREIGNKEY).
    static let foreignKeyCode = SQLITE_CONSTRAINT | 3 << 8

    /// Whether another connection held its lock for longer than the busy time-out.
    package var isBusy: Bool { code & 0xff == SQLITE_BUSY }

    /// Whether a row with the same key exists.
    package var isUniquenessViolation: Bool {
        // SQLITE_CONSTRAINT_UNIQUE and SQLITE_CONSTRAINT_PRIMARYKEY: macros that Swift cannot see.
        code == SQLITE_CONSTRAINT | 8 << 8 || code == SQLITE_CONSTRAINT | 6 << 8
    }

    /// Describes the latest failure of a connection.
    static func latest(of connection: OpaquePointer) -> SQLiteError {
        unsafe SQLiteError(
            code: sqlite3_extended_errcode(connection),
            message: String(cString: sqlite3_errmsg(connection))
        )
    }
}

extension SQLiteError: CustomStringConvertible {
    package var description: String { "SQLite: \(message) (code \(code))" }
}
