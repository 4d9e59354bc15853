import Synchronization

/// A completed handshake, kept until it is known in which worlds the connection is used.
///
/// On the address that all worlds share only a request tells its world, and a connection may serve
/// several. Journals are known by a number.
package final class HandshakeMemory: Sendable {
    /// A handshake, and when it was.
    package struct Kept: Sendable {
        /// What there is to say about it.
        package let facts: HandshakeFacts

        /// What in a world made it go wrong; nil without such a thing.
        package let reason: String?

        /// What time the system's clock had at its end, in nanoseconds since 1970.
        package let systemNanoseconds: Int64

        /// Describes a handshake.
        ///
        /// - Parameters:
        ///   - facts: What there is to say about it.
        ///   - reason: What in a world made it go wrong.
        ///   - systemNanoseconds: What time the system's clock had.
        package init(facts: HandshakeFacts, reason: String?, systemNanoseconds: Int64) {
            self.facts = facts
            self.reason = reason
            self.systemNanoseconds = systemNanoseconds
        }
    }

    /// The most journals that are remembered; beyond that all are forgotten.
    package static let journalsMax = 256

    private struct State {
        var kept: Kept?
        var journals: [UInt64] = []
    }

    private let latest = Atomic<UInt64>(0)
    private let state = Mutex(State())

    /// Begins without a handshake.
    package init() {}

    /// Keeps a handshake.
    ///
    /// - Parameter kept: The handshake.
    package func keep(_ kept: Kept) { state.withLock { $0.kept = kept } }

    /// Gives the handshake out for a journal, once for each.
    ///
    /// - Parameter journal: The journal's number, which is not 0.
    /// - Returns: The handshake; nil where the journal has it, or there was none.
    package func handshake(firstIn journal: UInt64) -> Kept? {
        // Nearly every request goes where the one before went.
        guard latest.load(ordering: .relaxed) != journal else { return nil }
        return state.withLock { state in
            guard let kept = state.kept else { return nil }
            latest.store(journal, ordering: .relaxed)
            guard !state.journals.contains(journal) else { return nil }
            if state.journals.count == Self.journalsMax { state.journals.removeAll() }
            state.journals.append(journal)
            return kept
        }
    }

    /// Whether there is a handshake that no journal has got yet.
    package var isWaiting: Bool { state.withLock { $0.kept != nil && $0.journals.isEmpty } }
}
