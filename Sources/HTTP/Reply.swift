import Synchronization

/// How a handler answers: at once, from a worker thread, when something happens, or bit by bit.
package enum Reply: Sendable {
    /// The answer is here; it was made on the event loop.
    case now(Response)

    /// The answer takes more than about 2 ms to make: the closure runs once on a worker thread, so
    /// that no other connection of the loop waits for it.
    case later(@Sendable () -> Response)

    /// The answer waits for something to happen, and no thread waits with it.
    ///
    /// The closure runs once, on the event loop, and hands the responder to whoever will know the
    /// answer. The time limit is the handler's own: the transport's is about an hour.
    case whenever(@Sendable (Responder) -> Void)

    /// The head is here, and the body comes bit by bit: server-sent events, for one.
    ///
    /// The closure runs once, on the event loop, and keeps the writer; the response's own body is
    /// the first part. In answer to HEAD it does not run.
    case stream(Response, @Sendable (StreamWriter) -> Void)
}

/// The way to answer one request later, from any thread.
package final class Responder: Sendable {
    private enum State {
        case waiting([@Sendable () -> Void])
        case answered
        case gone
    }

    private let state = Mutex(State.waiting([]))
    private let deliver: @Sendable (Response) -> Void

    /// Makes a responder.
    ///
    /// - Parameter deliver: Takes the answer to the connection; called at most once, from any
    ///   thread.
    package init(deliver: @escaping @Sendable (Response) -> Void) {
        self.deliver = deliver
    }

    /// Answers; only the first call does.
    ///
    /// - Parameter response: The answer.
    /// - Returns: Whether it was the answer: false where there was one, or the client has gone.
    @discardableResult
    package func respond(_ response: Response) -> Bool {
        let isFirst = state.withLock { state in
            guard case .waiting = state else { return false }
            state = .answered
            return true
        }
        if isFirst { deliver(response) }
        return isFirst
    }

    /// Whether nobody waits for the answer any more, although there was none.
    package var isGone: Bool {
        state.withLock { state in
            if case .gone = state { true } else { false }
        }
    }

    /// Has something done when nobody waits any more: the client has gone, or the server stops.
    ///
    /// - Parameter action: What to do, on the event loop and quickly; at once where the client has
    ///   gone already, and never once there is an answer.
    package func onGone(_ action: @escaping @Sendable () -> Void) {
        let isGone = state.withLock { state in
            switch state {
            case .waiting(let actions):
                state = .waiting(actions + [action])
                return false
            case .answered: return false
            case .gone: return true
            }
        }
        if isGone { action() }
    }

    /// Tells that nobody waits any more; the transport's side.
    package func noteGone() {
        let actions = state.withLock { state -> [@Sendable () -> Void] in
            guard case .waiting(let actions) = state else { return [] }
            state = .gone
            return actions
        }
        for action in actions { action() }
    }
}
