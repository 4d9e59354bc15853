internal import SQLiteBridge

// Whether something is there or was once, for those who ask about what happened.

extension AccountReader {
    /// Whether there is or was a certificate.
    ///
    /// - Parameter serialBeginning: Its serial number, or how that begins, in upper-case digits.
    /// - Returns: Whether; of a user who was deleted no certificate is left.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func hasCertificate(serialBeginning: String) throws(StoreError) -> Bool {
        try has(
            """
            SELECT 1 FROM client_auth_certificate WHERE upper(serial_number) GLOB ?1 || '*'
            UNION ALL SELECT 1 FROM deleted_certificate WHERE upper(serial_number) GLOB ?1 || '*'
            LIMIT 1
            """,
            serialBeginning
        )
    }

    /// Whether there is or was a token.
    ///
    /// - Parameter tokenID: Its id.
    /// - Returns: Whether.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func hasToken(_ tokenID: String) throws(StoreError) -> Bool {
        try has(
            """
            SELECT 1 FROM api_access_token WHERE id = ?1
            UNION ALL SELECT 1 FROM audit_entry WHERE resource_id = ?1
            LIMIT 1
            """,
            tokenID
        )
    }

    /// Whether there is or was a user.
    ///
    /// - Parameter user: The id, or the name that is shown.
    /// - Returns: Whether.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func hasUser(_ user: String) throws(StoreError) -> Bool {
        try has(
            """
            SELECT 1 FROM user WHERE id = ?1 OR ?1 = coalesce(
                friendly_name,
                nullif(trim(coalesce(first_name, '') || ' ' || coalesce(last_name, '')), ''),
                email
            )
            UNION ALL SELECT 1 FROM audit_entry
                WHERE user_id = ?1 OR user_name = ?1 OR resource_id = ?1
            LIMIT 1
            """,
            user
        )
    }

    private func has(_ query: StaticString, _ value: String) throws(StoreError) -> Bool {
        try first(
            query,
            bind: { (row) throws(SQLiteError) in try row.bind(value, at: 1) },
            read: { _ in true }
        ) ?? false
    }
}
