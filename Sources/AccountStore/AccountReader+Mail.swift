package import AccountModel
internal import SQLiteBridge

/// Which mails somebody wants to see.
package struct MailFilter: Sendable, Hashable {
    /// To whom: an address in any case; nil means anybody.
    package var to: String?

    /// Why they were sent; nil means for any reason.
    package var kind: MailKind?

    /// The id of the user they are about; nil means anybody.
    package var userID: String?

    /// The id of the certificate, token or user they are about; nil means any.
    package var about: String?

    /// When they were sent at the earliest, by the world's clock.
    package var since: Timestamp?

    /// The number of a mail; only later ones are meant.
    package var after: Int64 = 0

    /// What stands in the subject, the text or the address, in any case of ASCII letters.
    package var text: String?

    /// Means every mail.
    package init() {}
}

extension AccountReader {
    /// Lists mails.
    ///
    /// - Parameters:
    ///   - filter: Which ones.
    ///   - newestFirst: Whether the latest one comes first.
    ///   - offset: How many are passed over.
    ///   - countMax: The largest number of mails.
    /// - Returns: The mails.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func mails(
        _ filter: MailFilter,
        newestFirst: Bool,
        offset: Int = 0,
        countMax: Int
    ) throws(StoreError) -> [Mail] {
        try all(
            """
            SELECT number, id, created_at, kind, to_address, user_id, subject, body, links, codes,
                about
            FROM mail
            WHERE number > ?1 AND (?2 IS NULL OR to_address = ?2 COLLATE NOCASE)
                AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR user_id = ?4)
                AND (?5 IS NULL OR about = ?5) AND (?6 IS NULL OR created_at >= ?6)
                AND (?7 IS NULL OR instr(lower(subject || char(10) || body || char(10)
                    || to_address), lower(?7)) > 0)
            ORDER BY CASE WHEN ?8 THEN -number ELSE number END LIMIT ?9 OFFSET ?10
            """,
            bind: { (row) throws(SQLiteError) in
                try row.bind(filter)
                try row.bind(newestFirst, at: 8)
                try row.bind(Int64(countMax), at: 9)
                try row.bind(Int64(offset), at: 10)
            },
            read: { row in row.mail() }
        )
    }

    /// Counts mails.
    ///
    /// - Parameter filter: Which ones.
    /// - Returns: How many there are.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func mailCount(_ filter: MailFilter = MailFilter()) throws(StoreError) -> Int {
        try first(
            """
            SELECT count(*) FROM mail
            WHERE number > ?1 AND (?2 IS NULL OR to_address = ?2 COLLATE NOCASE)
                AND (?3 IS NULL OR kind = ?3) AND (?4 IS NULL OR user_id = ?4)
                AND (?5 IS NULL OR about = ?5) AND (?6 IS NULL OR created_at >= ?6)
                AND (?7 IS NULL OR instr(lower(subject || char(10) || body || char(10)
                    || to_address), lower(?7)) > 0)
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(filter) },
            read: { row in Int(row.integer(0)) }
        ) ?? 0
    }

    /// Finds a mail.
    ///
    /// - Parameter id: The mail's id.
    /// - Returns: The mail, or nil when there is none of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func mail(id: String) throws(StoreError) -> Mail? {
        try first(
            """
            SELECT number, id, created_at, kind, to_address, user_id, subject, body, links, codes,
                about
            FROM mail WHERE id = ?1
            """,
            bind: { (row) throws(SQLiteError) in try row.bind(id, at: 1) },
            read: { row in row.mail() }
        )
    }

    /// Finds out who gets the mails about a user's things.
    ///
    /// A person gets them; for a service user, to whom the vendor mails nothing, the one who made
    /// it, else an administrator of one of its accounts, and only where there is neither, itself.
    ///
    /// - Parameter user: Whose things.
    /// - Returns: The address; nil when there is none.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func recipient(of user: User) throws(StoreError) -> String? {
        let own = user.email.isEmpty ? nil : user.email
        guard user.userType == .service else { return own }
        let inCharge = try first(
            """
            SELECT u.email FROM user AS u
            WHERE u.id = ?1 AND u.user_type = 'standard' AND u.is_enabled
            UNION ALL
            SELECT * FROM (
                SELECT a.email FROM user AS a
                WHERE instr(a.roles, '"AM_ACCOUNT_ADMIN"') > 0 AND a.user_type = 'standard'
                    AND a.is_enabled AND EXISTS (
                        SELECT 1 FROM user AS u
                        JOIN user_account AS mine ON mine.user_number = u.number
                        JOIN user_account AS theirs ON theirs.account_id = mine.account_id
                            AND theirs.user_number = a.number
                        WHERE u.id = ?2)
                ORDER BY a.number LIMIT 1)
            LIMIT 1
            """,
            bind: { (row) throws(SQLiteError) in
                try row.bind(user.createdBy, at: 1)
                try row.bind(user.id, at: 2)
            },
            read: { row in row.text(0) }
        )
        return inCharge ?? own
    }
}

extension Statement {
    /// Binds the seven parameters of a filter.
    fileprivate borrowing func bind(_ filter: MailFilter) throws(SQLiteError) {
        try bind(filter.after, at: 1)
        try bind(filter.to, at: 2)
        try bind(filter.kind?.rawValue, at: 3)
        try bind(filter.userID, at: 4)
        try bind(filter.about, at: 5)
        try bind(filter.since?.secondsSince1970, at: 6)
        try bind(filter.text, at: 7)
    }

    /// Reads the eleven columns of a mail.
    fileprivate func mail() -> Mail {
        Mail(
            number: integer(0),
            id: text(1),
            createdAt: timestamp(2),
            kind: MailKind(rawValue: text(3)) ?? .certificateIssued,
            to: text(4),
            userID: optionalText(5),
            subject: text(6),
            body: text(7),
            links: MailTexts.read(text(8)),
            codes: MailTexts.read(text(9)),
            about: optionalText(10)
        )
    }
}
