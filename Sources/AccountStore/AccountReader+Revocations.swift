package import AccountModel
internal import SQLiteBridge

/// A certificate that its issuer does not stand for at present.
package struct RevokedCertificate: Sendable, Hashable {
    /// Upper-case hex digits.
    package let serialNumber: String

    /// Since when.
    package let at: Timestamp

    /// Why.
    package let cause: Cause

    /// Why a certificate is revoked.
    package enum Cause: Sendable, Hashable {
        /// It is disabled, and may be enabled again.
        case disabled

        /// It is deleted.
        case deleted

        /// It was made in the Digital ID Center and revoked there.
        case digitalID(DigitalIDRevocationReason)
    }
}

extension AccountReader {
    /// Finds what a list of revoked certificates names at a moment.
    ///
    /// Of a certificate that is deleted the store keeps neither issuer nor end, so each of these
    /// stays on the list.
    ///
    /// - Parameters:
    ///   - authority: The certificate of the authority that signs the list, DER.
    ///   - now: The world's time: what is disabled and has expired is left out.
    /// - Returns: The certificates, disabled ones first.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func revokedCertificates(
        authority: [UInt8],
        now: Timestamp
    ) throws(StoreError) -> [RevokedCertificate] {
        try all(
            """
            SELECT serial_number, ifnull(disabled_at, created_at), 0, number, NULL
            FROM client_auth_certificate
            WHERE NOT is_enabled AND end_date >= ?1
                AND authority IN (SELECT number FROM authority WHERE certificate = ?2)
            UNION ALL
            SELECT serial_number, deleted_at, 1, 0, NULL FROM deleted_certificate
            UNION ALL
            SELECT serial_number, revoked_at, 2, number, revocation_reason FROM digital_id
            WHERE revoked_at IS NOT NULL AND serial_number IS NOT NULL AND end_date >= ?1
            ORDER BY 3, 4, 2, 1
            """,
            bind: { (row) throws(SQLiteError) in
                try row.bind(now.secondsSince1970, at: 1)
                try row.bind(authority, at: 2)
            },
            read: { row in
                RevokedCertificate(
                    serialNumber: row.text(0),
                    at: row.timestamp(1),
                    cause: row.cause(from: 2)
                )
            }
        )
    }

    /// The number of the latest entry of the audit log: it grows with each change.
    ///
    /// - Returns: The number; 0 before the first.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func latestAuditNumber() throws(StoreError) -> Int64 {
        try first(
            "SELECT ifnull(max(number), 0) FROM audit_entry",
            bind: { _ throws(SQLiteError) in },
            read: { row in row.integer(0) }
        ) ?? 0
    }
}

extension Statement {
    /// Reads the number of a cause, and two columns further a reason in words.
    fileprivate func cause(from column: Int32) -> RevokedCertificate.Cause {
        switch integer(column) {
        case 0: .disabled
        case 1: .deleted
        default:
            .digitalID(
                DigitalIDRevocationReason(rawValue: text(column + 2)) ?? .unspecified
            )
        }
    }
}
