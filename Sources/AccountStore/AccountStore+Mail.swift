package import AccountModel
internal import SQLiteBridge

/// A mail that is written once it is known who gets it.
package struct Letter: Sendable {
    /// Whose thing it is about: see ``AccountReader/recipient(of:)``.
    let user: User

    /// Makes the mail.
    let compose: @Sendable (_ address: String) -> Mail

    /// Prepares a mail.
    ///
    /// - Parameters:
    ///   - user: Whose thing it is about.
    ///   - compose: Makes the mail to an address; called at most once.
    package init(about user: User, compose: @escaping @Sendable (_ address: String) -> Mail) {
        self.user = user
        self.compose = compose
    }
}

extension AccountStore {
    /// The largest number of mails that are kept; the oldest go.
    package static let mailsMax = 1000

    /// Removes a mail.
    ///
    /// - Parameter id: The mail's id.
    /// - Returns: Whether there was one of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func deleteMail(id: String) throws(StoreError) -> Bool {
        try write { (connection) throws(SQLiteError) in
            try connection.statement("DELETE FROM mail WHERE id = ?1") {
                (row) throws(SQLiteError) in
                try row.bind(id, at: 1)
                _ = try row.step()
            }
            return connection.changedRowCount == 1
        }
    }

    /// Removes every mail.
    ///
    /// - Returns: How many there were.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func deleteMails() throws(StoreError) -> Int {
        try write { (connection) throws(SQLiteError) in
            // The number of the newest one stays behind in SQLite's sequence.
            try connection.statement("DELETE FROM mail") { (row) throws(SQLiteError) in
                _ = try row.step()
            }
            return connection.changedRowCount
        }
    }
}

extension AccountReader {
    /// Writes a mail in the transaction of what it is about, if anybody gets it.
    ///
    /// - Returns: Whether it was written.
    func post(_ letter: Letter?) throws(StoreError) -> Bool {
        guard let letter, let address = try recipient(of: letter.user) else { return false }
        try translating { () throws(SQLiteError) in
            try connection.insert(letter.compose(address))
            try connection.cutMails()
        }
        return true
    }
}

extension Connection {
    /// Stores a mail under the next number.
    func insert(_ mail: Mail) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO mail (id, created_at, kind, to_address, user_id, subject, body, links,
                codes, about)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(mail.id, at: 1)
            try row.bind(mail.createdAt.secondsSince1970, at: 2)
            try row.bind(mail.kind.rawValue, at: 3)
            try row.bind(mail.to, at: 4)
            try row.bind(mail.userID, at: 5)
            try row.bind(mail.subject, at: 6)
            try row.bind(mail.body, at: 7)
            try row.bind(MailTexts.stored(mail.links), at: 8)
            try row.bind(MailTexts.stored(mail.codes), at: 9)
            try row.bind(mail.about, at: 10)
            _ = try row.step()
        }
    }

    /// Deletes the oldest mails beyond a number, a hundred at a time.
    func cutMails() throws(SQLiteError) {
        let (oldest, newest) = try statement(
            "SELECT (SELECT min(number) FROM mail), (SELECT max(number) FROM mail)"
        ) { (row) throws(SQLiteError) -> (Int64, Int64) in
            try row.step() ? (row.integer(0), row.integer(1)) : (0, 0)
        }
        // Where single ones were deleted, there are fewer than their numbers say.
        let mailsMax = Int64(AccountStore.mailsMax)
        guard newest - oldest + 1 > mailsMax + 100 else { return }
        try statement(
            """
            DELETE FROM mail WHERE number <= (
                SELECT number FROM mail ORDER BY number DESC LIMIT 1 OFFSET ?1)
            """
        ) { (row) throws(SQLiteError) in
            try row.bind(mailsMax, at: 1)
            _ = try row.step()
        }
    }
}

/// Links and codes as they stand in a column: a JSON array of strings.
///
/// This program alone writes them, and never with a quote or a backslash.
enum MailTexts {
    static func stored(_ texts: [String]) -> String {
        texts.isEmpty ? "[]" : "[\"\(texts.joined(separator: "\",\""))\"]"
    }

    static func read(_ stored: String) -> [String] {
        stored.dropFirst(2).dropLast(2).split(separator: "\",\"").map(String.init)
    }
}
