internal import AccountModel
internal import SQLiteBridge

extension Connection {
    /// Stores an audit entry.
    ///
    /// An entry whose account does not exist, as in the vendor's own example of a user, is filed
    /// under the first account of the one whose thing it is: otherwise nobody there would see it.
    /// One whose author does not see its account goes to an account that both have: otherwise the
    /// author would not find what it did.
    func insert(_ entry: AuditEntry) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO audit_entry (id, created_at, user_id, user_name, account_id, action,
                resource_type, resource_id, status, description, ip_address)
            VALUES (?1, ?2, ?3, ?4, coalesce(
                (SELECT id FROM account WHERE id = ?5 AND (?12 IS NULL OR EXISTS (
                    SELECT 1 FROM user AS u WHERE u.id = ?3 AND (u.access_scope = 'system'
                        OR EXISTS (SELECT 1 FROM user_account AS ua
                            WHERE ua.user_number = u.number AND ua.account_id = ?5))))),
                (SELECT theirs.account_id FROM user AS u
                    JOIN user AS owner ON owner.id = ?12
                    JOIN user_account AS theirs ON theirs.user_number = owner.number
                    JOIN user_account AS mine
                        ON mine.user_number = u.number AND mine.account_id = theirs.account_id
                    WHERE u.id = ?3 ORDER BY theirs.position IS NULL, theirs.position LIMIT 1),
                (SELECT id FROM account WHERE id = ?5),
                (SELECT ua.account_id FROM user AS u
                    JOIN user_account AS ua ON ua.user_number = u.number
                    WHERE u.id = coalesce(?12, ?3) AND ua.position IS NOT NULL
                    ORDER BY ua.position LIMIT 1),
                ?5), ?6, ?7, ?8, ?9, ?10, ?11)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(entry.id, at: 1)
            try row.bind(entry.createdAt.secondsSince1970, at: 2)
            try row.bind(entry.userID, at: 3)
            try row.bind(entry.userName, at: 4)
            try row.bind(entry.accountID, at: 5)
            try row.bind(entry.action.rawValue, at: 6)
            try row.bind(entry.resourceType.rawValue, at: 7)
            try row.bind(entry.resourceID, at: 8)
            try row.bind(entry.status.rawValue, at: 9)
            try row.bind(entry.description, at: 10)
            try row.bind(entry.ipAddress, at: 11)
            try row.bind(entry.ownerID, at: 12)
            _ = try row.step()
        }
    }

    /// Deletes the oldest audit entries beyond a number, many at once where there are many.
    func cutAuditLog(entriesMax: Int) throws(SQLiteError) {
        // Entries go from the old end only, so their numbers have no gaps.
        let (oldest, newest) = try statement(
            """
            SELECT (SELECT min(number) FROM audit_entry), (SELECT max(number) FROM audit_entry)
            """
        ) { (row) throws(SQLiteError) -> (Int64, Int64) in
            try row.step() ? (row.integer(0), row.integer(1)) : (0, 0)
        }
        let slack = Int64(min(entriesMax / 100, 100))
        guard newest - oldest + 1 > Int64(entriesMax) + slack else { return }
        try statement("DELETE FROM audit_entry WHERE number <= ?1") {
            (row) throws(SQLiteError) in
            try row.bind(newest - Int64(entriesMax), at: 1)
            _ = try row.step()
        }
    }
}
