package import AccountModel
internal import SQLiteBridge

/// A sign-in with everything that decides how it goes on.
package struct TwoFactorSignIn: Sendable, Hashable {
    /// The browser in which somebody signs in.
    package var session: TwoFactorSession

    /// Who signs in.
    package var user: User

    /// The user's accounts.
    package var accounts: [Account]

    /// The rule that decides about the user; nil where nothing is required.
    package var rule: TwoFactorRule?

    /// The user's present certificate; nil where there is none.
    package var certificate: TwoFactorCertificate?

    /// Judges the user together with the accounts.
    ///
    /// - Parameter now: The world's time.
    /// - Returns: `usable` or the reason why the user may not sign in.
    package func standing(at now: Timestamp) -> CredentialStanding {
        user.standing(at: now, in: accounts)
    }

    /// How far it has come.
    package var state: TwoFactorState {
        TwoFactorState(
            isRequired: rule?.isRequired ?? false,
            hasCertificate: certificate != nil,
            stage: session.stage,
            isComplete: session.stage == .password && session.signedInAt != nil
        )
    }
}

/// A line of the table of issued client certificates.
package struct TwoFactorHolding: Sendable, Hashable {
    /// The certificate as it was generated.
    package var certificate: TwoFactorCertificate

    /// Whose it is.
    package var user: User

    /// How it stands among the user's certificates; nil when it was deleted there.
    package var standing: ClientAuthCertificate?
}

// MARK: - Who has to, and who is who

