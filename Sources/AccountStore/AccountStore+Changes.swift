package import AccountModel
internal import SQLiteBridge

// Every change of the account and its audit entry take effect together: when a method returns,
// both survive the death of the process; when it throws, neither exists.
extension AccountStore {
    /// Stores a new certificate.
    ///
    /// - Parameters:
    ///   - certificate: The certificate.
    ///   - text: Its PEM text, and its issuer's.
    ///   - entry: The audit entry.
    ///   - letter: The mail about it; nil where the vendor sends none.
    /// - Throws: ``StoreError``, of which `duplicateCertificateName` means that the user has a
    ///   certificate of that name, even if another request stored it a moment ago, and
    ///   `unknownUser` that another request deleted the user.
    package func insert(
        _ certificate: ClientAuthCertificate,
        text: CertificateText,
        audit entry: AuditEntry,
        letter: Letter? = nil
    ) throws(StoreError) {
        let isMailed = try change { (reader) throws(StoreError) in
            guard try reader.user(id: certificate.userID) != nil else {
                throw .unknownUser(certificate.userID)
            }
            let isInserted = try translating { () throws(SQLiteError) in
                let isInserted = try reader.connection.insert(certificate, text: text)
                if isInserted { try reader.connection.insert(entry) }
                return isInserted
            }
            guard isInserted else { throw .duplicateCertificateName(certificate.name) }
            expect(ClockEvent.next(of: certificate, after: certificate.createdAt))
            return try reader.post(letter)
        }
        if isMailed { mailArrivals.notify() }
    }

    /// Enables or disables a certificate.
    ///
    /// - Parameters:
    ///   - certificateID: The certificate's id.
    ///   - isEnabled: What it shall be; it may be so already.
    ///   - attribution: Who asks for it and when, kept when the certificate becomes disabled.
    ///   - entry: The audit entry.
    /// - Returns: The certificate as it is now, or nil when there is none of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func setCertificate(
        id certificateID: String,
        isEnabled: Bool,
        by attribution: Attribution,
        audit entry: AuditEntry
    ) throws(StoreError) -> ClientAuthCertificate? {
        try write { (connection) throws(SQLiteError) in
            let changed = try connection.setCertificate(
                id: certificateID,
                isEnabled: isEnabled,
                by: attribution
            )
            if changed != nil { try connection.insert(entry) }
            return changed
        }
    }

    /// Deletes a certificate, and keeps what a later refusal needs to say why.
    ///
    /// - Parameters:
    ///   - certificateID: The certificate's id.
    ///   - attribution: Who deletes it and when.
    ///   - entry: The audit entry.
    /// - Returns: Whether there was a certificate of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func deleteCertificate(
        id certificateID: String,
        by attribution: Attribution,
        audit entry: AuditEntry
    ) throws(StoreError) -> Bool {
        try write { (connection) throws(SQLiteError) in
            let isDeleted = try connection.deleteCertificate(id: certificateID, by: attribution)
            if isDeleted { try connection.insert(entry) }
            return isDeleted
        }
    }

    /// Stores an audit entry that belongs to no change, such as a refusal.
    ///
    /// - Parameter entry: The entry.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func record(_ entry: AuditEntry) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in try connection.insert(entry) }
    }
}

extension Connection {
    /// Stores a certificate unless its user has one of that name.
    func insert(
        _ certificate: ClientAuthCertificate,
        text: CertificateText
    ) throws(SQLiteError) -> Bool {
        // The constraint, and no query before, finds the duplicate. The issuer is the authority
        // whose text the certificate came with, if it is one of ours.
        try statement(
            """
            INSERT INTO client_auth_certificate (id, user_id, name, common_name, start_date,
                end_date, is_enabled, serial_number, public_key, sha256, created_at,
                disabled_at, disabled_by, disabled_by_name, x509_cert, authority)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15,
                (SELECT number FROM authority WHERE text = ?16))
            ON CONFLICT (user_id, name) DO NOTHING
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(certificate.id, at: 1)
            try row.bind(certificate.userID, at: 2)
            try row.bind(certificate.name, at: 3)
            try row.bind(certificate.commonName, at: 4)
            try row.bind(certificate.startDate.secondsSince1970, at: 5)
            try row.bind(certificate.endDate.secondsSince1970, at: 6)
            try row.bind(certificate.isEnabled, at: 7)
            try row.bind(certificate.serialNumber, at: 8)
            try row.bind(certificate.publicKey, at: 9)
            try row.bind(certificate.sha256, at: 10)
            try row.bind(certificate.createdAt.secondsSince1970, at: 11)
            try row.bind(certificate.disabled?.at.secondsSince1970, at: 12)
            try row.bind(certificate.disabled?.userID, at: 13)
            try row.bind(certificate.disabled?.userName, at: 14)
            try row.bind(text.x509Certificate, at: 15)
            try row.bind(text.caCertificate, at: 16)
            _ = try row.step()
        }
        return changedRowCount == 1
    }

    /// Sets the flag, and who took it away unless it was away already.
    fileprivate func setCertificate(
        id: String,
        isEnabled: Bool,
        by attribution: Attribution
    ) throws(SQLiteError) -> ClientAuthCertificate? {
        try statement(
            """
            UPDATE client_auth_certificate SET
                is_enabled = ?2,
                disabled_at = CASE WHEN ?2 THEN NULL WHEN is_enabled THEN ?3
                    ELSE disabled_at END,
                disabled_by = CASE WHEN ?2 THEN NULL WHEN is_enabled THEN ?4
                    ELSE disabled_by END,
                disabled_by_name = CASE WHEN ?2 THEN NULL WHEN is_enabled THEN ?5
                    ELSE disabled_by_name END
            WHERE id = ?1
            RETURNING id, user_id, name, common_name, start_date, end_date, is_enabled,
                serial_number, public_key, sha256, created_at, disabled_at, disabled_by,
                disabled_by_name
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(id, at: 1)
            try row.bind(isEnabled, at: 2)
            try row.bind(attribution.at.secondsSince1970, at: 3)
            try row.bind(attribution.userID, at: 4)
            try row.bind(attribution.userName, at: 5)
            guard try row.step() else { return nil }
            return row.certificate(from: 0)
        }
    }

    /// Moves a certificate to the deleted ones.
    func deleteCertificate(
        id: String,
        by attribution: Attribution
    ) throws(SQLiteError) -> Bool {
        try statement(
            """
            INSERT INTO deleted_certificate (sha256, id, user_id, name, serial_number,
                deleted_at, deleted_by, deleted_by_name)
            SELECT sha256, id, user_id, name, serial_number, ?2, ?3, ?4
            FROM client_auth_certificate WHERE id = ?1
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(id, at: 1)
            try row.bind(attribution.at.secondsSince1970, at: 2)
            try row.bind(attribution.userID, at: 3)
            try row.bind(attribution.userName, at: 4)
            _ = try row.step()
        }
        guard changedRowCount == 1 else { return false }
        try statement("DELETE FROM client_auth_certificate WHERE id = ?1") {
            (row) throws(SQLiteError) in
            try row.bind(id, at: 1)
            _ = try row.step()
        }
        return true
    }
}
