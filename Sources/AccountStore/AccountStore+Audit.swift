package import AccountModel
internal import SQLiteBridge

extension AccountStore {
    /// Stores audit entries of what changes nothing else, such as sign-ins.
    ///
    /// - Parameter entries: The entries in the order of events.
    /// - Throws: ``StoreError`` when SQLite fails; none is stored then.
    package func append(_ entries: [AuditEntry]) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            for entry in entries { try connection.insert(entry) }
        }
    }
}
