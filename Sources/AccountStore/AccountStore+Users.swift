package import AccountModel
internal import SQLiteBridge

// Each change and its audit entries take effect together; what must be unique is looked for in the
// same transaction, so that of two requests at once one wins.
extension AccountStore {
    /// Stores a new user, and the token that comes with a service user.
    ///
    /// - Parameters:
    ///   - profile: The user, with accounts and products of this world.
    ///   - token: The token and the digest of its text.
    ///   - entries: The audit entries.
    ///   - letter: The mail about it; nil where the vendor sends none.
    /// - Throws: ``StoreError``, of which `duplicateFriendlyName`, `duplicateEmail` and
    ///   `duplicateUsername` mean that another user has what must be unique.
    package func insert(
        _ profile: UserProfile,
        token: Population.Token?,
        audit entries: [AuditEntry],
        letter: Letter? = nil
    ) throws(StoreError) {
        let isMailed = try change { (reader) throws(StoreError) in
            try reader.refuseTakenNames(of: profile.user)
            try translating { () throws(SQLiteError) in
                try reader.connection.insert(profile)
                if let token { _ = try reader.connection.insert(token) }
                for entry in entries { try reader.connection.insert(entry) }
            }
            for endDate in [profile.user.endDate, token?.token.endDate] {
                expect(ClockEvent.next(of: endDate, after: profile.user.createdAt))
            }
            return try reader.post(letter)
        }
        if isMailed { mailArrivals.notify() }
    }

    /// Changes a user.
    ///
    /// - Parameters:
    ///   - userID: The user's id.
    ///   - entry: The audit entry.
    ///   - body: Changes what is stored now, so that no other request's change is lost. What it
    ///     does to the user's id is of no effect.
    /// - Returns: The user as it is now, or nil when there is none of that id.
    /// - Throws: ``StoreError``, of which `duplicateFriendlyName`, `duplicateEmail` and
    ///   `duplicateUsername` mean that another user has what must be unique.
    package func updateUser(
        id userID: String,
        audit entry: AuditEntry,
        _ body: @Sendable (inout UserProfile) -> Void
    ) throws(StoreError) -> UserProfile? {
        try change { (reader) throws(StoreError) -> UserProfile? in
            guard let user = try reader.user(id: userID) else { return nil }
            let before = try reader.profile(of: user)
            var after = before
            body(&after)
            after.user.id = userID
            try reader.refuseTakenNames(of: after.user, unlessKeptFrom: before.user)
            let changed = after
            try translating { () throws(SQLiteError) in
                try reader.connection.update(changed, from: before)
                try reader.connection.insert(entry)
            }
            expect(ClockEvent.next(of: changed.user.endDate, after: entry.createdAt))
            return changed
        }
    }

    /// Deletes a user with all its tokens and certificates.
    ///
    /// Of the certificates is kept what a later refusal needs to say why.
    ///
    /// - Parameters:
    ///   - userID: The user's id.
    ///   - attribution: Who deletes it and when.
    ///   - entry: The audit entry.
    /// - Returns: Whether there was a user of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func deleteUser(
        id userID: String,
        by attribution: Attribution,
        audit entry: AuditEntry
    ) throws(StoreError) -> Bool {
        try change { (reader) throws(StoreError) -> Bool in
            guard try reader.user(id: userID) != nil else { return false }
            try translating { () throws(SQLiteError) in
                // Before the user goes: an entry is filed under an account of its author's, and
                // that may be this one.
                try reader.connection.insert(entry)
                try reader.connection.rememberCertificates(ofUser: userID, deletedBy: attribution)
                try reader.connection.deleteUser(id: userID)
            }
            return true
        }
    }
}

extension AccountReader {
    /// Refuses names that another user has, unless they were the user's own before.
    fileprivate func refuseTakenNames(
        of user: User,
        unlessKeptFrom before: User? = nil
    ) throws(StoreError) {
        if user.userType == .service, let name = user.friendlyName, name != before?.friendlyName {
            let isTaken = try isOther(
                than: user,
                """
                SELECT 1 FROM user
                WHERE friendly_name = ?1 AND id != ?2 AND user_type = 'service'
                """,
                name
            )
            if isTaken { throw .duplicateFriendlyName(name) }
        }
        guard user.userType == .standard else { return }
        if user.email != before?.email {
            let isTaken = try isOther(
                than: user,
                """
                SELECT 1 FROM user
                WHERE email = ?1 COLLATE NOCASE AND id != ?2 AND user_type = 'standard'
                """,
                user.email
            )
            if isTaken { throw .duplicateEmail(user.email) }
        }
        if let name = user.username, name != before?.username {
            let isTaken = try isOther(
                than: user,
                "SELECT 1 FROM user WHERE username = ?1 COLLATE NOCASE AND id != ?2",
                name
            )
            if isTaken { throw .duplicateUsername(name) }
        }
    }

    private func isOther(
        than user: User,
        _ sql: StaticString,
        _ name: String
    ) throws(StoreError) -> Bool {
        let found = try first(
            sql,
            bind: { (row) throws(SQLiteError) in
                try row.bind(name, at: 1)
                try row.bind(user.id, at: 2)
            },
            read: { _ in true }
        )
        return found != nil
    }
}

extension Connection {
    /// Keeps what is needed of a user's certificates before they go.
    fileprivate func rememberCertificates(
        ofUser userID: String,
        deletedBy attribution: Attribution
    ) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO deleted_certificate (sha256, id, user_id, name, serial_number,
                deleted_at, deleted_by, deleted_by_name)
            SELECT sha256, id, user_id, name, serial_number, ?2, ?3, ?4
            FROM client_auth_certificate WHERE user_id = ?1
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(userID, at: 1)
            try row.bind(attribution.at.secondsSince1970, at: 2)
            try row.bind(attribution.userID, at: 3)
            try row.bind(attribution.userName, at: 4)
            _ = try row.step()
        }
    }
}
