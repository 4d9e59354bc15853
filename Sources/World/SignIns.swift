package import AccountModel
package import AccountStore
import Synchronization

/// Sign-ins on their way into the audit log.
///
/// They are gathered here and stored many at once, a few milliseconds later, because nothing else
/// depends on them: a connection's first answer does not wait for the disk. Whoever reads the audit
/// log, or changes anything, stores them first.
package final class SignIns: Sendable {
    /// The largest number that waits; the next request stores them itself.
    package static let waitingMax = 1024

    /// Starts with none.
    package init() {}

    private let waiting = Mutex<[AuditEntry]>([])
    private let waitingCount = Atomic<Int>(0)

    /// Whether any sign-in is not stored yet.
    package var isWaiting: Bool { waitingCount.load(ordering: .relaxed) > 0 }

    /// Whether so many are waiting that somebody must store them.
    package var isFull: Bool { waitingCount.load(ordering: .relaxed) >= Self.waitingMax }

    /// Takes note of a sign-in.
    ///
    /// - Parameter entry: The audit entry.
    package func add(_ entry: AuditEntry) {
        waiting.withLock { waiting in
            waiting.append(entry)
            waitingCount.store(waiting.count, ordering: .relaxed)
        }
    }

    /// Stores what is waiting.
    ///
    /// - Parameter store: Where the audit log is.
    /// - Throws: ``StoreError``; the newest sign-ins wait on then, so that a disk with room again
    ///   gets them.
    package func flush(into store: AccountStore) throws(StoreError) {
        guard isWaiting else { return }
        let entries = waiting.withLock { waiting in
            defer { waiting = [] }
            waitingCount.store(0, ordering: .relaxed)
            return waiting
        }
        do throws(StoreError) {
            try store.append(entries)
        } catch {
            waiting.withLock { waiting in
                waiting = (entries + waiting).suffix(Self.waitingMax - 1)
                waitingCount.store(waiting.count, ordering: .relaxed)
            }
            throw error
        }
    }
}
