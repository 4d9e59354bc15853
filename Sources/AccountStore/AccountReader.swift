package import AccountModel
internal import SQLiteBridge

/// The queries of the account model, on one connection.
///
/// Lent by ``AccountStore/read(loop:_:)``; everything it answers in one call of that belongs to
/// one state of the database.
package struct AccountReader: ~Copyable {
    let connection: Connection

    /// What was worked out from the connection's present snapshot.
    let memory = SnapshotMemory()

    init(connection: consuming Connection) {
        self.connection = connection
    }

    /// Opens a connection that cannot write.
    static func open(path: String) throws(StoreError) -> AccountReader {
        try translating { () throws(SQLiteError) -> AccountReader in
            let connection = try Connection.open(path: path)
            try connection.execute("PRAGMA query_only = ON")
            return AccountReader(connection: connection)
        }
    }

    /// Runs queries and statements that take effect together or not at all.
    func transaction<Result: Sendable>(
        _ body: (borrowing AccountReader) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try connection.transaction(failure: { StoreError.database($0) }) {
            () throws(StoreError) in try body(self)
        }
    }
}

extension AccountReader {
    /// Finds a token and its user, usable or not.
    ///
    /// - Parameter tokenSHA256: The SHA-256 of the token's text, 32 bytes.
    /// - Returns: Both, or nil when no such token exists.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func credential(tokenSHA256: [UInt8]) throws(StoreError) -> TokenCredential? {
        try memory.credential(of: tokenSHA256) { () throws(StoreError) in
            try storedCredential(tokenSHA256: tokenSHA256)
        }
    }

    private func storedCredential(
        tokenSHA256: [UInt8]
    ) throws(StoreError) -> TokenCredential? {
        try first(
            """
            SELECT u.id, u.email, u.is_enabled, u.is_locked, u.access_scope, u.primary_account_id,
                u.created_at, u.created_by, u.user_type, u.friendly_name, u.description,
                u.locale, u.first_name, u.last_name, u.username, u.phone, u.roles, u.end_date,
                t.id, t.user_id, t.name, t.is_enabled, t.end_date, t.created_at, t.created_by
            FROM api_access_token AS t JOIN user AS u ON u.id = t.user_id
            WHERE t.sha256 = ?1
            """,
            bind: { (statement) throws(SQLiteError) in try statement.bind(tokenSHA256, at: 1) },
            read: { row in
                TokenCredential(token: row.token(from: 18), user: row.user(from: 0))
            }
        ).map { (credential) throws(StoreError) in
            var credential = credential
            credential.accounts = try workplaces(ofUser: credential.user.id)
            return credential
        }
    }

    /// Lists the accounts in which a user works, also one that is not printed.
    ///
    /// - Parameter userID: The user's id.
    /// - Returns: The accounts, read once from each state of the database.
    /// - Throws: ``StoreError`` when SQLite fails.
    func workplaces(ofUser userID: String) throws(StoreError) -> [Account] {
        try memory.accounts(ofUser: userID) { () throws(StoreError) in
            try all(
                """
                SELECT a.id, a.name, a.is_active, a.service_period_from, a.service_period_to,
                    a.friendly_identifier, a.locale
                FROM user AS u
                JOIN user_account AS ua ON ua.user_number = u.number
                JOIN account AS a ON a.id = ua.account_id
                WHERE u.id = ?1 ORDER BY ua.position IS NULL, ua.position
                """,
                bind: { (statement) throws(SQLiteError) in try statement.bind(userID, at: 1) },
                read: { row in row.account(from: 0) }
            )
        }
    }

    /// Finds a user.
    ///
    /// - Parameter userID: The user's id.
    /// - Returns: The user, or nil when there is none of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func user(id userID: String) throws(StoreError) -> User? {
        try first(
            """
            SELECT id, email, is_enabled, is_locked, access_scope, primary_account_id, created_at,
                created_by, user_type, friendly_name, description, locale, first_name, last_name,
                username, phone, roles, end_date
            FROM user WHERE id = ?1
            """,
            bind: { (statement) throws(SQLiteError) in try statement.bind(userID, at: 1) },
            read: { row in row.user(from: 0) }
        )
    }

    /// Adds to a user what `/user/me` shows.
    ///
    /// - Parameter user: A user of this database.
    /// - Returns: The user with applications and accounts, in the order of printing.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func profile(of user: User) throws(StoreError) -> UserProfile {
        UserProfile(
            user: user,
            applications: try applications(userID: user.id),
            accounts: try accounts(userID: user.id)
        )
    }

    /// Hands out a text that follows from this state of the database and a key alone.
    ///
    /// It is made at the first call and kept until the database changes.
    ///
    /// - Parameters:
    ///   - key: What the text is of, such as a user's id; each caller's keys are its own.
    ///   - make: Makes the text out of queries; it must not depend on the time.
    /// - Returns: The text.
    /// - Throws: What `make` throws.
    package func remembered<Failure: Error>(
        _ key: String,
        make: () throws(Failure) -> [UInt8]
    ) throws(Failure) -> [UInt8] {
        try memory.text(of: key, make: make)
    }

    /// Lists what a user may do in each product.
    ///
    /// - Parameter userID: The user's id.
    /// - Returns: The products in the order of printing.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func applications(userID: String) throws(StoreError) -> [ApplicationAccess] {
        try all(
            """
            SELECT a.id, a.name, ua.permissions
            FROM user AS u
            JOIN user_application AS ua ON ua.user_number = u.number
            JOIN application AS a ON a.id = ua.application_id
            WHERE u.id = ?1 ORDER BY ua.position
            """,
            bind: { (statement) throws(SQLiteError) in try statement.bind(userID, at: 1) },
            read: { row in
                ApplicationAccess(
                    id: row.text(0),
                    name: row.text(1),
                    permissions: PermissionList(storedJSON: row.text(2))
                )
            }
        )
    }

    /// Lists the accounts a user may see.
    ///
    /// - Parameter userID: The user's id.
    /// - Returns: The accounts in the order of printing.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func accounts(userID: String) throws(StoreError) -> [Account] {
        try all(
            """
            SELECT a.id, a.name, a.is_active, a.service_period_from, a.service_period_to,
                a.friendly_identifier, a.locale
            FROM user AS u
            JOIN user_account AS ua ON ua.user_number = u.number
            JOIN account AS a ON a.id = ua.account_id
            WHERE u.id = ?1 AND ua.position IS NOT NULL ORDER BY ua.position
            """,
            bind: { (statement) throws(SQLiteError) in try statement.bind(userID, at: 1) },
            read: { row in row.account(from: 0) }
        )
    }

    /// Runs a query for one row at most.
    func first<Value>(
        _ sql: StaticString,
        bind: (borrowing Statement) throws(SQLiteError) -> Void,
        read: (borrowing Statement) -> Value
    ) throws(StoreError) -> Value? {
        try translating { () throws(SQLiteError) -> Value? in
            try connection.statement(sql) { (statement) throws(SQLiteError) -> Value? in
                try bind(statement)
                return try statement.step() ? read(statement) : nil
            }
        }
    }

    /// Runs a query for any number of rows.
    func all<Value>(
        _ sql: StaticString,
        bind: (borrowing Statement) throws(SQLiteError) -> Void,
        read: (borrowing Statement) -> Value
    ) throws(StoreError) -> [Value] {
        try translating { () throws(SQLiteError) -> [Value] in
            try connection.statement(sql) { (statement) throws(SQLiteError) -> [Value] in
                try bind(statement)
                var values: [Value] = []
                while try statement.step() { values.append(read(statement)) }
                return values
            }
        }
    }
}
