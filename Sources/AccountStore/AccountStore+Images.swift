package import AccountModel
internal import SQLiteBridge

// Copies of whole worlds: forks, snapshots, starting points.
extension AccountStore {
    /// Opens a copy of a world in memory, and brings it to the newest schema.
    ///
    /// - Parameters:
    ///   - image: The bytes of a database file.
    ///   - source: What complaints call it.
    /// - Returns: The store: gone with the last reference to it.
    /// - Throws: ``StoreOpeningError`` when the bytes are foreign, newer or broken.
    package static func open(
        image: [UInt8],
        source: String
    ) throws(StoreOpeningError) -> AccountStore {
        try open(.memory, readerCount: 0, source: source) { (connection) throws(SQLiteError) in
            try connection.load(image: image)
        }
    }

    /// Opens a copy that may have changed since this program wrote it, and looks all through it.
    ///
    /// Takes a millisecond for each megabyte or so. What comes out of it can be read; whether it is
    /// a world shows when it is opened as one.
    ///
    /// - Parameters:
    ///   - image: The bytes of a database file.
    ///   - source: What complaints call it.
    /// - Returns: The store.
    /// - Throws: ``StoreOpeningError`` when the bytes are foreign, newer or damaged, or have other
    ///   tables than a database of this program.
    package static func open(
        unknownImage image: [UInt8],
        source: String
    ) throws(StoreOpeningError) -> AccountStore {
        let store = try open(image: image, source: source)
        let expected = try expectedSchema.get()
        do throws(StoreError) {
            try store.refuseDamage()
            guard try store.schemaTexts() == expected else {
                throw .database(SQLiteError(code: SQLiteError.damageCode, message: strange))
            }
        } catch {
            guard case .database(let failure) = error else {
                throw StoreOpeningError(description: "\(error)", isDamage: false)
            }
            throw StoreOpeningError(of: .copy(name: source), failure)
        }
        return store
    }

    /// The newest schema; to make it anew takes longer than all the rest of a reset.
    private static let expectedSchema = Result<[String], StoreOpeningError> {
        () throws(StoreOpeningError) in
        let empty = try open(.memory, readerCount: 0)
        do throws(StoreError) {
            return try empty.schemaTexts()
        } catch {
            throw StoreOpeningError(description: "\(error)", isDamage: false)
        }
    }

    private static var strange: String { "its tables are not those of this program" }

    private func refuseDamage() throws(StoreError) {
        try read(loop: 0) { (reader) throws(StoreError) in
            try translating { () throws(SQLiteError) in try reader.connection.refuseDamage() }
        }
    }

    private func schemaTexts() throws(StoreError) -> [String] {
        try read(loop: 0) { (reader) throws(StoreError) in
            try translating { () throws(SQLiteError) in try reader.connection.schemaTexts() }
        }
    }

    /// A database of the newest schema in which no world has begun.
    ///
    /// To write these bytes into a file takes a tenth of the time in which SQLite makes the same
    /// tables there.
    ///
    /// - Returns: The bytes of its file.
    /// - Throws: ``StoreOpeningError`` or ``StoreError`` when there is no memory.
    package static func emptyImage() throws -> [UInt8] {
        try open(.memory, readerCount: 0).image()
    }

