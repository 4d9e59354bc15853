import Synchronization

/// The body of one answer that comes bit by bit; bytes are written from any thread.
///
/// What is written waits here until the connection has room for it. A client that does not read
/// lets it grow to its limit, and is then cut off.
package final class StreamWriter: Sendable {
    /// What the connection finds here.
    package struct Taken: Sendable {
        /// What was written since the last time.
        package let bytes: [UInt8]

        /// Whether more may come.
        package let rest: Rest
    }

    /// What comes after the bytes that were taken.
    package enum Rest: Sendable, Hashable {
        /// More, perhaps.
        case mayCome

        /// Nothing: the body is complete.
        case none

        /// Nothing: the client did not read, and what it has of the body is not all of it.
        case isLost
    }

    private struct State {
        var bytes: [UInt8] = []
        var rest = Rest.mayCome

        /// Whether the connection knows that there is something to take.
        var isAnnounced = false
        var isClosed = false
        var actions: [@Sendable () -> Void] = []
    }

    private let state = Mutex(State())
    private let unsentBytesMax: Int
    private let announce: @Sendable () -> Void

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - unsentBytesMax: How many bytes may wait here.
    ///   - announce: Tells the connection, from any thread, that there is something to take; not
    ///     called again before it is taken, unless the client is to be cut off.
    package init(unsentBytesMax: Int, announce: @escaping @Sendable () -> Void) {
        self.unsentBytesMax = unsentBytesMax
        self.announce = announce
    }

    /// Writes bytes behind those written before.
    ///
    /// - Parameter bytes: The bytes.
    /// - Returns: Whether they may still reach the client: false once the writer is closed, and
    ///   where the client has too much unread already.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        guard !bytes.isEmpty else { return !isClosed }
        return change { state in
            guard state.bytes.count + bytes.count <= unsentBytesMax else {
                state.bytes = []
                state.rest = .isLost
                return
            }
            state.bytes += bytes
        }
    }

    /// Ends the body: what was written is sent, and nothing more can be.
    package func end() {
        _ = change { $0.rest = .none }
    }

    /// Whether nothing more can be written: ended, cut off, or the client has gone.
    package var isClosed: Bool { state.withLock(\.isClosed) }

    /// Has something done when the writer closes, for whatever reason.
    ///
    /// - Parameter action: What to do, quickly, on the thread that closes it; at once where it is
    ///   closed already.
    package func onClose(_ action: @escaping @Sendable () -> Void) {
        let isClosed = state.withLock { state in
            if !state.isClosed { state.actions.append(action) }
            return state.isClosed
        }
        if isClosed { action() }
    }

    /// Takes what was written; the transport's side.
    ///
    /// - Returns: The bytes, and what comes after them.
    package func take() -> Taken {
        state.withLock { state in
            defer {
                state.bytes = []
                state.isAnnounced = false
            }
            return Taken(bytes: state.bytes, rest: state.rest)
        }
    }

    /// Whether the client did not read and is to be cut off, room or no room; the transport's side.
    package var isLost: Bool { state.withLock { $0.rest == .isLost } }

    /// Closes the writer because the client has gone or the server stops; the transport's side.
    package func close() {
        run(state.withLock { close(&$0) })
    }

    /// Changes an open writer, and tells the connection of it.
    private func change(_ body: (inout State) -> Void) -> Bool {
        let (isWritten, isNews, actions) = state.withLock { state in
            guard !state.isClosed else { return (false, false, [@Sendable () -> Void]()) }
            body(&state)
            // A loss is told although the connection has not yet taken what it knows of.
            let isNews = !state.isAnnounced || state.rest == .isLost
            state.isAnnounced = true
            let actions = state.rest == .mayCome ? [] : close(&state)
            return (state.rest != .isLost, isNews, actions)
        }
        if isNews { announce() }
        run(actions)
        return isWritten
    }

    private func close(_ state: inout State) -> [@Sendable () -> Void] {
        state.isClosed = true
        defer { state.actions = [] }
        return state.actions
    }

    private func run(_ actions: [@Sendable () -> Void]) {
        for action in actions { action() }
    }
}
