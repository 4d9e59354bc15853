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
    func exchange(answeredWith response: Response, now: Int64) -> Exchange {
        Exchange(
            requestID: context.requestID,
            connection: context.connection,
            request: request,
            response: response,
            method: request?.method ?? "-",
            path: request?.path ?? "-",
            version: version,
            status: response.status,
            bodyBytes: isHead ? 0 : response.body.count,
            microseconds: Int((now - started) / 1_000),
            principal: response.principal,
            reason: response.reason
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
        _ request: Request,
        token: Int64
    ) -> (pending: PendingExchange, outcome: Dispatched)? {
        guard let pending = beginExchange(request, version: request.version) else { return nil }
        switch loop.director.reply(to: request, in: pending.context) {
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
        guard let pending = beginExchange(nil, version: version) else {
            return nil
        }
        return (pending, loop.director.refuse(refusal, in: pending.context))
    }

    /// The answer to a request whose own is held back while the server stops.
    func answerToStop(of pending: PendingExchange) -> Response {
        let refusal = Refusal(status: 503, message: "the server is stopping (RFC 9110 §15.6.4)")
        return loop.director.refuse(refusal, in: pending.context)
    }

    /// Finishes an answer and notes it in the log, just before it is encoded.
    func finish(_ response: inout Response, of pending: PendingExchange) {
        loop.director.finish(&response, in: pending.context)
        loop.record(pending.exchange(answeredWith: response, now: MonotonicClock.nanoseconds()))
    }

    private func beginExchange(_ request: Request?, version: HTTPVersion) -> PendingExchange? {
        guard let facts else { return nil }
        return PendingExchange(
            context: RequestContext(requestID: loop.makeRequestID(), connection: facts),
            request: request,
            version: version,
            started: MonotonicClock.nanoseconds()
        )
    }
}