extension AccountReader {
    /// Lists every rule in the order of creation.
    ///
    /// - Returns: The rules.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func twoFactorRules() throws(StoreError) -> [TwoFactorRule] {
        try all(
            """
            SELECT id, account_id, user_id, is_required, created_at, created_by, created_by_name
            FROM two_factor_rule ORDER BY number
            """,
            bind: { _ throws(SQLiteError) in },
            read: { row in row.twoFactorRule() }
        )
    }

    /// Finds the rule that decides about a user.
    ///
    /// - Parameter userID: The user's id.
    /// - Returns: The rule; nil where nothing is required.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func twoFactorRule(
        decidingAbout userID: String
    ) throws(StoreError) -> TwoFactorRule? {
        TwoFactorRule.deciding(
            user: userID,
            accountIDs: try workplaces(ofUser: userID).map(\.id),
            among: try twoFactorRules()
        )
    }

    /// Finds a standard user by what people type.
    ///
    /// - Parameter name: A user name or an e-mail address, in any case; the user name comes first.
    /// - Returns: The user, or nil.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func standardUser(calledOn name: String) throws(StoreError) -> User? {
        let id = try first(
            """
            SELECT id FROM user
            WHERE user_type = 'standard'
                AND (username = ?1 COLLATE NOCASE OR email = ?1 COLLATE NOCASE)
            ORDER BY coalesce(username, '') = ?1 COLLATE NOCASE DESC, number LIMIT 1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(name, at: 1) },
            read: { row in row.text(0) }
        )
        guard let id else { return nil }
        return try user(id: id)
    }

    /// Lists standard users in the order of creation.
    ///
    /// - Parameter countMax: The largest number of users.
    /// - Returns: The users, whether they may authenticate or not.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func standardUsers(countMax: Int) throws(StoreError) -> [User] {
        try all(
            """
            SELECT id, email, is_enabled, is_locked, access_scope, primary_account_id, created_at,
                created_by, user_type, friendly_name, description, locale, first_name, last_name,
                username, phone, roles, end_date
            FROM user WHERE user_type = 'standard' ORDER BY number LIMIT ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(Int64(countMax), at: 1) },
            read: { row in row.user(from: 0) }
        )
    }

    /// Lists the administrators who may authenticate.
    ///
    /// - Parameters:
    ///   - userID: The id of a user: only administrators who share an account with that user are
    ///     meant, the user included; nil means all.
    ///   - now: The world's time.
    /// - Returns: The administrators in the order of creation.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func twoFactorAdministrators(
        of userID: String? = nil,
        now: Timestamp
    ) throws(StoreError) -> [User] {
        let found = try all(
            """
            SELECT id, email, is_enabled, is_locked, access_scope, primary_account_id, created_at,
                created_by, user_type, friendly_name, description, locale, first_name, last_name,
                username, phone, roles, end_date
            FROM user AS a
            WHERE instr(roles, '"AM_ACCOUNT_ADMIN"') > 0 AND user_type = 'standard'
                AND (?1 IS NULL OR access_scope = 'system' OR EXISTS (
                    SELECT 1 FROM user AS u
                    JOIN user_account AS mine ON mine.user_number = u.number
                    JOIN user_account AS theirs ON theirs.account_id = mine.account_id
                        AND theirs.user_number = a.number
                    WHERE u.id = ?1))
            ORDER BY number
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(userID, at: 1) },
            read: { row in row.user(from: 0) }
        )
        return found.filter { $0.standing(at: now) == .usable }
    }

    /// Reads what a user's own password is compared with.
    ///
    /// - Parameter userID: The user's id.
    /// - Returns: The salt, and the digest of salt and password; nil while the user has the
    ///   password that all have at first.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func twoFactorPassword(
        ofUser userID: String
    ) throws(StoreError) -> (salt: [UInt8], sha256: [UInt8])? {
        try first(
            "SELECT salt, sha256 FROM two_factor_password WHERE user_id = ?1",
            bind: { (row) throws(SQLiteError) in try row.bind(userID, at: 1) },
            read: { row in (row.blob(0), row.blob(1)) }
        )
    }
}

// MARK: - Certificates

extension AccountReader {
    /// Finds the certificate with which a user signs in.
    ///
    /// - Parameter userID: The user's id.
    /// - Returns: The present one; nil where there is none.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func twoFactorCertificate(
        ofUser userID: String
    ) throws(StoreError) -> TwoFactorCertificate? {
        try first(
            """
            SELECT sha256, user_id, certificate_id, serial_number, end_date, issued_at, reset_at,
                reset_by, reset_by_name
            FROM two_factor_certificate WHERE user_id = ?1 AND reset_at IS NULL
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(userID, at: 1) },
            read: { row in row.twoFactorCertificate(from: 0) }
        )
    }

    /// Finds a certificate that was generated for signing in.
    ///
    /// - Parameter sha256: The fingerprint.
    /// - Returns: The certificate, also one that was reset; nil when there is none.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func twoFactorCertificate(
        sha256: [UInt8]
    ) throws(StoreError) -> TwoFactorCertificate? {
        try first(
            """
            SELECT sha256, user_id, certificate_id, serial_number, end_date, issued_at, reset_at,
                reset_by, reset_by_name
            FROM two_factor_certificate WHERE sha256 = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(sha256, at: 1) },
            read: { row in row.twoFactorCertificate(from: 0) }
        )
    }

    /// Lists certificates that were generated for signing in, the newest first.
    ///
    /// - Parameter countMax: The largest number.
    /// - Returns: The certificates with their users, also those that were reset.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func twoFactorHoldings(countMax: Int) throws(StoreError) -> [TwoFactorHolding] {
        let certificates = try all(
            """
            SELECT sha256, user_id, certificate_id, serial_number, end_date, issued_at, reset_at,
                reset_by, reset_by_name
            FROM two_factor_certificate ORDER BY number DESC LIMIT ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(Int64(countMax), at: 1) },
            read: { row in row.twoFactorCertificate(from: 0) }
        )
        var holdings: [TwoFactorHolding] = []
        for certificate in certificates {
            guard let user = try user(id: certificate.userID) else { continue }
            let standing = try self.certificate(id: certificate.certificateID)
            holdings.append(
                TwoFactorHolding(certificate: certificate, user: user, standing: standing)
            )
        }
        return holdings
    }

    /// Gathers what is known about a certificate that a browser presented.
    ///
    /// - Parameters:
    ///   - sha256: Its fingerprint; nil when the browser presented none.
    ///   - signIn: The sign-in for which it was presented.
    /// - Returns: What is known.
    /// - Throws: ``StoreError`` when SQLite fails.
    func evidence(
        on sha256: [UInt8]?,
        for signIn: TwoFactorSignIn
    ) throws(StoreError) -> TwoFactorVerdict.Evidence {
        guard let sha256 else { return TwoFactorVerdict.Evidence(sha256: nil) }
        return TwoFactorVerdict.Evidence(
            sha256: sha256,
            present: signIn.certificate,
            generated: try twoFactorCertificate(sha256: sha256),
            finding: try finding(certificateSHA256: sha256),
            isOfDigitalIDCenter: try digitalID(certificateSHA256: sha256) != nil
        )
    }
}

