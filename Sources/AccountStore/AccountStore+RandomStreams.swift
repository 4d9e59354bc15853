internal import SQLiteBridge
import Synchronization

/// How far a world has come in each of its streams of seeded chance.
///
/// A number is given out once and never again, not even after a restart: with each change of the
/// database, in its transaction, the numbers reached are stored, which costs no commit of their
/// own. A number that no change ever followed reached nobody, so it may come again.
final class StreamNumbers: Sendable {
    private struct Position {
        var next: UInt64
        var stored: UInt64
    }

    private let positions = Mutex<[String: Position]>([:])

    /// Whether anything is to be stored; without a seed nothing ever is.
    private let isAhead = Atomic<Bool>(false)

    /// Gives out the next number of a stream, from 0.
    func take(_ kind: String) -> UInt64 {
        positions.withLock { positions in
            defer { isAhead.store(true, ordering: .relaxed) }
            let number = positions[kind]?.next ?? 0
            positions[kind, default: Position(next: 0, stored: 0)].next = number + 1
            return number
        }
    }

    /// The numbers that no database has yet.
    var unstored: [(kind: String, next: UInt64)] {
        guard isAhead.load(ordering: .relaxed) else { return [] }
        return positions.withLock { positions in
            positions.filter { $0.value.next != $0.value.stored }.map { ($0.key, $0.value.next) }
        }
    }

    /// Takes note of what a committed change has stored.
    func settle(_ stored: [(kind: String, next: UInt64)]) {
        guard !stored.isEmpty else { return }
        positions.withLock { positions in
            for (kind, next) in stored { positions[kind]?.stored = next }
            let isAhead = positions.values.contains { $0.next != $0.stored }
            self.isAhead.store(isAhead, ordering: .relaxed)
        }
    }

    /// Goes on from what a database has.
    func resume(_ stored: [(kind: String, next: UInt64)]) {
        positions.withLock { positions in
            positions = [:]
            for (kind, next) in stored { positions[kind] = Position(next: next, stored: next) }
            isAhead.store(false, ordering: .relaxed)
        }
    }
}

extension AccountStore {
    /// Gives out the next running number of a stream of seeded chance.
    ///
    /// It is stored with the next change of the database. May be called at any time, also within a
    /// change.
    ///
    /// - Parameter kind: Which stream.
    /// - Returns: A number that this stream never had before, from 0.
    package func nextStreamNumber(_ kind: String) -> UInt64 { streamNumbers.take(kind) }

    /// Goes on with the streams where the database has them; needed once before the first number.
    ///
    /// - Throws: ``StoreError`` when SQLite fails.
    package func resumeStreams() throws(StoreError) {
        let stored = try change { (reader) throws(StoreError) in try reader.streams() }
        streamNumbers.resume(stored)
    }

    /// Stores how far the streams are where no change has done so, before the world is put away.
    ///
    /// - Throws: ``StoreError`` when SQLite fails.
    package func storeStreams() throws(StoreError) {
        guard !streamNumbers.unstored.isEmpty else { return }
        try write { (_) throws(SQLiteError) in }
    }
}

extension AccountReader {
    /// Reads how far streams have come.
    func streams() throws(StoreError) -> [(kind: String, next: UInt64)] {
        try all(
            "SELECT kind, next FROM random_stream",
            bind: { _ throws(SQLiteError) in },
            read: { row in (row.text(0), UInt64(bitPattern: row.integer(1))) }
        )
    }
}

extension Connection {
    /// Stores how far streams have come.
    func insert(streams: [(kind: String, next: UInt64)]) throws(SQLiteError) {
        for (kind, next) in streams {
            try statement(
                """
                INSERT INTO random_stream (kind, next) VALUES (?1, ?2)
                ON CONFLICT (kind) DO UPDATE SET next = ?2
                """
            ) { (row) throws(SQLiteError) in
                try row.bind(kind, at: 1)
                try row.bind(Int64(bitPattern: next), at: 2)
                _ = try row.step()
            }
        }
    }
}
