internal import AccountModel
internal import SQLiteBridge

// The rows of a user: its own, and those that say where it belongs and what it may do.
extension Connection {
    /// Stores a new user with everything that is shown of it.
    func insert(_ profile: UserProfile) throws(SQLiteError) {
        let user = profile.user
        try statement(
            """
            INSERT INTO user (id, email, is_enabled, is_locked, access_scope, primary_account_id,
                created_at, created_by, user_type, friendly_name, description, locale,
                first_name, last_name, username, phone, roles, end_date)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17,
                ?18)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(user)
            _ = try row.step()
        }
        try insertAccounts(of: profile)
        try insertApplications(of: profile)
    }

    /// Replaces what is stored of a user, but for its id, its type and its creation.
    func update(_ profile: UserProfile, from before: UserProfile) throws(SQLiteError) {
        let user = profile.user
        try statement(
            """
            UPDATE user SET email = ?2, is_enabled = ?3, is_locked = ?4, access_scope = ?5,
                primary_account_id = ?6, created_at = ?7, created_by = ?8, user_type = ?9,
                friendly_name = ?10, description = ?11, locale = ?12, first_name = ?13,
                last_name = ?14, username = ?15, phone = ?16, roles = ?17, end_date = ?18
            WHERE id = ?1
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(user)
            _ = try row.step()
        }
        if profile.accounts.map(\.id) != before.accounts.map(\.id)
            || user.primaryAccountID != before.user.primaryAccountID
        {
            try deleteAccounts(ofUser: user.id)
            try insertAccounts(of: profile)
        }
        if profile.applications != before.applications {
            try deleteApplications(ofUser: user.id)
            try insertApplications(of: profile)
        }
    }

    /// Deletes a user, and all that could not be without it.
    func deleteUser(id: String) throws(SQLiteError) {
        try run("DELETE FROM client_auth_certificate WHERE user_id = ?1", id)
        try run("DELETE FROM api_access_token WHERE user_id = ?1", id)
        try deleteApplications(ofUser: id)
        try deleteAccounts(ofUser: id)
        try run("DELETE FROM user WHERE id = ?1", id)
    }

    /// Stores a new product, or leaves the one of its id as it is.
    func insert(_ application: Application) throws(SQLiteError) {
        try statement(
            "INSERT OR IGNORE INTO application (id, code, name) VALUES (?1, ?2, ?3)"
        ) { (row) throws(SQLiteError) in
            try row.bind(application.id, at: 1)
            try row.bind(application.code, at: 2)
            try row.bind(application.name, at: 3)
            _ = try row.step()
        }
    }

    private func insertAccounts(of profile: UserProfile) throws(SQLiteError) {
        for (position, account) in profile.accounts.enumerated() {
            try statement(
                """
                INSERT INTO user_account (user_number, account_id, position)
                SELECT number, ?2, ?3 FROM user WHERE id = ?1
                """
            ) { (row) throws(SQLiteError) in
                try row.bind(profile.user.id, at: 1)
                try row.bind(account.id, at: 2)
                try row.bind(Int64(position), at: 3)
                _ = try row.step()
            }
        }
        try run(
            """
            INSERT OR IGNORE INTO user_account (user_number, account_id)
            SELECT u.number, a.id
            FROM user AS u JOIN account AS a ON a.id = u.primary_account_id WHERE u.id = ?1
            """,
            profile.user.id
        )
    }

    private func insertApplications(of profile: UserProfile) throws(SQLiteError) {
        for (position, access) in profile.applications.enumerated() {
            try statement(
                """
                INSERT INTO user_application (user_number, position, application_id, permissions)
                SELECT number, ?2, ?3, ?4 FROM user WHERE id = ?1
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

    private func deleteAccounts(ofUser id: String) throws(SQLiteError) {
        try run(
            """
            DELETE FROM user_account
            WHERE user_number = (SELECT number FROM user WHERE id = ?1)
            """,
            id
        )
    }

    private func deleteApplications(ofUser id: String) throws(SQLiteError) {
        try run(
            """
            DELETE FROM user_application
            WHERE user_number = (SELECT number FROM user WHERE id = ?1)
            """,
            id
        )
    }

    /// Runs a statement whose only parameter is an id.
    private func run(_ sql: StaticString, _ id: String) throws(SQLiteError) {
        try statement(sql) { (row) throws(SQLiteError) in
            try row.bind(id, at: 1)
            _ = try row.step()
        }
    }
}

extension Statement {
    /// Binds the eighteen columns of a user, in the order of reading.
    fileprivate func bind(_ user: User) throws(SQLiteError) {
        try bind(user.id, at: 1)
        try bind(user.email, at: 2)
        try bind(user.isEnabled, at: 3)
        try bind(user.isLocked, at: 4)
        try bind(user.accessScope.rawValue, at: 5)
        try bind(user.primaryAccountID, at: 6)
        try bind(user.createdAt.secondsSince1970, at: 7)
        try bind(user.createdBy, at: 8)
        try bind(user.userType.rawValue, at: 9)
        try bind(user.friendlyName, at: 10)
        try bind(user.description, at: 11)
        try bind(user.locale, at: 12)
        try bind(user.firstName, at: 13)
        try bind(user.lastName, at: 14)
        try bind(user.username, at: 15)
        try bind(user.phone, at: 16)
        try bind(user.storedRoles.json, at: 17)
        try bind(user.endDate?.secondsSince1970, at: 18)
    }
}
