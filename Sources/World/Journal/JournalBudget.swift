internal import Synchronization

/// How much the journals of all worlds of a process keep together.
///
/// A journal of its own limit is cheap, and five thousand of them are not. Where all together take
/// more than they may, the journals that nothing was written to for longest give up their oldest
/// entries first, those of dormant worlds before all others, until there is an eighth to spare:
/// so the search is rare. What they lose counts as dropped.
package final class JournalBudget: Sendable {
    /// The most bytes that all entries may have together, by the estimate of each journal.
    package let bytesMax: Int

    /// What journals keep together where nobody says otherwise: 256 MiB.
    package static let standardBytesMax = 268_435_456

    private let stored = Atomic<Int>(0)
    private let lastUse = Atomic<UInt64>(0)
    private let members = Mutex<[ObjectIdentifier: Member]>([:])

    /// Held by whoever makes room; others need not wait for it.
    private let making = Mutex<Void>(())

    private struct Member {
        weak var journal: Journal?
    }

    /// Sets the limit.
    ///
    /// - Parameter bytesMax: The most bytes of all entries together.
    package init(bytesMax: Int = standardBytesMax) {
        self.bytesMax = max(1, bytesMax)
    }

    /// How many bytes all entries have together.
    package var storedBytes: Int { stored.load(ordering: .relaxed) }

    func add(_ journal: Journal) {
        members.withLock { $0[ObjectIdentifier(journal)] = Member(journal: journal) }
    }

    func remove(_ journal: Journal) {
        members.withLock { $0[ObjectIdentifier(journal)] = nil }
    }

    /// A number that is larger than all before it: the order in which journals are used.
    func nextUse() -> UInt64 { lastUse.add(1, ordering: .relaxed).newValue }

    /// Takes note of what a journal keeps more, or less.
    func change(by byteCount: Int) { stored.add(byteCount, ordering: .relaxed) }

    /// Makes room where journals keep too much; outside the lock of any of them.
    func makeRoomIfNeeded() {
        guard storedBytes > bytesMax else { return }
        _ = making.withLockIfAvailable { _ in
            let goal = bytesMax - bytesMax / 8
            // Let go outside the lock, because a journal that goes takes itself out of the list.
            let journals = members.withLock { $0.values.compactMap(\.journal) }
            let byUse = journals.map { ($0, $0.lastUse) }.sorted { $0.1 < $1.1 }
            for (index, (journal, _)) in byUse.enumerated() {
                let excess = storedBytes - goal
                guard excess > 0 else { return }
                // Whoever has just written finds the newest entry.
                journal.drop(bytes: excess, keepingNewest: index == byUse.count - 1)
            }
        }
    }
}
