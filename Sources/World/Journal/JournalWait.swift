internal import Synchronization

/// Waits until so many entries of a journal pass a filter; nothing is ever polled.
///
/// What was there before counts too: a test that waits for the request it has just caused must not
/// depend on which of the two comes first. Who wants new ones only says after which entry.
package final class JournalWait: Sendable {
    /// How it ended.
    package struct Outcome: Sendable {
        /// What passed the filter, oldest first.
        package let entries: [JournalEntry]
        /// Whether as many as were waited for.
        package let isComplete: Bool
        /// Whether the wait ended because the world was deleted.
        package let isWorldGone: Bool
    }

    private let journal: Journal
    private let filter: JournalFilter
    private let count: Int
    private let state: Mutex<State>

    private struct State {
        var found: [JournalEntry] = []
        var seen: UInt64
        var observation: Journal.Observation?
        var completion: (@Sendable (Outcome) -> Void)?
    }

    private init(
        _ journal: Journal,
        _ filter: JournalFilter,
        _ count: Int,
        _ completion: @escaping @Sendable (Outcome) -> Void
    ) {
        self.journal = journal
        self.filter = filter
        self.count = count
        state = Mutex(State(seen: filter.after ?? 0, completion: completion))
    }

    /// Begins to wait.
    ///
    /// - Parameters:
    ///   - journal: The journal.
    ///   - filter: What an entry must have; its limit and order do not count here.
    ///   - count: How many entries are waited for.
    ///   - completion: Called once: at once where enough are there, else on the thread that
    ///     appended the last of them, or that let the time run out.
    /// - Returns: The wait, to end it when its time is over.
    @discardableResult
    package static func begin(
        in journal: Journal,
        for filter: JournalFilter,
        count: Int,
        completion: @escaping @Sendable (Outcome) -> Void
    ) -> JournalWait {
        let wait = JournalWait(journal, filter, count, completion)
        // Observed first and looked through then, so that nothing falls between.
        let observation = journal.observe { wait.look() }
        let isOver = wait.state.withLock { state in
            state.observation = observation
            return state.completion == nil
        }
        if isOver { journal.end(observation) }
        wait.look()
        return wait
    }

    /// Ends the wait with what there is; without effect where it has ended.
    package func expire() { finish() }

    /// Ends the wait and tells nobody: whoever waited is gone.
    package func cancel() {
        let observation = state.withLock { state in
            state.completion = nil
            return state.observation
        }
        if let observation { journal.end(observation) }
    }

    private func look() {
        // Asked first: what came before the end is found below.
        let isOver = journal.isOver
        let isEnough = state.withLock { state in
            guard state.completion != nil else { return false }
            for entry in journal.entries(after: state.seen) {
                state.seen = entry.sequence
                if filter.matches(entry) { state.found.append(entry) }
            }
            return state.found.count >= count
        }
        if isEnough || isOver { finish() }
    }

    private func finish() {
        let (completion, outcome, observation) = state.withLock { state in
            let completion = state.completion
            state.completion = nil
            let outcome = Outcome(
                entries: state.found,
                isComplete: state.found.count >= count,
                isWorldGone: journal.isOver
            )
            return (completion, outcome, state.observation)
        }
        guard let completion else { return }
        if let observation { journal.end(observation) }
        completion(outcome)
    }
}

/// Follows a journal: every entry that passes a filter, each once and in order.
package final class JournalFollower: Sendable {
    private let journal: Journal
    private let filter: JournalFilter
    private let send: @Sendable ([JournalEntry]) -> Void
    private let end: @Sendable () -> Void
    private let state: Mutex<State>

    private struct State {
        var seen: UInt64
        var observation: Journal.Observation?
        var isStopped = false
        var isSending = false
    }

    private init(
        _ journal: Journal,
        _ filter: JournalFilter,
        _ send: @escaping @Sendable ([JournalEntry]) -> Void,
        _ end: @escaping @Sendable () -> Void
    ) {
        self.journal = journal
        self.filter = filter
        self.send = send
        self.end = end
        state = Mutex(State(seen: filter.after ?? journal.extent.lastSequence))
    }

    /// Begins to follow.
    ///
    /// - Parameters:
    ///   - journal: The journal.
    ///   - filter: What an entry must have; without ``JournalFilter/after`` only new ones count.
    ///   - send: Called with what is new, one call at a time and in order, on a thread that
    ///     appended; it must be quick.
    ///   - end: Called, perhaps more than once, when nothing will come any more.
    /// - Returns: What is to be stopped when nobody listens any longer.
    package static func begin(
        in journal: Journal,
        for filter: JournalFilter,
        send: @escaping @Sendable ([JournalEntry]) -> Void,
        end: @escaping @Sendable () -> Void = {}
    ) -> JournalFollower {
        let follower = JournalFollower(journal, filter, send, end)
        let observation = journal.observe { follower.look() }
        follower.state.withLock { $0.observation = observation }
        follower.look()
        return follower
    }

    /// Stops; what another thread is about to send is sent still.
    package func stop() {
        let observation = state.withLock { state in
            state.isStopped = true
            return state.observation
        }
        if let observation { journal.end(observation) }
    }

    private func look() {
        while let new = takeNew() {
            if !new.isEmpty { send(new) }
            state.withLock { $0.isSending = false }
        }
        if journal.isOver { end() }
    }

    /// What is to be sent now; nil where nothing is, or where another thread sends and will look
    /// again when it has.
    private func takeNew() -> [JournalEntry]? {
        state.withLock { state in
            guard !state.isStopped, !state.isSending else { return nil }
            let new = journal.entries(after: state.seen)
            guard let last = new.last else { return nil }
            state.seen = last.sequence
            state.isSending = true
            return new.filter(filter.matches)
        }
    }
}
