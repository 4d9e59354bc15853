package import AccountModel
internal import SQLiteBridge

/// What became of a wish to reset somebody's certificate.
package enum TwoFactorResetOutcome: Sendable, Hashable {
    /// It is invalid now.
    case done(TwoFactorCertificate)

    /// The user has none: it was reset before, or never was.
    case nothingToReset

    /// Whoever asks may not.
    case refused(TwoFactorResetRefusal)
}

// What administrators do.
extension AccountStore {
    /// Stores a rule in the place of the one that its target has.
    ///
    /// - Parameters:
    ///   - rule: The rule.
    ///   - entry: The audit entry.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func insert(_ rule: TwoFactorRule, audit entry: AuditEntry) throws(StoreError) {
        try change { (reader) throws(StoreError) in
            try translating { () throws(SQLiteError) in
                try reader.connection.insert(rule)
                try reader.connection.insert(entry)
            }
            try reader.completeTwoFactorSignIns(at: entry.createdAt)
        }
    }

    /// Removes a rule.
    ///
    /// - Parameters:
    ///   - ruleID: The rule's id.
    ///   - entry: The audit entry.
    /// - Returns: Whether there was a rule of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func deleteTwoFactorRule(
        id ruleID: String,
        audit entry: AuditEntry
    ) throws(StoreError) -> Bool {
        try change { (reader) throws(StoreError) -> Bool in
            let isThere = try translating { () throws(SQLiteError) -> Bool in
                try reader.connection.statement("DELETE FROM two_factor_rule WHERE id = ?1") {
                    (row) throws(SQLiteError) in
                    try row.bind(ruleID, at: 1)
                    _ = try row.step()
                }
                guard reader.connection.changedRowCount == 1 else { return false }
                try reader.connection.insert(entry)
                return true
            }
            if isThere { try reader.completeTwoFactorSignIns(at: entry.createdAt) }
            return isThere
        }
    }

    /// Gives a user a password, and ends the sign-ins with the old one.
    ///
    /// - Parameters:
    ///   - sha256: The digest of the salt and the password.
    ///   - salt: The salt.
    ///   - userID: The user's id.
    ///   - entry: The audit entry.
    /// - Returns: Whether there is such a user.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func setTwoFactorPassword(
        sha256: [UInt8],
        salt: [UInt8],
        ofUser userID: String,
        audit entry: AuditEntry
    ) throws(StoreError) -> Bool {
        try change { (reader) throws(StoreError) -> Bool in
            guard try reader.user(id: userID) != nil else { return false }
            try translating { () throws(SQLiteError) in
                try reader.connection.statement(
                    """
                    INSERT INTO two_factor_password (user_id, salt, sha256) VALUES (?1, ?2, ?3)
                    ON CONFLICT (user_id) DO UPDATE SET salt = ?2, sha256 = ?3
                    """
                ) { (row) throws(SQLiteError) in
                    try row.bind(userID, at: 1)
                    try row.bind(salt, at: 2)
                    try row.bind(sha256, at: 3)
                    _ = try row.step()
                }
                try reader.connection.endTwoFactorSessions(ofUser: userID)
                try reader.connection.insert(entry)
            }
            return true
        }
    }

    /// Makes a user's certificate invalid for ever: it is deleted among the user's, every sign-in
    /// of the user ends, and the user is mailed.
    ///
    /// - Parameters:
    ///   - userID: The user's id.
    ///   - serialNumber: The serial number of the certificate that is meant; nil for the present
    ///     one, whichever it is.
    ///   - attribution: Who asks for it and when.
    ///   - entry: Makes the audit entry.
    ///   - letter: The mail to the user.
    /// - Returns: What became of it.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func resetTwoFactorCertificate(
        ofUser userID: String,
        serialNumber: String? = nil,
        by attribution: Attribution,
        audit entry: @Sendable (TwoFactorCertificate) -> AuditEntry,
        letter: Letter
    ) throws(StoreError) -> TwoFactorResetOutcome {
        let outcome = try change { (reader) throws(StoreError) -> TwoFactorResetOutcome in
            let refusal = TwoFactorResetRefusal.judge(
                actor: attribution.userID,
                user: userID,
                administrators: try reader.twoFactorAdministrators(of: userID, now: attribution.at)
            )
            if let refusal { return .refused(refusal) }
            guard let certificate = try reader.twoFactorCertificate(ofUser: userID),
                serialNumber.map({ $0 == certificate.serialNumber }) ?? true
            else { return .nothingToReset }
            try translating { () throws(SQLiteError) in
                _ = try reader.connection.deleteCertificate(
                    id: certificate.certificateID,
                    by: attribution
                )
                try reader.connection.reset(certificate, by: attribution)
                try reader.connection.endTwoFactorSessions(ofUser: userID)
                try reader.connection.insert(entry(certificate))
            }
            _ = try reader.post(letter)
            return .done(certificate)
        }
        if case .done = outcome { mailArrivals.notify() }
        return outcome
    }
}

