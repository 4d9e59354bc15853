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
                """
                SELECT name, created_at, seed, clock_set_to, clock_offset, clock_frozen,
                    clock_rate, clock_world_milliseconds, clock_system_milliseconds
                FROM world_state
                """,
                bind: { _ throws(SQLiteError) in },
                read: { row in
                    WorldState(
                        name: row.text(0),
                        createdAt: row.timestamp(1),
                        seedSHA256: row.text(2),
                        clock: row.clock(from: 4),
                        clockSetTo: row.optionalTimestamp(3)
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
    ///   - settings: What was chosen where the vendor is silent: a JSON object.
    /// - Throws: ``StoreError``, also when the world has begun already.
    package func begin(
        _ state: WorldState,
        with population: Population,
        settings: String = "{}"
    ) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.insert(state)
            try connection.update(settings: settings)
            for account in population.accounts {
                let methods = population.signInMethods[account.id] ?? [.standard]
                try connection.insert(account, signInMethods: methods)
            }
            for organization in population.organizations { try connection.insert(organization) }
            for application in population.allApplications { try connection.insert(application) }
            for role in population.roles { try connection.insert(role) }
            for user in population.users { try connection.insert(user) }
            for token in population.tokens { _ = try connection.insert(token) }
            for row in population.certificates {
                _ = try connection.insert(row.certificate, text: row.text)
            }
        }
    }

    /// Reads what was chosen where the vendor is silent.
    ///
    /// - Returns: A JSON object with the settings that were named; empty in a world that has not
    ///   begun.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func settings() throws(StoreError) -> String {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.first(
                "SELECT settings FROM world_state",
                bind: { _ throws(SQLiteError) in },
                read: { row in row.text(0) }
            ) ?? "{}"
        }
    }

    /// Stores what was chosen where the vendor is silent, in a world that has begun.
    ///
    /// - Parameter settings: A JSON object.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func save(settings: String) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.update(settings: settings)
        }
    }

    /// Reads the issuing CA.
    ///
    /// - Returns: The newest one whose key is kept, or nil in a world that has none yet.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func authority() throws(StoreError) -> AuthorityRecord? {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.first(
                """
                SELECT certificate, text, private_key, created_at
                FROM authority WHERE length(private_key) > 0 ORDER BY number DESC LIMIT 1
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

    /// Lists every CA that has issued, or was to issue, certificates of this world.
    ///
    /// - Returns: Their certificates, DER, the oldest first; also of those whose key is not kept.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func authorityCertificates() throws(StoreError) -> [[UInt8]] {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.all(
                "SELECT certificate FROM authority ORDER BY number",
                bind: { _ throws(SQLiteError) in },
                read: { row in row.blob(0) }
            )
        }
    }

    /// Stores the issuing CA.
    ///
    /// - Parameter authority: The CA; an empty key says that somebody else keeps it.
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
    fileprivate func update(settings: String) throws(SQLiteError) {
        try statement("UPDATE world_state SET settings = ?1") { (row) throws(SQLiteError) in
            try row.bind(settings, at: 1)
            _ = try row.step()
        }
    }

    fileprivate func insert(_ state: WorldState) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO world_state (number, name, created_at, seed, clock_set_to,
                clock_settled_to, clock_offset, clock_frozen, clock_rate,
                clock_world_milliseconds, clock_system_milliseconds)
            VALUES (1, ?1, ?2, ?3, ?4, ?2, ?5, ?6, ?7, ?8, ?9)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(state.name, at: 1)
            try row.bind(state.createdAt.secondsSince1970, at: 2)
            try row.bind(state.seedSHA256, at: 3)
            try row.bind(state.clockSetTo?.secondsSince1970, at: 4)
            try row.bind(state.clock, at: 5)
            _ = try row.step()
        }
    }

    fileprivate func insert(
        _ account: Account,
        signInMethods: [SignInMethod]
    ) throws(SQLiteError) {
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
        for (position, method) in signInMethods.enumerated() {
            try statement(
                """
                INSERT INTO account_sign_in_method (account_id, position, sign_in_method, status,
                    mfa_status, client_auth_cert_login_enabled)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                """
            ) { (row) throws(SQLiteError) in
                try row.bind(account.id, at: 1)
                try row.bind(Int64(position), at: 2)
                try row.bind(method.name, at: 3)
                try row.bind(method.status, at: 4)
                try row.bind(method.mfaStatus, at: 5)
                try row.bind(method.isClientAuthCertLoginEnabled, at: 6)
                _ = try row.step()
            }
        }
    }

    fileprivate func insert(_ organization: Organization) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO organization (id, name, account_id, is_active, address, city, state,
                postal_code, country)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(organization.id, at: 1)
            try row.bind(organization.name, at: 2)
            try row.bind(organization.accountID, at: 3)
            try row.bind(organization.isActive, at: 4)
            try row.bind(organization.address, at: 5)
            try row.bind(organization.city, at: 6)
            try row.bind(organization.state, at: 7)
            try row.bind(organization.postalCode, at: 8)
            try row.bind(organization.country, at: 9)
            _ = try row.step()
        }
    }

    fileprivate func insert(_ role: RoleDefinition) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO role (name, display_name, description, application_id, permissions)
            VALUES (?1, ?2, ?3, ?4, ?5)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(role.name, at: 1)
            try row.bind(role.displayName, at: 2)
            try row.bind(role.description, at: 3)
            try row.bind(role.application.id, at: 4)
            try row.bind(role.permissions.json, at: 5)
            _ = try row.step()
        }
    }
}
