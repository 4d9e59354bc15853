package import AccountModel
internal import SQLiteBridge

extension AccountStore {
    /// Stores a new token.
    ///
    /// - Parameters:
    ///   - token: The token and the digest of its text.
    ///   - entry: The audit entry.
    /// - Throws: ``StoreError``, of which `duplicateTokenName` means that the user has a token of
    ///   that name, even if another request stored it a moment ago, and `unknownUser` that another
    ///   request deleted the user.
    package func insert(
        _ token: Population.Token,
        audit entry: AuditEntry
    ) throws(StoreError) {
        try change { (reader) throws(StoreError) in
            guard try reader.user(id: token.token.userID) != nil else {
                throw .unknownUser(token.token.userID)
            }
            let isInserted = try translating { () throws(SQLiteError) in
                try reader.connection.insert(token)
            }
            guard isInserted else { throw .duplicateTokenName(token.token.name) }
            expect(ClockEvent.next(of: token.token.endDate, after: token.token.createdAt))
            try translating { () throws(SQLiteError) in try reader.connection.insert(entry) }
        }
    }

    /// Changes a token's name, flag and end date.
    ///
    /// - Parameters:
    ///   - tokenID: The token's id.
    ///   - entry: The audit entry.
    ///   - body: Changes what is stored now, so that no other request's change is lost. What it
    ///     does to anything else is of no effect.
    /// - Returns: The token as it is now, or nil when there is none of that id.
    /// - Throws: ``StoreError``, of which `duplicateTokenName` means that the user has another
    ///   token of that name.
    package func updateToken(
        id tokenID: String,
        audit entry: AuditEntry,
        _ body: @Sendable (inout APIAccessToken) -> Void
    ) throws(StoreError) -> APIAccessToken? {
        try change { (reader) throws(StoreError) -> APIAccessToken? in
            guard let before = try reader.token(id: tokenID) else { return nil }
            var after = before
            body(&after)
            var changed = before
            changed.name = after.name
            changed.isEnabled = after.isEnabled
            changed.endDate = after.endDate
            let token = changed
            let isChanged = try translating { () throws(SQLiteError) in
                try reader.connection.update(token)
            }
            guard isChanged else { throw .duplicateTokenName(token.name) }
            expect(ClockEvent.next(of: token.endDate, after: entry.createdAt))
            try translating { () throws(SQLiteError) in try reader.connection.insert(entry) }
            return token
        }
    }

    /// Deletes a token.
    ///
    /// - Parameters:
    ///   - tokenID: The token's id.
    ///   - entry: The audit entry.
    /// - Returns: Whether there was a token of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func deleteToken(id tokenID: String, audit entry: AuditEntry) throws(StoreError) -> Bool
    {
        try write { (connection) throws(SQLiteError) in
            try connection.statement("DELETE FROM api_access_token WHERE id = ?1") {
                (row) throws(SQLiteError) in
                try row.bind(tokenID, at: 1)
                _ = try row.step()
            }
            guard connection.changedRowCount == 1 else { return false }
            try connection.insert(entry)
            return true
        }
    }
}

extension Connection {
    /// Stores a token unless its user has one of that name.
    func insert(_ row: Population.Token) throws(SQLiteError) -> Bool {
        // The constraint, and no query before, finds the duplicate.
        try statement(
            """
            INSERT INTO api_access_token (sha256, id, user_id, name, is_enabled, end_date,
                created_at, created_by)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
            ON CONFLICT (user_id, name) DO NOTHING
            """
        ) { (statement) throws(SQLiteError) in
            try statement.bind(row.sha256, at: 1)
            try statement.bind(row.token.id, at: 2)
            try statement.bind(row.token.userID, at: 3)
            try statement.bind(row.token.name, at: 4)
            try statement.bind(row.token.isEnabled, at: 5)
            try statement.bind(row.token.endDate?.secondsSince1970, at: 6)
            try statement.bind(row.token.createdAt.secondsSince1970, at: 7)
            try statement.bind(row.token.createdBy, at: 8)
            _ = try statement.step()
        }
        return changedRowCount == 1
    }

    /// Replaces what can change of a token, unless its user has another one of that name.
    fileprivate func update(_ token: APIAccessToken) throws(SQLiteError) -> Bool {
        try statement(
            """
            UPDATE OR IGNORE api_access_token SET name = ?2, is_enabled = ?3, end_date = ?4
            WHERE id = ?1
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(token.id, at: 1)
            try row.bind(token.name, at: 2)
            try row.bind(token.isEnabled, at: 3)
            try row.bind(token.endDate?.secondsSince1970, at: 4)
            _ = try row.step()
        }
        return changedRowCount == 1
    }
}
