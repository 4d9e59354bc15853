internal import AccountModel
internal import SQLiteBridge

extension AccountStore {
    /// Reads what the world remembers about itself.
    ///
    /// - Returns: The state, or nil in a world that has not begun.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func state() throws(StoreError) -> WorldState? {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.first(
                "SELECT name, created_at, seed, clock_offset, clock_frozen FROM world_state",
                bind: { _ throws(SQLiteError) in },
                read: { row in
                    WorldState(
                        name: row.text(0),
                        createdAt: row.timestamp(1),
                        seedSHA256: row.text(2),
                        clock: row.optionalTimestamp(4).map { .frozen(at: $0) }
                            ?? .running(offsetSeconds: row.integer(3))
                    )
                }
            )
        }
    }

    /// Begins the world: state and population come into being together or not at all.
    ///
    /// - Parameters:
    ///   - state: What the world remembers about itself.
    ///   - population: What it contains.
    /// - Throws: ``StoreError``, also when the world has begun already.
    package func begin(_ state: WorldState, with population: Population) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.insert(state)
            for account in population.accounts { try connection.insert(account) }
            for user in population.users { try connection.insert(user) }
            for token in population.tokens { try connection.insert(token) }
            for row in population.certificates {
                _ = try connection.insert(row.certificate, text: row.text)
            }
        }
    }

    /// Reads the issuing CA.
    ///
    /// - Returns: The newest one, or nil in a world that has none yet.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func authority() throws(StoreError) -> AuthorityRecord? {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.first(
                """
                SELECT certificate, text, private_key, created_at
                FROM authority ORDER BY number DESC LIMIT 1
                """,
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

    /// Stores the issuing CA.
    ///
    /// - Parameter authority: The CA.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func save(_ authority: AuthorityRecord) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.statement(
                """
                INSERT INTO authority (certificate, text, private_key, created_at)
                VALUES (?1, ?2, ?3, ?4)
                """
            ) { (row) throws(SQLiteError) in
                try row.bind(authority.certificate, at: 1)
                try row.bind(authority.text, at: 2)
                try row.bind(authority.privateKey, at: 3)
                try row.bind(authority.createdAt.secondsSince1970, at: 4)
                _ = try row.step()
            }
        }
    }
}

extension Connection {
    fileprivate func insert(_ state: WorldState) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO world_state (number, name, created_at, seed, clock_offset, clock_frozen)
            VALUES (1, ?1, ?2, ?3, ?4, ?5)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(state.name, at: 1)
            try row.bind(state.createdAt.secondsSince1970, at: 2)
            try row.bind(state.seedSHA256, at: 3)
            switch state.clock {
            case .running(let offsetSeconds): try row.bind(offsetSeconds, at: 4)
            case .frozen(let moment):
                try row.bind(0, at: 4)
                try row.bind(moment.secondsSince1970, at: 5)
            }
            _ = try row.step()
        }
    }

    fileprivate func insert(_ account: Account) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO account (id, name, is_active, service_period_from, service_period_to,
                friendly_identifier, locale)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(account.id, at: 1)
            try row.bind(account.name, at: 2)
            try row.bind(account.isActive, at: 3)
            try row.bind(account.servicePeriod.from.description, at: 4)
            try row.bind(account.servicePeriod.to.description, at: 5)
            try row.bind(account.friendlyIdentifier, at: 6)
            try row.bind(account.locale, at: 7)
            _ = try row.step()
        }
    }

    fileprivate func insert(_ profile: UserProfile) throws(SQLiteError) {
        try insert(profile.user)
        for (position, account) in profile.accounts.enumerated() {
            try statement(
                "INSERT INTO user_account (user_id, position, account_id) VALUES (?1, ?2, ?3)"
            ) { (row) throws(SQLiteError) in
                try row.bind(profile.user.id, at: 1)
                try row.bind(Int64(position), at: 2)
                try row.bind(account.id, at: 3)
                _ = try row.step()
            }
        }
        for (position, access) in profile.applications.enumerated() {
            let application = Application(id: access.id, name: access.name)
            try statement(
                "INSERT OR IGNORE INTO application (id, code, name) VALUES (?1, ?2, ?3)"
            ) { (row) throws(SQLiteError) in
                try row.bind(application.id, at: 1)
                try row.bind(application.code, at: 2)
                try row.bind(application.name, at: 3)
                _ = try row.step()
            }
            try statement(
                """
                INSERT INTO user_application (user_id, position, application_id, permissions)
                VALUES (?1, ?2, ?3, ?4)
                """
            ) { (row) throws(SQLiteError) in
                try row.bind(profile.user.id, at: 1)
                try row.bind(Int64(position), at: 2)
                try row.bind(access.id, at: 3)
                try row.bind(access.permissions.json, at: 4)
                _ = try row.step()
            }
        }
    }

    private func insert(_ user: User) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO user (id, email, is_enabled, is_locked, access_scope, primary_account_id,
                created_at, created_by, user_type, friendly_name, description, locale,
                first_name, last_name, username, phone, roles, end_date)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                ?18)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(user.id, at: 1)
            try row.bind(user.email, at: 2)
            try row.bind(user.isEnabled, at: 3)
            try row.bind(user.isLocked, at: 4)
            try row.bind(user.accessScope.rawValue, at: 5)
            try row.bind(user.primaryAccountID, at: 6)
            try row.bind(user.createdAt.secondsSince1970, at: 7)
            try row.bind(user.createdBy, at: 8)
            try row.bind(user.userType.rawValue, at: 9)
            try row.bind(user.friendlyName, at: 10)
            try row.bind(user.description, at: 11)
            try row.bind(user.locale, at: 12)
            try row.bind(user.firstName, at: 13)
            try row.bind(user.lastName, at: 14)
            try row.bind(user.username, at: 15)
            try row.bind(user.phone, at: 16)
            try row.bind(user.storedRoles.json, at: 17)
            try row.bind(user.endDate?.secondsSince1970, at: 18)
            _ = try row.step()
        }
    }

    fileprivate func insert(_ row: Population.Token) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO api_access_token (sha256, id, user_id, name, is_enabled, end_date,
                created_at, created_by)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)
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
    }
}
