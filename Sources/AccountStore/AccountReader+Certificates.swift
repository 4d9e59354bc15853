package import AccountModel
internal import SQLiteBridge

extension AccountReader {
    /// Finds what the world knows about a fingerprint.
    ///
    /// - Parameter certificateSHA256: The SHA-256 of the certificate's DER encoding, 32 bytes.
    /// - Returns: The certificate with its user, or what is kept of a deleted one, or nil when
    ///   the world never had it.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func finding(
        certificateSHA256: [UInt8]
    ) throws(StoreError) -> CertificateFinding? {
        let existing = try first(
            """
            SELECT c.id, c.user_id, c.name, c.common_name, c.start_date, c.end_date,
                c.is_enabled, c.serial_number, c.public_key, c.sha256, c.created_at,
                c.disabled_at, c.disabled_by, c.disabled_by_name,
                u.id, u.email, u.is_enabled, u.is_locked, u.access_scope, u.primary_account_id,
                u.created_at, u.created_by, u.user_type, u.friendly_name, u.description,
                u.locale, u.first_name, u.last_name, u.username, u.phone, u.roles, u.end_date
            FROM client_auth_certificate AS c JOIN user AS u ON u.id = c.user_id
            WHERE c.sha256 = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(certificateSHA256, at: 1) },
            read: { row in
                CertificateCredential(
                    certificate: row.certificate(from: 0),
                    user: row.user(from: 14)
                )
            }
        )
        if var existing {
            existing.accounts = try workplaces(ofUser: existing.user.id)
            return .existing(existing)
        }
        return try deletedCertificate(sha256: certificateSHA256).map { .deleted($0) }
    }

    /// Finds a certificate.
    ///
    /// - Parameter certificateID: The certificate's id.
    /// - Returns: The certificate, or nil when there is none of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func certificate(
        id certificateID: String
    ) throws(StoreError) -> ClientAuthCertificate? {
        try first(
            """
            SELECT id, user_id, name, common_name, start_date, end_date, is_enabled,
                serial_number, public_key, sha256, created_at, disabled_at, disabled_by,
                disabled_by_name
            FROM client_auth_certificate WHERE id = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(certificateID, at: 1) },
            read: { row in row.certificate(from: 0) }
        )
    }

    /// Lists a user's certificates.
    ///
    /// - Parameter userID: The user's id.
    /// - Returns: The certificates, also disabled and expired ones, in the order of creation.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func certificates(
        userID: String
    ) throws(StoreError) -> [ClientAuthCertificate] {
        try all(
            """
            SELECT id, user_id, name, common_name, start_date, end_date, is_enabled,
                serial_number, public_key, sha256, created_at, disabled_at, disabled_by,
                disabled_by_name
            FROM client_auth_certificate WHERE user_id = ?1 ORDER BY number
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(userID, at: 1) },
            read: { row in row.certificate(from: 0) }
        )
    }

    /// Lists a stretch of a user's certificates in the order of creation.
    ///
    /// - Parameters:
    ///   - userID: The user's id.
    ///   - filter: Which ones are wanted.
    ///   - page: Which stretch of the list.
    ///   - now: The world's time, which decides about `status`.
    /// - Returns: The certificates.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func certificates(
        userID: String,
        _ filter: CertificateFilter,
        page: PageRequest,
        now: Timestamp
    ) throws(StoreError) -> [ClientAuthCertificate] {
        var query = ComposedQuery(
            "SELECT number FROM client_auth_certificate WHERE user_id = ?",
            .text(userID)
        )
        if let name = filter.name { query.append("AND name = ?", .text(name)) }
        let moment = ComposedQuery.Value.integer(now.secondsSince1970)
        switch filter.status {
        case nil: break
        case .valid: query.append("AND is_enabled AND end_date >= ?", moment)
        case .disabled: query.append("AND NOT is_enabled AND end_date >= ?", moment)
        case .expired: query.append("AND end_date < ?", moment)
        }
        let list = NumberList(query: query, fromStart: "AND number >= ?")
        var whole = ComposedQuery(
            """
            SELECT id, user_id, name, common_name, start_date, end_date, is_enabled,
                serial_number, public_key, sha256, created_at, disabled_at, disabled_by,
                disabled_by_name, number
            FROM client_auth_certificate WHERE number IN (
            """
        )
        whole.append(numbers(list, page))
        whole.append(") ORDER BY number")
        return try pageRows(of: whole, list, page, numberColumn: 14) { row in
            row.certificate(from: 0)
        }
    }

    /// Finds the PEM texts of a certificate and its issuer.
    ///
    /// - Parameter certificateID: The certificate's id.
    /// - Returns: The texts, or nil when there is no certificate of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func text(
        ofCertificate certificateID: String
    ) throws(StoreError) -> CertificateText? {
        try first(
            """
            SELECT c.x509_cert, a.text
            FROM client_auth_certificate AS c LEFT JOIN authority AS a ON a.number = c.authority
            WHERE c.id = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(certificateID, at: 1) },
            read: { row in
                CertificateText(x509Certificate: row.text(0), caCertificate: row.text(1))
            }
        )
    }

    private func deletedCertificate(
        sha256: [UInt8]
    ) throws(StoreError) -> DeletedCertificate? {
        try first(
            """
            SELECT id, user_id, name, serial_number, sha256, deleted_at, deleted_by,
                deleted_by_name
            FROM deleted_certificate WHERE sha256 = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(sha256, at: 1) },
            read: { row in
                DeletedCertificate(
                    id: row.text(0),
                    userID: row.text(1),
                    name: row.text(2),
                    serialNumber: row.text(3),
                    sha256: row.blob(4),
                    deleted: Attribution(
                        at: row.timestamp(5),
                        userID: row.text(6),
                        userName: row.text(7)
                    )
                )
            }
        )
    }
}
