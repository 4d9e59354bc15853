package import AccountModel
internal import HTTP
internal import Synchronization

/// How much a journal keeps.
package struct JournalLimits: Sendable, Hashable {
    /// The most entries; older ones are dropped.
    package var entryCountMax: Int

    /// The most bytes that the kept entries may have together, by a fair estimate.
    package var storedBytesMax: Int

    /// The most bytes kept of one body; its true length is kept beside.
    package var bodyBytesMax: Int

    /// What a journal keeps where nobody says otherwise.
    package static let standard = JournalLimits()

    /// Sets the limits.
    ///
    /// - Parameters:
    ///   - entryCountMax: The most entries.
    ///   - storedBytesMax: The most bytes of all entries together.
    ///   - bodyBytesMax: The most bytes kept of one body.
    package init(
        entryCountMax: Int = 10_000,
        storedBytesMax: Int = 8 * 1_048_576,
        bodyBytesMax: Int = 65_536
    ) {
        self.entryCountMax = max(1, entryCountMax)
        self.storedBytesMax = max(1, storedBytesMax)
        self.bodyBytesMax = max(0, bodyBytesMax)
    }
}

/// What happened in a world: every handshake and every request, the newest of them.
///
/// It outlives resets and restorations of its world, which are things one wants to read about. To
/// append costs about a microsecond, since nothing is formatted or masked before somebody reads.
package final class Journal: Sendable {
    /// How much it keeps.
    package let limits: JournalLimits

    /// The name of the world whose journal it is.
    package let world: String

    /// The number of this journal, which no other one of the process has or gets.
    package let number: UInt64

    private static let made = Atomic<UInt64>(0)

    private let state = Mutex(State())
    private let budget: JournalBudget?
    private let latestUse = Atomic<UInt64>(0)

    private struct State {
        var ring = JournalRing()
        var lastSequence: UInt64 = 0
        var storedBytes = 0
        var droppedCount = 0
        var observers: [(number: UInt64, body: @Sendable () -> Void)] = []
        var lastObserver: UInt64 = 0
        var isOver = false
    }

    /// Makes an empty journal.
    ///
    /// - Parameters:
    ///   - limits: How much it keeps.
    ///   - world: The name of the world whose journal it is.
    ///   - budget: How much it and others keep together; nil lets its own limits be all.
    package init(
        limits: JournalLimits = .standard,
        world: String = WorldName.main,
        budget: JournalBudget? = nil
    ) {
        self.limits = limits
        self.world = world
        number = Self.made.add(1, ordering: .relaxed).newValue
        self.budget = budget
        budget?.add(self)
    }

    deinit {
        guard let budget else { return }
        budget.remove(self)
        budget.change(by: -state.withLock(\.storedBytes))
    }

    /// When something was written to it last, in the order of all journals of its budget.
    var lastUse: UInt64 { latestUse.load(ordering: .relaxed) }

    /// Drops the oldest entries, which others need the room of.
    func drop(bytes: Int, keepingNewest: Bool) {
        // Freed outside the lock, as always.
        var dropped: [JournalRing.Slot] = []
        state.withLock { state in
            let countMin = keepingNewest ? 1 : 0
            var freed = 0
            while freed < bytes, state.ring.count > countMin,
                let oldest = state.ring.removeFirst()
            {
                freed += oldest.byteCount
                dropped.append(oldest)
            }
            state.storedBytes -= freed
            state.droppedCount += dropped.count
            if state.ring.count == 0 { state.ring = JournalRing() }
            budget?.change(by: -freed)
        }
    }

    /// Takes note of a request, and then tells whoever observes.
    ///
    /// - Parameters:
    ///   - exchange: The request and its answer.
    ///   - worldTime: What time it is in the world.
    ///   - systemNanoseconds: What time the system's clock has, in nanoseconds since 1970.
    /// - Returns: The number of the entry.
    @discardableResult
    package func append(
        _ exchange: consuming JournalEntry.Exchange,
        worldTime: Timestamp,
        systemNanoseconds: Int64
    ) -> UInt64 {
        exchange.cut(toBodyBytes: limits.bodyBytesMax)
        let byteCount = exchange.byteCount
        return append(.exchange(exchange), byteCount, worldTime, systemNanoseconds)
    }

    /// Takes note of a handshake, and then tells whoever observes.
    ///
    /// - Parameters:
    ///   - handshake: What is known of it.
    ///   - worldTime: What time it is in the world.
    ///   - systemNanoseconds: What time the system's clock has, in nanoseconds since 1970.
    /// - Returns: The number of the entry.
    @discardableResult
    package func append(
        _ handshake: consuming JournalEntry.Handshake,
        worldTime: Timestamp,
        systemNanoseconds: Int64
    ) -> UInt64 {
        let byteCount = handshake.byteCount
        return append(.handshake(handshake), byteCount, worldTime, systemNanoseconds)
    }

    private func append(
        _ event: JournalEntry.Event,
        _ byteCount: Int,
        _ worldTime: Timestamp,
        _ systemNanoseconds: Int64
    ) -> UInt64 {
        // What is dropped is freed outside the lock; it is one entry at a time, nearly always.
        var dropped: JournalRing.Slot?
        var others: [JournalRing.Slot] = []
        let (sequence, observers) = state.withLock { state in
            state.lastSequence += 1
            let entry = JournalEntry(
                sequence: state.lastSequence,
                worldTime: worldTime,
                systemNanoseconds: systemNanoseconds,
                event: event
            )
            let storedBefore = state.storedBytes
            state.ring.append(JournalRing.Slot(entry: entry, byteCount: byteCount))
            state.storedBytes += byteCount
            // The newest entry stays, however large it is.
            while state.ring.count > limits.entryCountMax
                || (state.storedBytes > limits.storedBytesMax && state.ring.count > 1)
            {
                guard let oldest = state.ring.removeFirst() else { break }
                state.storedBytes -= oldest.byteCount
                state.droppedCount += 1
                if dropped == nil { dropped = oldest } else { others.append(oldest) }
            }
            budget?.change(by: state.storedBytes - storedBefore)
            return (state.lastSequence, state.observers)
        }
        if let budget {
            latestUse.store(budget.nextUse(), ordering: .relaxed)
            budget.makeRoomIfNeeded()
        }
        for observer in observers { observer.body() }
        return sequence
    }

    /// Forgets every entry; numbers go on from where they are.
    package func clear() {
        // The entries are freed outside the lock: there may be thousands.
        let ring = state.withLock { state in
            let ring = state.ring
            state.ring = JournalRing()
            budget?.change(by: -state.storedBytes)
            state.storedBytes = 0
            state.droppedCount = 0
            return ring
        }
        _ = consume ring
    }

    /// What the journal says about itself.
    package struct Extent: Sendable, Hashable {
        /// How many entries are kept.
        package let entryCount: Int
        /// How many bytes they have, by the estimate that the limit goes by.
        package let storedBytes: Int
        /// How many entries were dropped since the journal was cleared last.
        package let droppedCount: Int
        /// The number of the newest entry there ever was; 0 before the first.
        package let lastSequence: UInt64
    }

    /// How much is kept, and how much was lost.
    package var extent: Extent {
        state.withLock { state in
            Extent(
                entryCount: state.ring.count,
                storedBytes: state.storedBytes,
                droppedCount: state.droppedCount,
                lastSequence: state.lastSequence
            )
        }
    }

    /// The kept entries after a number.
    ///
    /// - Parameter sequence: The number; 0 for all.
    /// - Returns: The entries, oldest first.
    package func entries(after sequence: UInt64 = 0) -> [JournalEntry] {
        state.withLock { $0.ring.entries(after: sequence) }
    }
}

