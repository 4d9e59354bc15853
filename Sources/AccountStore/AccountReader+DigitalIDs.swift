package import AccountModel
internal import SQLiteBridge

/// Which requests of the Digital ID Center somebody wants to see; drafts are never among them.
package struct DigitalIDFilter: Sendable, Hashable {
    /// Those of which so much has been done; empty means all.
    package var statuses: Set<DigitalIDStatus> = []

    /// What stands in the e-mail address, in any case of ASCII letters; empty means anything.
    package var email = ""

    /// What stands in first and last name; empty means anything.
    package var name = ""

    /// Whether only those count that have a certificate: a renewal that was ended has none.
    package var hasCertificate = false

    /// Whether the latest one comes first.
    package var newestFirst = true

    /// Means all.
    package init() {}
}

extension AccountReader {
    /// Finds a request of the Digital ID Center.
    ///
    /// - Parameter id: Its id.
    /// - Returns: The request, or nil when there is none of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func digitalID(id: String) throws(StoreError) -> DigitalID? {
        try first(
            "SELECT * FROM digital_id WHERE id = ?1",
            bind: { (row) throws(SQLiteError) in try row.bind(id, at: 1) },
            read: { row in row.digitalID() }
        )
    }

    /// Finds the request that was entered in a form.
    ///
    /// - Parameter form: What tells the form from others.
    /// - Returns: The request, or nil when the form was not sent yet.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func digitalID(form: String) throws(StoreError) -> DigitalID? {
        try first(
            "SELECT * FROM digital_id WHERE form = ?1",
            bind: { (row) throws(SQLiteError) in try row.bind(form, at: 1) },
            read: { row in row.digitalID() }
        )
    }

    /// Finds the request that a certificate was made for.
    ///
    /// - Parameter serialNumber: Its serial number in upper-case hex digits.
    /// - Returns: The request, or nil when there is no such certificate.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func digitalID(serialNumber: String) throws(StoreError) -> DigitalID? {
        try first(
            "SELECT * FROM digital_id WHERE serial_number = ?1",
            bind: { (row) throws(SQLiteError) in try row.bind(serialNumber, at: 1) },
            read: { row in row.digitalID() }
        )
    }

    /// Finds the request that a certificate was made for.
    ///
    /// - Parameter sha256: The fingerprint.
    /// - Returns: The request, or nil when there is no such certificate.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func digitalID(certificateSHA256 sha256: [UInt8]) throws(StoreError) -> DigitalID? {
        try first(
            "SELECT * FROM digital_id WHERE certificate_sha256 = ?1",
            bind: { (row) throws(SQLiteError) in try row.bind(sha256, at: 1) },
            read: { row in row.digitalID() }
        )
    }

    /// Lists the renewals of a certificate, the latest first.
    ///
    /// - Parameter id: The id of the request that it was made for.
    /// - Returns: The renewals, finished or not.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func renewals(ofDigitalID id: String) throws(StoreError) -> [DigitalID] {
        try all(
            "SELECT * FROM digital_id WHERE renewal_of = ?1 ORDER BY number DESC",
            bind: { (row) throws(SQLiteError) in try row.bind(id, at: 1) },
            read: { row in row.digitalID() }
        )
    }

    /// Lists requests that were confirmed.
    ///
    /// - Parameters:
    ///   - filter: Which ones.
    ///   - countMax: The largest number of them.
    /// - Returns: The requests.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func digitalIDs(
        _ filter: DigitalIDFilter,
        countMax: Int
    ) throws(StoreError) -> [DigitalID] {
        let statuses = filter.statuses.map(\.rawValue).joined(separator: ",")
        return try all(
            """
            SELECT * FROM digital_id
            WHERE status <> 'draft' AND (?1 = '' OR instr(',' || ?1 || ',', ',' || status || ','))
                AND (?2 = '' OR instr(lower(email), lower(?2)))
                AND (?3 = '' OR instr(lower(first_name || ' ' || last_name), lower(?3)))
                AND (?6 = 0 OR serial_number IS NOT NULL)
            ORDER BY CASE WHEN ?4 THEN -number ELSE number END LIMIT ?5
            """,
            bind: { (row) throws(SQLiteError) in
                try row.bind(statuses, at: 1)
                try row.bind(filter.email, at: 2)
                try row.bind(filter.name, at: 3)
                try row.bind(filter.newestFirst, at: 4)
                try row.bind(Int64(countMax), at: 5)
                try row.bind(filter.hasCertificate, at: 6)
            },
            read: { row in row.digitalID() }
        )
    }

    /// Finds out since when there is a message queue for a local authority.
    ///
    /// - Parameter authorityCode: The code of the local authority.
    /// - Returns: When it was set up; nil when it never was.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func queueSetUpAt(authorityCode: String) throws(StoreError) -> Timestamp? {
        try first(
            """
            SELECT min(queue_set_up_at) FROM digital_id
            WHERE authority_code = ?1 AND queue_set_up_at IS NOT NULL
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(authorityCode, at: 1) },
            read: { row in row.optionalTimestamp(0) }
        ) ?? nil
    }

    /// Lists the addresses of everybody who enrolled and was neither rejected nor revoked, each
    /// once.
    ///
    /// - Returns: The addresses, in the order of enrolment.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func enrolledAddresses() throws(StoreError) -> [String] {
        try all(
            """
            SELECT email FROM digital_id WHERE status NOT IN ('draft', 'rejected', 'revoked')
            GROUP BY email COLLATE NOCASE ORDER BY min(number)
            """,
            bind: { _ throws(SQLiteError) in },
            read: { row in row.text(0) }
        )
    }

    /// Lists what the administrator said to everybody, the latest first.
    ///
    /// - Parameter countMax: The largest number of messages.
    /// - Returns: The messages.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func digitalIDMessages(countMax: Int) throws(StoreError) -> [DigitalIDMessage] {
        try all(
            """
            SELECT form, created_at, subject, body, recipients FROM digital_id_message
            ORDER BY number DESC LIMIT ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(Int64(countMax), at: 1) },
            read: { row in
                DigitalIDMessage(
                    form: row.text(0),
                    createdAt: row.timestamp(1),
                    subject: row.text(2),
                    body: row.text(3),
                    recipientCount: Int(row.integer(4))
                )
            }
        )
    }

    /// Finds out when somebody said that the authority's certificate is installed.
    ///
    /// - Returns: When; nil when nobody did.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func digitalIDAuthorityInstalledAt() throws(StoreError) -> Timestamp? {
        try first(
            "SELECT ca_installed_at FROM digital_id_center",
            bind: { _ throws(SQLiteError) in },
            read: { row in row.timestamp(0) }
        )
    }
}