    /// Makes of a copy a world of its own, or of a world a copy that is kept.
    ///
    /// - Parameter identity: What it is from now on.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func become(_ identity: WorldIdentity) throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.statement(
                """
                UPDATE world_state SET name = ?1, origin = ?2, expires_after_idle_seconds = ?3,
                    copied_at = ?4
                """
            ) { (row) throws(SQLiteError) in
                try row.bind(identity.name, at: 1)
                try row.bind(identity.origin, at: 2)
                try row.bind(identity.expiresAfterIdleSeconds.map { Int64($0) }, at: 3)
                try row.bind(identity.copiedAt?.secondsSince1970, at: 4)
                _ = try row.step()
            }
        }
    }

    /// Reads what the world is to others.
    ///
    /// - Returns: The identity, or nil in a world that has not begun.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func identity() throws(StoreError) -> WorldIdentity? {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.first(
                "SELECT name, origin, expires_after_idle_seconds, copied_at FROM world_state",
                bind: { _ throws(SQLiteError) in },
                read: { row in
                    WorldIdentity(
                        name: row.text(0),
                        origin: row.optionalText(1),
                        expiresAfterIdleSeconds: row.isNull(2) ? nil : Int(row.integer(2)),
                        copiedAt: row.optionalTimestamp(3)
                    )
                }
            )
        }
    }

    /// Takes over CAs, if this world has none whose key is kept.
    ///
    /// - Parameter authorities: The CAs, the oldest first.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func adopt(_ authorities: [AuthorityRecord]) throws(StoreError) {
        guard try authority() == nil else { return }
        for authority in authorities { try save(authority) }
    }

    /// Forgets the keys of the CAs, so that the next certificate is issued by a new one.
    ///
    /// - Throws: ``StoreError`` when SQLite fails.
    package func forgetAuthorityKeys() throws(StoreError) {
        try write { (connection) throws(SQLiteError) in
            try connection.execute("UPDATE authority SET private_key = x''")
        }
    }
}

/// What a world is to other worlds.
package struct WorldIdentity: Sendable, Hashable {
    /// The world's name.
    package var name: String

    /// How the world was made: a JSON object; nil where nobody asked for it.
    package var origin: String?

    /// After how many seconds without a request it is deleted; nil never.
    package var expiresAfterIdleSeconds: Int?

    /// In a copy that is kept, what the system's clock showed when it was made; nil in a world
    /// that lives.
    package var copiedAt: Timestamp?

    /// Makes one.
    ///
    /// - Parameters:
    ///   - name: The world's name.
    ///   - origin: How the world was made: a JSON object.
    ///   - expiresAfterIdleSeconds: After how many seconds without a request it is deleted.
    ///   - copiedAt: When the copy was made, by the system's clock.
    package init(
        name: String,
        origin: String? = nil,
        expiresAfterIdleSeconds: Int? = nil,
        copiedAt: Timestamp? = nil
    ) {
        self.name = name
        self.origin = origin
        self.expiresAfterIdleSeconds = expiresAfterIdleSeconds
        self.copiedAt = copiedAt
    }
}

// Copies in files.
extension AccountStore {
    /// Writes a copy of a world into a file, readable by its owner only; whole or not at all.
    ///
    /// - Parameters:
    ///   - image: The bytes of a database file.
    ///   - path: The file; one that is there is replaced.
    /// - Throws: ``StoreError`` with the system's reason.
    package static func write(image: [UInt8], to path: String) throws(StoreError) {
        try translating { () throws(SQLiteError) in try ImageFile.write(image, to: path) }
    }

    /// Reads a copy of a world.
    ///
    /// - Parameter path: The file.
    /// - Returns: The bytes, or nil when there is no such file.
    /// - Throws: ``StoreError`` with the system's reason.
    package static func image(ofFileAt path: String) throws(StoreError) -> [UInt8]? {
        try translating { () throws(SQLiteError) in try ImageFile.read(path: path) }
    }

    /// What the name of a file ends in that the next process removes, if this one is killed.
    package static var unfinishedEnding: String { ImageFile.unfinishedEnding }

    /// Gives a copy of a world, which nobody has open, another name.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - other: Its new name; a file of that name is replaced.
    /// - Throws: ``StoreError`` with the system's reason.
    package static func move(fileAt path: String, to other: String) throws(StoreError) {
        try translating { () throws(SQLiteError) in try ImageFile.move(path, to: other) }
    }

    /// Whether a file is a copy that a killed process did not finish.
    ///
    /// - Parameter name: The file's name.
    /// - Returns: Whether it can go.
    package static func isUnfinished(_ name: String) -> Bool { ImageFile.isUnfinished(name) }

    /// Looks at a copy in a file without reading it.
    ///
    /// - Parameter path: The file.
    /// - Returns: Its size in bytes, and when it was written by the system's clock; nil when there
    ///   is no such file.
    package static func facts(
        ofFileAt path: String
    ) -> (byteCount: Int, writtenAt: Timestamp)? {
        ImageFile.facts(path: path).map {
            ($0.byteCount, Timestamp(secondsSince1970: $0.writtenAt))
        }
    }
}