// MARK: - Sign-ins

extension AccountReader {
    /// Finds a sign-in by the cookie that a browser sends.
    ///
    /// - Parameters:
    ///   - sha256: The digest of the cookie's text.
    ///   - systemNow: What the system's clock shows.
    /// - Returns: The sign-in, or nil when there is none, or none any more.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func twoFactorSignIn(
        session sha256: [UInt8],
        systemNow: Timestamp
    ) throws(StoreError) -> TwoFactorSignIn? {
        let session = try first(
            """
            SELECT sha256, user_id, stage, origin, problem, began_at, signed_in_at, expires_at
            FROM two_factor_session WHERE sha256 = ?1 AND expires_at >= ?2
            """,
            bind: { (row) throws(SQLiteError) in
                try row.bind(sha256, at: 1)
                try row.bind(systemNow.secondsSince1970, at: 2)
            },
            read: { row in row.twoFactorSession() }
        )
        guard let session, let user = try user(id: session.userID) else { return nil }
        return TwoFactorSignIn(
            session: session,
            user: user,
            accounts: try workplaces(ofUser: user.id),
            rule: try twoFactorRule(decidingAbout: user.id),
            certificate: try twoFactorCertificate(ofUser: user.id)
        )
    }

    /// Finds the link that a sign-in has to its certificate.
    ///
    /// - Parameter session: The digest of the cookie's text.
    /// - Returns: The newest ticket, used or not; nil when there is none.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func twoFactorTicket(
        ofSession session: [UInt8]
    ) throws(StoreError) -> TwoFactorTicket? {
        try first(
            """
            SELECT sha256, session, label, is_again, used_at, expires_at
            FROM two_factor_ticket WHERE session = ?1 ORDER BY number DESC LIMIT 1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(session, at: 1) },
            read: { row in row.twoFactorTicket() }
        )
    }

    /// Finds a ticket by its text.
    func twoFactorTicket(sha256: [UInt8]) throws(StoreError) -> TwoFactorTicket? {
        try first(
            """
            SELECT sha256, session, label, is_again, used_at, expires_at
            FROM two_factor_ticket WHERE sha256 = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(sha256, at: 1) },
            read: { row in row.twoFactorTicket() }
        )
    }
}

extension Statement {
    /// Reads the seven columns of a rule.
    func twoFactorRule() -> TwoFactorRule {
        let target: TwoFactorRule.Target =
            if let id = optionalText(2) { .user(id) } else { .account(text(1)) }
        return TwoFactorRule(
            id: text(0),
            target: target,
            isRequired: flag(3),
            created: Attribution(at: timestamp(4), userID: text(5), userName: text(6))
        )
    }

    /// Reads the nine columns of a certificate for signing in.
    fileprivate func twoFactorCertificate(from column: Int32) -> TwoFactorCertificate {
        TwoFactorCertificate(
            sha256: blob(column),
            userID: text(column + 1),
            certificateID: text(column + 2),
            serialNumber: text(column + 3),
            endDate: timestamp(column + 4),
            issuedAt: timestamp(column + 5),
            reset: optionalTimestamp(column + 6).map { moment in
                Attribution(at: moment, userID: text(column + 7), userName: text(column + 8))
            }
        )
    }

    /// Reads the eight columns of a session.
    fileprivate func twoFactorSession() -> TwoFactorSession {
        TwoFactorSession(
            sha256: blob(0),
            userID: text(1),
            stage: TwoFactorState.Stage(rawValue: text(2)) ?? .password,
            origin: optionalText(3),
            problem: optionalText(4),
            beganAt: timestamp(5),
            signedInAt: optionalTimestamp(6),
            expiresAt: timestamp(7)
        )
    }

    /// Reads the six columns of a ticket.
    fileprivate func twoFactorTicket() -> TwoFactorTicket {
        TwoFactorTicket(
            sha256: blob(0),
            session: blob(1),
            label: text(2),
            isAgain: flag(3),
            usedAt: optionalTimestamp(4),
            expiresAt: timestamp(5)
        )
    }
}
