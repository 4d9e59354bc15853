/// One complete response.
package struct Response: Sendable {
    /// The status code (RFC 9110 §15).
    package var status: Int

    /// The header fields in the order they are sent.
    ///
    /// `content-length`, `connection` and `transfer-encoding` belong to the transport: values given
    /// here are ignored.
    package var fields: Fields

    /// The body; not sent in answer to HEAD, nor with 204 and 304.
    package var body: [UInt8]

    /// Why the answer is what it is, in a person's words.
    ///
    /// Never sent by itself: the composition decides about the log line and `x-mock-reason`.
    package var reason: String?

    /// Who was recognized, for the log line; never sent.
    package var principal: String?

    /// How well the answer is known, in one word; never sent by itself.
    package var evidence: String?

    /// The world that answered where that is not the one of all; never sent by itself.
    package var world: String?

    /// Makes a response.
    ///
    /// - Parameters:
    ///   - status: The status code.
    ///   - fields: The header fields.
    ///   - body: The body.
    ///   - reason: Why the answer is what it is.
    ///   - principal: Who was recognized.
    ///   - evidence: How well the answer is known.
    package init(
        status: Int,
        fields: Fields = Fields(),
        body: [UInt8] = [],
        reason: String? = nil,
        principal: String? = nil,
        evidence: String? = nil
    ) {
        self.status = status
        self.fields = fields
        self.body = body
        self.reason = reason
        self.principal = principal
        self.evidence = evidence
    }
}

/// How a handler answers: at once, or from a worker thread.
package enum Reply: Sendable {
    /// The answer is here; it was made on the event loop.
    case now(Response)

    /// The answer takes more than about 2 ms to make: the closure runs once on a worker thread, so
    /// that no other connection of the loop waits for it.
    case later(@Sendable () -> Response)
}

extension Reply {
    /// The same answer with something changed about it, whenever it is made.
    ///
    /// - Parameter change: Changes the answer.
    /// - Returns: The reply.
    package func mapped(_ change: @escaping @Sendable (Response) -> Response) -> Reply {
        switch self {
        case .now(let response): .now(change(response))
        case .later(let work): .later { change(work()) }
        }
    }

    /// The answer itself, made on this thread, which is no event loop.
    ///
    /// - Returns: The answer.
    package func made() -> Response {
        switch self {
        case .now(let response): response
        case .later(let work): work()
        }
    }
}
