internal import Glibc
internal import SQLiteBridge

extension AccountStore {
    /// Reads every CA that issues or has issued here.
    ///
    /// - Returns: The CAs, the oldest first; the key of one that a person brought is empty.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func authorities() throws(StoreError) -> [AuthorityRecord] {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.all(
                "SELECT certificate, text, private_key, created_at FROM authority ORDER BY number",
                bind: { _ throws(SQLiteError) in },
                read: { row in
                    AuthorityRecord(
                        certificate: row.blob(0),
                        text: row.text(1),
                        privateKey: row.blob(2),
                        createdAt: row.timestamp(3)
                    )
                }
            )
        }
    }

    /// Counts what the world contains.
    ///
    /// - Returns: The counts.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func census() throws(StoreError) -> StoreCensus {
        let counts = try read(loop: 0) { (reader) throws(StoreError) in
            try reader.first(
                """
                SELECT (SELECT count(*) FROM user), (SELECT count(*) FROM api_access_token),
                    (SELECT count(*) FROM client_auth_certificate),
                    (SELECT count(*) FROM audit_entry)
                """,
                bind: { _ throws(SQLiteError) in },
                read: { row in (0..<4).map { Int(row.integer($0)) } }
            )
        }
        guard let counts else { return StoreCensus() }
        return StoreCensus(
            users: counts[0],
            tokens: counts[1],
            certificates: counts[2],
            auditEntries: counts[3]
        )
    }

    /// Removes a world's file and what SQLite keeps beside it, if it is there.
    ///
    /// - Parameter path: The file, which nobody has open.
    package static func remove(fileAt path: String) {
        for ending in ["", "-wal", "-shm", "-journal"] { unsafe unlink(path + ending) }
    }
}

/// How much a world contains.
package struct StoreCensus: Sendable, Hashable {
    /// Users of both types.
    package var users = 0

    /// Their API access tokens.
    package var tokens = 0

    /// Their certificates, without deleted ones.
    package var certificates = 0

    /// Entries of the audit log.
    package var auditEntries = 0
}