// MARK: - Observing

extension Journal {
    /// A promise to be told, which lasts until it is given back.
    package struct Observation: Sendable, Hashable {
        fileprivate let number: UInt64
    }

    /// Asks to be told after each entry.
    ///
    /// The closure is called on the thread that appended and outside the journal's lock, so two
    /// calls may overtake one another: who observes fetches ``entries(after:)`` what is new.
    ///
    /// - Parameter body: Called after each entry; it must be quick.
    /// - Returns: What ends it.
    package func observe(_ body: @escaping @Sendable () -> Void) -> Observation {
        state.withLock { state in
            state.lastObserver += 1
            state.observers.append((state.lastObserver, body))
            return Observation(number: state.lastObserver)
        }
    }

    /// Ends an observation; one that is under way on another thread may still be told once.
    ///
    /// - Parameter observation: What ``observe(_:)`` returned.
    package func end(_ observation: Observation) {
        let ended = state.withLock { state -> (@Sendable () -> Void)? in
            guard
                let index = state.observers.firstIndex(where: { $0.number == observation.number })
            else { return nil }
            return state.observers.remove(at: index).body
        }
        _ = ended
    }

    /// Says that nothing will come any more, because the world is deleted; tells whoever observes.
    package func finish() {
        let observers = state.withLock { state in
            state.isOver = true
            return state.observers
        }
        for observer in observers { observer.body() }
    }

    /// Whether nothing will come any more.
    package var isOver: Bool { state.withLock(\.isOver) }

    /// How many observe: what a test asks to see that nobody was forgotten.
    package var observerCount: Int { state.withLock { $0.observers.count } }
}

// MARK: - Finding

extension Journal {
    /// Finds a request.
    ///
    /// - Parameter requestID: The request's id.
    /// - Returns: Its entry, or nil when it was never there or is there no longer.
    package func entry(requestID: String) -> JournalEntry? {
        entries().last { $0.exchange?.requestID == requestID }
    }

    /// Finds the handshake of a connection.
    ///
    /// - Parameter connectionID: The number of the connection.
    /// - Returns: Its entry, or nil when it was never there or is there no longer.
    package func handshake(connectionID: UInt64) -> JournalEntry? {
        entries().last { $0.handshake?.connectionID == connectionID }
    }

    /// Finds the entries that pass a filter.
    ///
    /// - Parameter filter: What they must have.
    /// - Returns: The entries in the filter's order, no more than its limit.
    package func entries(matching filter: JournalFilter) -> [JournalEntry] {
        filter.apply(to: entries(after: filter.after ?? 0))
    }
}

// MARK: - Measures

extension JournalEntry.Handshake {
    /// A fair estimate of the memory that an entry of it takes.
    var byteCount: Int {
        512 + presentedChain.count * 512 + (detail?.utf8.count ?? 0) + (reason?.utf8.count ?? 0)
    }
}

extension JournalEntry.Exchange {
    /// A fair estimate of the memory that an entry of it takes.
    ///
    /// Texts are counted although other entries may share them.
    var byteCount: Int {
        640 + path.utf8.count + (query?.utf8.count ?? 0) + (reason?.utf8.count ?? 0)
            + body.count + answerBody.count + fields.byteCount + answerFields.byteCount
            + (fields.count + answerFields.count) * 32
    }

    /// Leaves no more than so many bytes of each body.
    mutating func cut(toBodyBytes limit: Int) {
        // A copy, since a slice would keep the whole body alive.
        if body.count > limit { body = Array(body.prefix(limit)) }
        if answerBody.count > limit { answerBody = Array(answerBody.prefix(limit)) }
    }
}
