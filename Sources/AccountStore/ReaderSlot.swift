internal import SQLiteBridge
import Synchronization

/// How often a store has changed.
final class StoreVersion: Sendable {
    let number = Atomic<UInt64>(0)
}

/// One event loop's connection, opened when the loop first reads.
///
/// It keeps its snapshot of the database from one read to the next, until the store has changed:
/// beginning one takes locks, and those cost more than the queries.
final class ReaderSlot: Sendable {
    private let pinned = Mutex<PinnedReader?>(nil)
    private let current: StoreVersion

    init(_ current: StoreVersion) {
        self.current = current
    }

    /// Runs queries that see one state of the database, which is not older than this call.
    func read<Result: Sendable>(
        path: String,
        _ body: @Sendable (borrowing AccountReader) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        try pinned.withLock { (slot) throws(StoreError) -> Result in
            let pinned: PinnedReader
            if let known = slot {
                pinned = known
            } else {
                pinned = PinnedReader(reader: try AccountReader.open(path: path))
                slot = pinned
            }
            try pinned.begin(current.number.load(ordering: .acquiring))
            // A writer that came meanwhile could not make this reader let go.
            defer { pinned.end(unlessStill: current.number.load(ordering: .acquiring)) }
            do throws(StoreError) {
                return try body(pinned.reader)
            } catch {
                pinned.end(unlessStill: nil)
                throw error
            }
        }
    }

    /// Ends an open snapshot unless the reader is at work: then it does so itself.
    func letGo() {
        _ = pinned.withLockIfAvailable { $0?.end(unlessStill: nil) }
    }
}

/// A reader and the snapshot it keeps.
private final class PinnedReader {
    let reader: AccountReader

    /// The version that was current before the open snapshot began; nil without a snapshot.
    private var version: UInt64?

    init(reader: consuming AccountReader) {
        self.reader = reader
    }

    /// Sees to it that a snapshot is open which is not older than a version.
    func begin(_ current: UInt64) throws(StoreError) {
        guard version != current else { return }
        end(unlessStill: nil)
        reader.memory.forget()
        do throws(SQLiteError) {
            try reader.connection.beginSnapshot()
        } catch {
            throw .database(error)
        }
        version = current
    }

    /// Ends the snapshot, if one is open, unless it is of the current version.
    func end(unlessStill current: UInt64?) {
        guard version != nil, version != current else { return }
        reader.connection.endSnapshot()
        version = nil
    }
}
