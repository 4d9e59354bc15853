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
    /// committed survives the death of the process at any moment.
    ///
    /// - Parameter connection: The database.
    /// - Returns: Whether the database was empty before.
    /// - Throws: ``MigrationError``; a database that is refused is unchanged.
    package func migrate(_ connection: borrowing Connection) throws(MigrationError) -> Bool {
        _ = try version(of: connection)
        do throws(SQLiteError) {
            try connection.execute("PRAGMA journal_mode = WAL")
            return try connection.transaction { () throws(SQLiteError) in
                try applyMissing(to: connection)
            }
        } catch {
            throw .failed(error)
        }
    }

    /// Reads the version of a database.
    ///
    /// - Parameter connection: The database.
    /// - Returns: The number of migrations it has seen; 0 when it is empty.
    /// - Throws: ``MigrationError`` when it is not ours or newer than this program.
    package func version(of connection: borrowing Connection) throws(MigrationError) -> Int {
        let header: Header
        do throws(SQLiteError) {
            header = try Header(of: connection)
        } catch {
            throw .failed(error)
        }
        guard header.isEmpty || header.applicationID == applicationID else {
            throw .foreign(applicationID: header.applicationID, expected: applicationID)
        }
        guard header.version <= Int64(migrations.count) else {
            throw .newer(version: header.version, known: Int64(migrations.count))
        }
        return Int(header.version)
    }

    private func applyMissing(to connection: borrowing Connection) throws(SQLiteError) -> Bool {
        // Read again: another process may have migrated the file since.
        let header = try Header(of: connection)
        guard header.version < Int64(migrations.count) else { return header.isEmpty }
        for migration in migrations.dropFirst(Int(header.version)) {
            try connection.execute(migration)
        }
        try connection.execute("PRAGMA application_id = \(applicationID)")
        try connection.execute("PRAGMA user_version = \(migrations.count)")
        return header.isEmpty
    }
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

/// Why a database cannot be used.
package enum MigrationError: Error, Hashable {
    /// The database belongs to another program.
    case foreign(applicationID: Int64, expected: Int64)

    /// A newer version of this program wrote the database.
    case newer(version: Int64, known: Int64)

    /// SQLite failed.
    case failed(SQLiteError)
}
