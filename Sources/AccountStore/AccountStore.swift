internal import SQLiteBridge
import Synchronization

/// The nouns of the account model in one SQLite file.
///
/// There is one connection that writes, and one that reads for each event loop. A reader waits
/// neither for the writer nor for another loop's reader. No other process writes to the file: the
/// readers look for changes only when this store has made some.
package final class AccountStore: Sendable {
    /// Where a world's database is.
    package enum Location: Sendable, Hashable {
        /// A file, made when it does not exist.
        case file(path: String)

        /// The memory of this process: gone with the store. All loops share one connection.
        case memory
    }

    /// Where this database is.
    package let location: Location

    /// What opening did to the file's schema.
    package let migration: SchemaMigration

    private let writer: Mutex<AccountReader>
    private let readers: [ReaderSlot]

    /// Grows with every commit.
    private let version: StoreVersion

    private let auditEntriesMax = Atomic<Int>(100_000)

    /// How far the world has come in its streams of seeded chance.
    let streamNumbers = StreamNumbers()
    /// Before this moment, in seconds since 1970, nothing happens by the passing of time alone.
    let nextEvent = Atomic<Int64>(.min)

    /// Who waits for mail: told after each commit that brought some.
    ///
    /// They hang on the store and not on a world's object, so that whoever waits goes on waiting
    /// when the world is reset.
    package let mailArrivals = Watchers()

    /// How often the contents were replaced by others.
    private let replacements = Atomic<UInt64>(0)

    /// A number that changes whenever the contents are replaced: a clock read before then says
    /// nothing about them.
    package var contents: UInt64 { replacements.load(ordering: .acquiring) }

    /// Opens a world's database, and brings it to the newest schema.
    ///
    /// An older file is copied beside itself before it changes.
    ///
    /// - Parameters:
    ///   - location: Where it is. A new file is readable by its owner only.
    ///   - readerCount: The number of event loops; with 0 reads and writes share one connection,
    ///     which is cheaper where little is asked, and the file is locked against all others.
    /// - Returns: The store.
    /// - Throws: ``StoreOpeningError`` when the file is foreign, newer, broken or unreadable.
    package static func open(
        _ location: Location,
        readerCount: Int
    ) throws(StoreOpeningError) -> AccountStore {
        try open(location, readerCount: readerCount, source: ":memory:") { _ in }
    }

    /// Opens a database whose content somebody puts in first.
    static func open(
        _ location: Location,
        readerCount: Int,
        source: String,
        _ prepare: @Sendable (borrowing Connection) throws(SQLiteError) -> Void
    ) throws(StoreOpeningError) -> AccountStore {
        let file: String?
        switch location {
        case .file(let path): file = path
        case .memory: file = nil
        }
        let origin = file.map(DatabaseOrigin.file) ?? .copy(name: source)
        let connection: Connection
        do throws(SQLiteError) {
            connection = try openWriter(
                path: file ?? ":memory:",
                hasReaders: readerCount > 0,
                prepare
            )
        } catch {
            throw StoreOpeningError(of: origin, error)
        }
        let migration: Migration
        do throws(MigrationError) {
            migration = try Schema.migrator.migrate(
                connection,
                path: file,
                isOneOfMany: readerCount == 0
            )
        } catch {
            throw StoreOpeningError(of: origin, error)
        }
        return AccountStore(
            location: location,
            migration: SchemaMigration(path: origin.name, migration),
            writer: connection,
            readerCount: readerCount
        )
    }

    private static func openWriter(
        path: String,
        hasReaders: Bool,
        _ prepare: @Sendable (borrowing Connection) throws(SQLiteError) -> Void
    ) throws(SQLiteError) -> Connection {
        let connection = try Connection.open(path: path, isSole: !hasReaders)
        // In kibibytes: a change of a world of ten thousand users touches a page in each of its
        // indexes, and with SQLite's two mebibytes most of them would be read again. Of the worlds
        // without readers there may be many, each with little in it; to wait for the
        // disk would take longer than all else that is done with them, and only a machine that
        // stops without warning, not a process that does, could make them lose what was committed.
        try connection.execute(
            hasReaders
                ? "PRAGMA cache_size = -8192" : "PRAGMA cache_size = -64; PRAGMA synchronous = OFF"
        )
        try prepare(connection)
        return connection
    }

    private init(
        location: Location,
        migration: SchemaMigration,
        writer: consuming sending Connection,
        readerCount: Int
    ) {
        self.location = location
        self.migration = migration
        self.writer = Mutex(AccountReader(connection: writer))
        let version = StoreVersion()
        self.version = version
        switch location {
        case .file: readers = (0..<readerCount).map { _ in ReaderSlot(version) }
        case .memory: readers = []
        }
    }

    /// Runs queries that see one state of the database.
    ///
    /// - Parameters:
    ///   - loop: The event loop that asks, from 0; its connection is opened on first use.
    ///   - body: The queries.
    /// - Returns: What `body` returns.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func read<Result: Sendable>(
        loop: Int,
        _ body: @Sendable (borrowing AccountReader) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        guard case .file(let path) = location, !readers.isEmpty else {
            return try writer.withLock { (reader) throws(StoreError) -> Result in
                try body(reader)
            }
        }
        return try readers[loop % readers.count].read(path: path, body)
    }

    /// Runs statements that take effect together or not at all.
    ///
    /// - Parameter body: The statements, on the connection that writes.
    /// - Returns: What `body` returns, once it is committed.
    /// - Throws: ``StoreError`` when SQLite fails; nothing has changed then.
    func write<Result: Sendable>(
        _ body: @Sendable (borrowing Connection) throws(SQLiteError) -> Result
    ) throws(StoreError) -> Result {
        try change { (reader) throws(StoreError) in
            try translating { () throws(SQLiteError) in try body(reader.connection) }
        }
    }

    /// Runs queries and statements that take effect together or not at all.
    ///
    /// - Parameter body: Both, on the connection that writes: what it reads, nobody else changes.
    /// - Returns: What `body` returns, once it is committed.
    /// - Throws: ``StoreError`` from `body` or the commit; nothing has changed then.
    func change<Result: Sendable>(
        _ body: @Sendable (borrowing AccountReader) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        // What the readers still look at would keep SQLite from cutting its log.
        for reader in readers { reader.letGo() }
        defer { version.number.add(1, ordering: .releasing) }
        let entriesMax = auditEntriesMax.load(ordering: .relaxed)
        return try writer.withLock { (reader) throws(StoreError) -> Result in
            reader.memory.forget()
            defer { reader.memory.forget() }
            var streams: [(kind: String, next: UInt64)] = []
            let result = try reader.transaction { (reader) throws(StoreError) -> Result in
                let result = try body(reader)
                streams = streamNumbers.unstored
                try translating { () throws(SQLiteError) in
                    try reader.connection.insert(streams: streams)
                    try reader.connection.cutAuditLog(entriesMax: entriesMax)
                }
                return result
            }
            streamNumbers.settle(streams)
            return result
        }
    }

    /// Chooses how much of the audit log is kept.
    ///
    /// The oldest entries go with the next change: one at a time, or for the sake of speed at most
    /// a hundred at a time where that is no more than a hundredth of all.
    ///
    /// - Parameter entriesMax: The number of entries, 1 at least.
    package func retain(auditEntriesMax entriesMax: Int) {
        auditEntriesMax.store(max(entriesMax, 1), ordering: .relaxed)
    }

    /// Takes over everything that another world's file contains, in one transaction.
    ///
    /// - Parameter path: The other file.
    /// - Throws: ``StoreError``; this store is as it was then.
    package func replaceContents(withFileAt path: String) throws(StoreError) {
        let source = try translating { () throws(SQLiteError) in try Connection.open(path: path) }
        try replaceContents(with: source.copySource)
    }

    /// Takes over everything that a copy of a world contains, in one transaction.
    ///
    /// - Parameter copy: The copy, of the newest schema, that nobody else uses.
    /// - Throws: ``StoreError``; this store is as it was then.
    package func replaceContents(with copy: AccountStore) throws(StoreError) {
        try copy.writer.withLock { (source) throws(StoreError) in
            try replaceContents(with: source.connection.copySource)
        }
    }

    private func replaceContents(
        with source: Connection.CopySource
    ) throws(StoreError) {
        for reader in readers { reader.letGo() }
        defer {
            forgetNextEvent()
            version.number.add(1, ordering: .releasing)
        }
        try writer.withLock { (reader) throws(StoreError) in
            reader.memory.forget()
            defer { reader.memory.forget() }
            try translating { () throws(SQLiteError) in
                try reader.connection.takeOver(source)
            }
            replacements.add(1, ordering: .releasing)
            streamNumbers.resume(try reader.streams())
        }
    }

    /// Gives back the memory of statements and pages that were needed to begin the world.
    ///
    /// - Throws: ``StoreError`` when SQLite fails.
    package func releaseMemory() throws(StoreError) {
        try writer.withLock { (reader) throws(StoreError) in
            try translating { () throws(SQLiteError) in
                try reader.connection.releaseMemory()
            }
        }
    }

    /// The whole world as the bytes of a database file.
    ///
    /// - Returns: The bytes; the CA's key is among them.
    /// - Throws: ``StoreError`` when it cannot be read.
    package func image() throws(StoreError) -> [UInt8] {
        try translating { () throws(SQLiteError) in
            try writer.withLock { (reader) throws(SQLiteError) in try reader.connection.image() }
        }
    }
    /// Writes the whole world into a file, readable by its owner only; whole or not at all.
    ///
    /// - Parameter path: The file; one that is there is replaced.
    /// - Throws: ``StoreError`` when the world cannot be read or the file not be written.
    package func writeImage(to path: String) throws(StoreError) {
        try translating { () throws(SQLiteError) in
            try writer.withLock { (reader) throws(SQLiteError) in
                try reader.connection.writeImage(to: path)
            }
        }
    }
}
