/// Brings a database to the newest schema, and refuses one that it does not understand.
///
/// The header of the file says whose it is (`application_id`) and which migration was the last
/// (`user_version`).
package struct Migrator: Sendable {
    /// The number that marks a file as ours.
    package let applicationID: Int64

    /// The migrations in the order of application; the first one leads to version 1.
    package let migrations: [String]

    /// Makes a migrator.
    ///
    /// - Parameters:
    ///   - applicationID: The number that marks a file as ours.
    ///   - migrations: SQL scripts in the order of application.
    package init(applicationID: Int64, migrations: [String]) {
        self.applicationID = applicationID
        self.migrations = migrations
    }

    /// Applies the migrations that the database has not seen, and puts it into WAL mode.
    ///
    /// In WAL mode, with synchronous NORMAL, readers do not wait for a writer, and what was
    /// committed survives the death of the process at any moment. An older database is looked
    /// through for damage and copied beside itself first; then all that it lacks happens in one
    /// transaction, in which foreign keys are checked at the end only, so that a migration may
    /// make a table anew (https://www.sqlite.org/lang_altertable.html, section 7). The caller
    /// sees to it that no other process writes to the file meanwhile. The file becomes its
    /// owner's only, and copies that a killed process did not finish go.
    ///
    /// - Parameters:
    ///   - connection: The database.
    ///   - path: The database's file, beside which it is copied; nil in memory.
    ///   - isOneOfMany: Whether the caller looks after unfinished copies by itself: to look through
    ///     a folder of thousands of databases takes longer than to open one of them.
    /// - Returns: What was done.
    /// - Throws: ``MigrationError``; a database that is refused is unchanged.
    package func migrate(
        _ connection: borrowing Connection,
        path: String? = nil,
        isOneOfMany: Bool = false
    ) throws(MigrationError) -> Migration {
        let before = try version(of: connection)
        if let path {
            PrivateFile.restrict(database: path)
            if !isOneOfMany { DatabaseCopy.removeUnfinished(of: path) }
        }
        guard before < migrations.count else {
            try translating { () throws(SQLiteError) in try connection.useWriteAheadLog() }
            return Migration(from: before, to: before, copyPath: nil)
        }
        var copyPath: String?
        if before > 0 {
            try refuseDamage(of: connection)
            if let path { copyPath = try DatabaseCopy.make(of: connection, path, version: before) }
        }
        do throws(SQLiteError) {
            try connection.useWriteAheadLog()
            try connection.withoutForeignKeys { () throws(SQLiteError) in
                try connection.transaction { () throws(SQLiteError) in
                    try applyMissing(to: connection)
                }
            }
        } catch {
            throw before == 0
                ? .failed(error)
                : .stopped(from: before, to: migrations.count, copyPath: copyPath, error)
        }
        return Migration(from: before, to: migrations.count, copyPath: copyPath)
    }

    /// Reads the version of a database.
    ///
    /// - Parameter connection: The database.
    /// - Returns: The number of migrations it has seen; 0 when it is empty.
    /// - Throws: ``MigrationError`` when it is not ours or newer than this program.
    package func version(of connection: borrowing Connection) throws(MigrationError) -> Int {
        let header = try translating { () throws(SQLiteError) in try Header(of: connection) }
        guard header.isEmpty || (header.applicationID == applicationID && header.version > 0) else {
            throw .foreign(applicationID: header.applicationID, expected: applicationID)
        }
        guard header.version <= Int64(migrations.count) else {
            throw .newer(version: header.version, known: Int64(migrations.count))
        }
        return Int(header.version)
    }

    private func applyMissing(to connection: borrowing Connection) throws(SQLiteError) {
        // Read again: another process may have migrated the file since.
        let header = try Header(of: connection)
        guard header.version < Int64(migrations.count) else { return }
        for migration in migrations.dropFirst(Int(header.version)) {
            try connection.execute(migration)
        }
        try connection.execute("PRAGMA application_id = \(applicationID)")
        try connection.execute("PRAGMA user_version = \(migrations.count)")
        guard let table = try connection.firstText("PRAGMA foreign_key_check") else { return }
        throw SQLiteError(
            code: SQLiteError.foreignKeyCode,
            message: "the migrated table \(table) refers to rows that do not exist"
        )
    }

    /// A damaged page that a migration only carried over would be found much later.
    private func refuseDamage(of connection: borrowing Connection) throws(MigrationError) {
        let finding = try translating { () throws(SQLiteError) in
            try connection.firstText("PRAGMA quick_check(1)")
        }
        guard let finding, finding != "ok" else { return }
        throw .failed(SQLiteError(code: SQLiteError.damageCode, message: finding))
    }

    private func translating<Result>(
        _ body: () throws(SQLiteError) -> Result
    ) throws(MigrationError) -> Result {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw .failed(error)
        }
    }
}

/// What a migrator did to a database.
package struct Migration: Sendable, Hashable {
    /// The version before; 0 when the database was empty.
    package let from: Int

    /// The version now.
    package let to: Int

    /// Where the database as it was is kept; nil when nothing was there to keep, or in memory.
    package let copyPath: String?

    /// Whether the database was empty before.
    package var isNew: Bool { from == 0 }

    /// Whether a database that was in use changed its form.
    package var isUpgrade: Bool { from > 0 && from < to }
}

/// What the file says about itself.
private struct Header {
    let applicationID: Int64
    let version: Int64
    let isEmpty: Bool

    init(of connection: borrowing Connection) throws(SQLiteError) {
        applicationID = try Self.integer("PRAGMA application_id", connection)
        version = try Self.integer("PRAGMA user_version", connection)
        let objectCount = try Self.integer("SELECT count(*) FROM sqlite_schema", connection)
        isEmpty = applicationID == 0 && version == 0 && objectCount == 0
    }

    private static func integer(
        _ sql: StaticString,
        _ connection: borrowing Connection
    ) throws(SQLiteError) -> Int64 {
        try connection.statement(sql) { (statement) throws(SQLiteError) in
            try statement.step() ? statement.integer(0) : 0
        }
    }
}

extension Connection {
    fileprivate func useWriteAheadLog() throws(SQLiteError) {
        try execute("PRAGMA journal_mode = WAL")
    }

    /// Inside a transaction the pragma would do nothing.
    fileprivate func withoutForeignKeys(
        _ body: () throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        try execute("PRAGMA foreign_keys = OFF")
        do throws(SQLiteError) {
            try body()
        } catch {
            try? execute("PRAGMA foreign_keys = ON")
            throw error
        }
        try execute("PRAGMA foreign_keys = ON")
    }

    /// The first column of the first row; nil when there is no row.
    func firstText(_ sql: StaticString) throws(SQLiteError) -> String? {
        try statement(sql) { (statement) throws(SQLiteError) -> String? in
            try statement.step() ? statement.text(0) : nil
        }
    }
}

/// Why a database cannot be used.
package enum MigrationError: Error, Hashable {
    /// The database belongs to another program.
    case foreign(applicationID: Int64, expected: Int64)

    /// A newer version of this program wrote the database.
    case newer(version: Int64, known: Int64)

    /// The older database could not be copied beside itself, and so was not touched.
    case notCopied(path: String, SQLiteError)

    /// A migration failed; the database is as it was, and a copy of it at the path.
    case stopped(from: Int, to: Int, copyPath: String?, SQLiteError)

    /// SQLite failed.
    case failed(SQLiteError)
}