extension Statement {
    /// Reads the columns of a request, in the order in which the table has them.
    fileprivate func digitalID() -> DigitalID {
        var applicant = DigitalIDApplicant()
        applicant.firstName = text(5)
        applicant.lastName = text(6)
        applicant.email = text(7)
        applicant.telephone = text(8)
        applicant.authorityCode = text(9)
        applicant.comments = text(10)
        var found = DigitalID(
            id: text(1),
            form: optionalText(2),
            renewalOf: optionalText(3),
            createdAt: timestamp(16),
            status: DigitalIDStatus(rawValue: text(4)) ?? .revoked,
            applicant: applicant,
            challenge: GuardedSecret(
                salt: blob(11),
                sha256: blob(12),
                failures: Int(integer(13))
            ),
            key: DigitalIDKey(
                place: DigitalIDKeyPlace(rawValue: text(14)) ?? .server,
                kind: DigitalIDKeyKind(rawValue: text(15)) ?? .rsa2048
            )
        )
        found.submittedAt = optionalTimestamp(17)
        found.decidedAt = optionalTimestamp(18)
        found.decisionComment = text(19)
        if let expiresAt = optionalTimestamp(23) {
            let secret = GuardedSecret(salt: blob(20), sha256: blob(21), failures: Int(integer(22)))
            found.pin = DigitalIDPIN(secret: secret, expiresAt: expiresAt)
        }
        found.retrievedAt = optionalTimestamp(24)
        found.installedAt = optionalTimestamp(25)
        if let serialNumber = optionalText(27) {
            found.certificate = DigitalIDCertificate(
                sha256: blob(26),
                serialNumber: serialNumber,
                subject: text(28),
                startDate: timestamp(29),
                endDate: timestamp(30),
                pem: text(31)
            )
        }
        found.activationAskedAt = optionalTimestamp(32)
        found.activatedAt = optionalTimestamp(33)
        found.queueSetUpAt = optionalTimestamp(34)
        found.revocation = optionalTimestamp(35).map {
            DigitalIDRevocation(
                at: $0,
                reason: DigitalIDRevocationReason(rawValue: text(36)) ?? .unspecified
            )
        }
        return found
    }
}
