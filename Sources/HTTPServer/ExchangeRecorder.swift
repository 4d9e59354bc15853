import HTTP

/// A request under way: what the access log will say of it.
struct PendingExchange {
    /// The request's id and connection.
    let context: RequestContext

    /// The request; `nil` where the bytes never became one.
    let request: Request?

    /// The version the answer goes out in.
    let version: HTTPVersion

    /// When the request was complete, in nanoseconds of the monotonic clock.
    let started: Int64

    /// Whether the answer's body is not sent.
    var isHead: Bool { request?.method == "HEAD" }

    /// What the log says once the answer is made.
    consuming func exchange(answeredWith response: Response, now: Int64) -> Exchange {
        Exchange(
            requestID: context.requestID,
            connection: context.connection,
            request: request,
            response: response,
            version: version,
            bodyBytes: isHead ? 0 : response.body.count,
            microseconds: Int((now - started) / 1_000)
        )
    }
}

/// What became of a request that the director has seen.
enum Dispatched {
    /// The answer is here.
    case answered(Response)

    /// A worker makes the answer.
    case working

    /// Somebody holds the answer back.
    case waiting(Responder)

    /// The head is here; once it is sent, the body is begun.
    case streaming(Response, begin: (StreamWriter) -> Void)
}

extension Connection {
    /// Gives a request to the director.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - token: What ``Exchanges/complete(_:with:on:)`` is called with if the answer comes later.
    /// - Returns: The exchange, and what became of it; `nil` when the connection is already over.
    func dispatch(
        _ request: consuming Request,
        token: Int64
    ) -> (pending: PendingExchange, outcome: Dispatched)? {
        guard let context = makeContext() else { return nil }
        let started = MonotonicClock.nanoseconds()
        let reply = loop.director.reply(to: request, in: context)
        let version = request.version
        let pending = PendingExchange(
            context: context,
            request: request,
            version: version,
            started: started
        )
        switch reply {
        case .now(let response): return (pending, .answered(response))
        case .later(let work):
            loop.runLater(work, key: key, token: token)
            return (pending, .working)
        case .whenever(let wait):
            let responder = loop.makeResponder(key: key, token: token)
            wait(responder)
            return (pending, .waiting(responder))
        case .stream(let head, let begin):
            return (pending, .streaming(head, begin: begin))
        }
    }

    /// Begins an exchange for something that is no request, and has it refused.
    func refuse(
        _ refusal: Refusal,
        version: HTTPVersion
    ) -> (pending: PendingExchange, response: Response)? {
        guard let context = makeContext() else { return nil }
        let pending = PendingExchange(
            context: context,
            request: nil,
            version: version,
            started: MonotonicClock.nanoseconds()
        )
        return (pending, loop.director.refuse(refusal, in: context))
    }

    /// The answer to a request whose own is held back while the server stops.
    func answerToStop(of pending: PendingExchange) -> Response {
        let refusal = Refusal(status: 503, message: "the server is stopping (RFC 9110 §15.6.4)")
        return loop.director.refuse(refusal, in: pending.context)
    }

    /// Finishes an answer and notes it in the log, just before it is encoded.
    func finish(_ response: inout Response, of pending: consuming PendingExchange) {
        loop.director.finish(&response, in: pending.context)
        loop.record(pending.exchange(answeredWith: response, now: MonotonicClock.nanoseconds()))
    }

    private func makeContext() -> RequestContext? {
        facts.map { RequestContext(requestID: loop.makeRequestID(), connection: $0) }
    }
}
