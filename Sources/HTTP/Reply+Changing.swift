extension Reply {
    /// The same answer with something changed about it, whenever it is made.
    ///
    /// - Parameter change: Changes the answer; of one that comes bit by bit, the head.
    /// - Returns: The reply.
    package func mapped(_ change: @escaping @Sendable (Response) -> Response) -> Reply {
        switch self {
        case .now(let response):
            return .now(change(response))
        case .later(let work):
            return .later { change(work()) }
        case .whenever(let start):
            return .whenever { responder in
                let inner = Responder { responder.respond(change($0)) }
                responder.onGone { inner.noteGone() }
                start(inner)
            }
        case .stream(let head, let write):
            return .stream(change(head), write)
        }
    }

    /// The answer itself, made on this thread, which is no event loop.
    ///
    /// - Returns: The answer; nothing but a refusal where it is one that takes its time.
    package func made() -> Response {
        switch self {
        case .now(let response), .stream(let response, _): response
        case .later(let work): work()
        case .whenever: Response(status: 503, reason: "the answer would have to be waited for")
        }
    }
}
