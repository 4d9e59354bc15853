extension Reply {
    /// The same answer with something changed about it, whenever it is made.
    ///
    /// - Parameter change: Changes the answer; of a stream, its head.
    /// - Returns: The reply.
    package func mapped(_ change: @escaping @Sendable (Response) -> Response) -> Reply {
        switch self {
        case .now(let response): .now(change(response))
        case .later(let work): .later { change(work()) }
        case .whenever(let wait):
            .whenever { responder in
                let inner = Responder { responder.respond(change($0)) }
                responder.onGone { inner.noteGone() }
                wait(inner)
            }
        case .stream(let head, let write): .stream(change(head), write)
        }
    }

    /// The answer itself, made on this thread, which is no event loop.
    ///
    /// - Returns: The answer; nil where it waits for something, or comes bit by bit.
    package func made() -> Response? {
        switch self {
        case .now(let response): response
        case .later(let work): work()
        case .whenever, .stream: nil
        }
    }
}
