package import HTTP
package import OpenSSLBridge

/// What a ClientHello tells before the server has to choose its certificate.
package struct ClientHello: Sendable {
    /// The listener the connection came in on, by its configured name.
    package let listener: String

    /// The world that the listener was opened for; `nil` where it serves all.
    package let listenerWorld: String?

    /// The server name as sent (RFC 6066 §3), neither lower-cased nor checked; `nil` without SNI.
    package let serverName: String?

    /// The local address connected to, in numeric form: `127.0.0.1`, `::1`.
    package let localAddress: String

    /// The address and port of the client.
    package var remoteAddress = ""
}

/// How the server presents itself to one client, and what it asks of it.
package enum TLSDirection: Sendable {
    /// Go on with the handshake.
    ///
    /// `world` and the question for a certificate form the session context: a session is resumed
    /// only where both are the same as in the handshake that made it. `flaw` is what goes wrong on
    /// purpose; a handshake with one resumes nothing.
    case serve(
        identity: ServerIdentity,
        world: String,
        asksFor: ClientCANames?,
        flaw: TLSFlaw? = nil
    )

    /// Send this fatal alert (RFC 8446 §6.2) and close.
    case refuse(alert: UInt8)
}

/// One answered request, for the access log and the journal.
package struct Exchange: Sendable {
    /// The request's id, as the answer's `x-request-id` carries it.
    package let requestID: String

    /// The connection it came over.
    package let connection: ConnectionFacts

    /// The request; `nil` where the bytes never became one.
    package let request: Request?

    /// The answer as sent, or as it would have been but for its ``Response/delivery``; of one that
    /// comes bit by bit, the head.
    package let response: Response

    /// `HTTP/1.1` and its like.
    package let version: HTTPVersion

    /// The bytes of the answer's body as sent: 0 for HEAD.
    package let bodyBytes: Int

    /// From the last byte of the request to the answer's hand-over to TLS, in microseconds.
    package let microseconds: Int
}

// What is read from request and answer where it is wanted, and not copied for each request.
extension Exchange {
    /// The method; `-` where the request never became one.
    package var method: String { request?.method ?? "-" }

    /// The path without the query; `-` where the request never became one.
    package var path: String { request?.path ?? "-" }

    /// The status answered.
    package var status: Int { response.status }

    /// Who asked, as the handler named it.
    package var principal: String? { response.principal }

    /// Why it was refused, as the handler said it.
    package var reason: String? { response.reason }
}

/// What happened to a connection outside of any request.
package enum ConnectionEvent: Sendable {
    /// A TLS handshake came to its end; requests may follow on the connection.
    case handshakeCompleted(HandshakeFacts, HandshakeMemory)

    /// A TLS handshake failed, or the client closed or fell silent in the middle of one.
    ///
    /// In TLS 1.3 a client that rejects our certificate says so after our side is complete: then
    /// the same connection has been reported as complete before, and has a memory. Connections on
    /// which nothing ever came are not reported.
    case handshakeFailed(HandshakeFacts, HandshakeMemory? = nil)

    /// A connection ended whose completed handshake nobody has taken out of its memory.
    case connectionEnded(HandshakeMemory)

    /// Plain HTTP arrived on a TLS port and was answered with 400.
    case plainHTTPOnTLSPort(HandshakeFacts)

    /// The limit of open connections is reached; the newcomer was closed.
    case connectionLimitReached(listener: String, remoteAddress: String)

    /// A descriptor could not be accepted or registered: the process's own limits.
    case acceptFailed(listener: String, detail: String)
}

/// What the server asks of whoever knows worlds, routes and logs.
///
/// Every method is called on an event loop and must return within 2 ms; slow work goes into
/// ``Reply/later(_:)``.
package protocol ConnectionDirector: Sendable {
    /// Chooses certificate, world and mode from the ClientHello.
    func direct(_ hello: ClientHello) -> TLSDirection

    /// The world that a plain (not TLS) listener belongs to; not asked for a listener that was
    /// opened for a world.
    func world(ofPlainListener listener: String) -> String

    /// Answers a request.
    func reply(to request: Request, in context: RequestContext) -> Reply

    /// Shapes the answer to bytes that never became a request, or to a limit that was exceeded.
    func refuse(_ refusal: Refusal, in context: RequestContext) -> Response

    /// Adds what every answer carries (date, request id, reason) just before it is encoded.
    func finish(_ response: inout Response, in context: RequestContext)

    /// Takes note of an answered request.
    func record(_ exchange: Exchange)

    /// Takes note of what happened outside of any request.
    func record(_ event: ConnectionEvent)

    /// Called a few milliseconds after a loop has recorded something: write the log.
    func flush(loop: Int)
}