extension AccountReader {
    /// Makes the sign-ins complete that waited for a certificate which nobody requires any more.
    fileprivate func completeTwoFactorSignIns(at now: Timestamp) throws(StoreError) {
        let waiting = try all(
            "SELECT sha256 FROM two_factor_session WHERE signed_in_at IS NULL",
            bind: { _ throws(SQLiteError) in },
            read: { row in row.blob(0) }
        )
        for sha256 in waiting {
            let signIn = try twoFactorSignIn(session: sha256, systemNow: .earliest)
            guard signIn?.state.position == .signedIn else { continue }
            try translating { () throws(SQLiteError) in
                try connection.statement(
                    """
                    UPDATE two_factor_session SET stage = 'password', problem = NULL,
                        signed_in_at = ?2
                    WHERE sha256 = ?1
                    """
                ) { (row) throws(SQLiteError) in
                    try row.bind(sha256, at: 1)
                    try row.bind(now.secondsSince1970, at: 2)
                    _ = try row.step()
                }
            }
        }
    }
}

extension Connection {
    /// Stores a rule in the place of the one that its target has.
    fileprivate func insert(_ rule: TwoFactorRule) throws(SQLiteError) {
        let (accountID, userID): (String?, String?) =
            switch rule.target {
            case .account(let id): (id, nil)
            case .user(let id): (nil, id)
            }
        try statement(
            "DELETE FROM two_factor_rule WHERE account_id = ?1 OR user_id = ?2"
        ) { (row) throws(SQLiteError) in
            try row.bind(accountID, at: 1)
            try row.bind(userID, at: 2)
            _ = try row.step()
        }
        try statement(
            """
            INSERT INTO two_factor_rule (id, account_id, user_id, is_required, created_at,
                created_by, created_by_name)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(rule.id, at: 1)
            try row.bind(accountID, at: 2)
            try row.bind(userID, at: 3)
            try row.bind(rule.isRequired, at: 4)
            try row.bind(rule.created.at.secondsSince1970, at: 5)
            try row.bind(rule.created.userID, at: 6)
            try row.bind(rule.created.userName, at: 7)
            _ = try row.step()
        }
    }

    fileprivate func reset(
        _ certificate: TwoFactorCertificate,
        by attribution: Attribution
    ) throws(SQLiteError) {
        try statement(
            """
            UPDATE two_factor_certificate
            SET reset_at = ?2, reset_by = ?3, reset_by_name = ?4
            WHERE sha256 = ?1
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(certificate.sha256, at: 1)
            try row.bind(attribution.at.secondsSince1970, at: 2)
            try row.bind(attribution.userID, at: 3)
            try row.bind(attribution.userName, at: 4)
            _ = try row.step()
        }
    }

    fileprivate func endTwoFactorSessions(ofUser userID: String) throws(SQLiteError) {
        try statement("DELETE FROM two_factor_session WHERE user_id = ?1") {
            (row) throws(SQLiteError) in
            try row.bind(userID, at: 1)
            _ = try row.step()
        }
    }
}
