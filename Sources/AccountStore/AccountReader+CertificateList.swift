package import AccountModel
internal import SQLiteBridge

extension AccountReader {
    /// Lists the certificates of all users, the newest first.
    ///
    /// - Parameters:
    ///   - search: Part of the name, the common name, the serial number or the owner's name or
    ///     address, in any case; empty finds all.
    ///   - page: Which stretch of the list.
    /// - Returns: The certificates, also disabled and expired ones, each with its user.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func newestCertificates(
        search: String,
        page: PageRequest
    ) throws(StoreError) -> [CertificateCredential] {
        var query = ComposedQuery(
            """
            SELECT c.id, c.user_id, c.name, c.common_name, c.start_date, c.end_date,
                c.is_enabled, c.serial_number, c.public_key, c.sha256, c.created_at,
                c.disabled_at, c.disabled_by, c.disabled_by_name,
                u.id, u.email, u.is_enabled, u.is_locked, u.access_scope, u.primary_account_id,
                u.created_at, u.created_by, u.user_type, u.friendly_name, u.description,
                u.locale, u.first_name, u.last_name, u.username, u.phone, u.roles, u.end_date
            FROM client_auth_certificate AS c JOIN user AS u ON u.id = c.user_id
            WHERE TRUE
            """
        )
        if !search.isEmpty {
            query.append(
                """
                AND instr(lower(c.name || char(10) || c.common_name || char(10)
                    || c.serial_number || char(10) || u.email || char(10)
                    || ifnull(u.friendly_name, '') || char(10)
                    || ifnull(u.first_name || ' ', '') || ifnull(u.last_name, '')), lower(?)) > 0
                """,
                .text(search)
            )
        }
        query.append("ORDER BY c.number DESC")
        query.append(page)
        return try rows(of: query) { row in
            CertificateCredential(certificate: row.certificate(from: 0), user: row.user(from: 14))
        }
    }
}
