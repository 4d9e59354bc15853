package import HTTP

/// Every limit of the transport, with its unit and its default, in one place.
///
/// What the HTTP messages themselves may be (header bytes and count, target, body) is
/// ``HTTPLimits``; here stands what a connection, a loop and the process may take.
package struct ServerLimits: Sendable, Hashable {
    /// Sizes of one HTTP message; above them the request is refused with 413, 414 or 431.
    package var http: HTTPLimits

    /// Open connections of the whole process; one more is accepted and closed at once.
    package var connectionsMax: Int

    /// Requests under way on one HTTP/2 connection (RFC 9113 §5.1.2); one more is refused.
    package var streamsMax: Int

    /// From accept to the end of the TLS handshake; above it the connection is closed.
    package var handshakeTimeout: Duration

    /// From a request's first byte to the end of its header section; above it 408, and over HTTP/2,
    /// where nothing else can arrive before that end, GOAWAY.
    package var headerTimeout: Duration

    /// From the end of the header section to the end of the body; above it 408.
    ///
    /// Of several bodies on one HTTP/2 connection it holds for the oldest.
    package var bodyTimeout: Duration

    /// Between requests, and for a peer that takes no bytes of an answer; above it close.
    package var idleTimeout: Duration

    /// For an answer that the server itself holds back, and for one that comes bit by bit and of
    /// which nothing comes; above it close.
    ///
    /// A last resort: whoever holds an answer back has a time limit of its own.
    package var waitingTimeout: Duration

    /// Bytes of an answer that comes bit by bit which its client has not taken, beside those on
    /// their way to the socket; more cut the answer off.
    package var streamUnsentBytesMax: Int

    /// From the order to stop until connections still busy are cut.
    package var drainTimeout: Duration

    /// How long a refused peer may go on sending before the socket is closed under it.
    ///
    /// Closing at once would reset the connection and lose the answer (RFC 9112 §9.6).
    package var lingerTimeout: Duration

    /// The defaults: generous to a test suite, closed to a flood.
    package init() {
        http = HTTPLimits()
        connectionsMax = 15_000
        streamsMax = 128
        handshakeTimeout = .seconds(10)
        headerTimeout = .seconds(15)
        bodyTimeout = .seconds(30)
        idleTimeout = .seconds(120)
        waitingTimeout = .seconds(3_600)
        streamUnsentBytesMax = 1024 * 1024
        drainTimeout = .seconds(5)
        lingerTimeout = .seconds(2)
    }
}
