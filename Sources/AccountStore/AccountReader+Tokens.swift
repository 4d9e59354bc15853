package import AccountModel
internal import SQLiteBridge

extension AccountReader {
    /// Lists a user's tokens in the order of creation.
    ///
    /// - Parameters:
    ///   - userID: The user's id.
    ///   - page: Which stretch of the list.
    /// - Returns: The tokens, also disabled and expired ones.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func tokens(
        userID: String,
        page: PageRequest
    ) throws(StoreError) -> [APIAccessToken] {
        try all(
            """
            SELECT id, user_id, name, is_enabled, end_date, created_at, created_by
            FROM api_access_token WHERE user_id = ?1 ORDER BY number LIMIT ?2 OFFSET ?3
            """,
            bind: { (row) throws(SQLiteError) in
                try row.bind(userID, at: 1)
                try row.bind(Int64(page.limit), at: 2)
                try row.bind(Int64(page.offset), at: 3)
            },
            read: { row in row.token(from: 0) }
        )
    }

    /// Finds a token.
    ///
    /// - Parameter tokenID: The token's id.
    /// - Returns: The token, or nil when there is none of that id; whether its user may be seen is
    ///   for the caller to ask.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func token(id tokenID: String) throws(StoreError) -> APIAccessToken? {
        try first(
            """
            SELECT id, user_id, name, is_enabled, end_date, created_at, created_by
            FROM api_access_token WHERE id = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(tokenID, at: 1) },
            read: { row in row.token(from: 0) }
        )
    }
}
