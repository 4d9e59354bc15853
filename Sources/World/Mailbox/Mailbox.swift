package import AccountModel
package import AccountStore

/// What the vendor would have mailed in a world.
package struct Mailbox: Sendable {
    let world: World

    /// Lists mails, the newest first.
    ///
    /// - Parameters:
    ///   - filter: Which ones.
    ///   - offset: How many are passed over.
    ///   - countMax: The largest number of mails.
    /// - Returns: The mails, and how many there are of those that the filter means.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func mails(
        _ filter: MailFilter = MailFilter(),
        offset: Int = 0,
        countMax: Int = AccountStore.mailsMax
    ) throws(StoreError) -> (mails: [Mail], total: Int) {
        try world.settleClock()
        return try world.store.read(loop: 0) { (reader) throws(StoreError) in
            (
                try reader.mails(filter, newestFirst: true, offset: offset, countMax: countMax),
                try reader.mailCount(filter)
            )
        }
    }

    /// Finds the earliest mail that is there.
    ///
    /// - Parameter filter: Which ones are meant.
    /// - Returns: The mail; nil when there is none yet.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func first(_ filter: MailFilter) throws(StoreError) -> Mail? {
        try world.settleClock()
        return try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.mails(filter, newestFirst: false, countMax: 1).first
        }
    }

    /// Finds a mail.
    ///
    /// - Parameter id: The mail's id.
    /// - Returns: The mail, or nil when there is none of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func mail(id: String) throws(StoreError) -> Mail? {
        try world.store.read(loop: 0) { (reader) throws(StoreError) in try reader.mail(id: id) }
    }

    /// Removes a mail.
    ///
    /// - Parameter id: The mail's id.
    /// - Returns: Whether there was one of that id.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func delete(id: String) throws(StoreError) -> Bool {
        try world.store.deleteMail(id: id)
    }

    /// Removes every mail.
    ///
    /// - Returns: How many there were.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func clear() throws(StoreError) -> Int { try world.store.deleteMails() }
}

extension World {
    /// What the vendor would have mailed here.
    package var mailbox: Mailbox { Mailbox(world: self) }
}
