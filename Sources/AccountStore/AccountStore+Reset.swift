package import AccountModel
internal import Glibc
internal import SQLiteBridge

extension AccountStore {
    /// Lets the clock go on in another way.
    ///
    /// - Parameters:
    ///   - clock: What it does from now on.
    ///   - time: The time that somebody asked for; nil keeps the one that was asked for before.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func setClock(_ clock: ClockState, to time: Timestamp?) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.statement(
                """
                UPDATE world_state SET clock_offset = ?1, clock_frozen = ?2,
                    clock_set_to = coalesce(?3, clock_set_to)
                """
            ) { (row) throws(SQLiteError) in
                try row.bind(clock, at: 1)
                try row.bind(time?.secondsSince1970, at: 3)
                _ = try row.step()
            }
        }
    }

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

extension Statement {
    /// Binds the two columns that describe a clock.
    ///
    /// - Parameters:
    ///   - clock: What it does.
    ///   - index: The parameter of the offset; that of the frozen moment is the next one.
    /// - Throws: ``SQLiteError`` when there is no such parameter.
    borrowing func bind(_ clock: ClockState, at index: Int32) throws(SQLiteError) {
        switch clock {
        case .running(let offsetSeconds):
            try bind(offsetSeconds, at: index)
            try bind(Int64?.none, at: index + 1)
        case .frozen(let moment):
            try bind(Int64(0), at: index)
            try bind(moment.secondsSince1970, at: index + 1)
        }
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
