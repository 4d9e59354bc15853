internal import CNghttp2

/// The server's side of one HTTP/2 connection (RFC 9113): bytes in, events out, bytes out.
///
/// It belongs to one event loop and is not `Sendable`. After each call of any other method the
/// owner sends what ``bytesToSend(atMost:)`` hands out, and closes once ``isFinished`` is true.
package final class HTTP2Session {
    /// What the client did.
    package enum Event: Sendable {
        /// A request is complete; pseudo-header fields such as `:path` come first in the list.
        case request(stream: Int32, fields: [(name: String, value: String)], body: [UInt8])

        /// The head of a request asked for `100-continue` and its body has not begun:
        /// ``HTTP2Session/sendContinue(stream:)`` asks for it.
        case expectsContinue(stream: Int32)

        /// The header list exceeds a limit; the owner answers 431. No request will come.
        case headersTooLarge(stream: Int32)

        /// The body exceeds its limit; the owner answers 413. What follows of it is discarded.
        case bodyTooLarge(stream: Int32)

        /// The stream is over: answered, reset by the client, or malformed and reset by us.
        case streamClosed(stream: Int32, wasAnswered: Bool)
    }

    /// Starts a session and queues the server's SETTINGS.
    ///
    /// - Parameter limits: What the connection may cost.
    /// - Throws: ``Nghttp2Error`` when the library is out of memory.
    package init(limits: HTTP2Limits = HTTP2Limits()) throws(Nghttp2Error) {
    }

    /// Takes bytes from the connection.
    ///
    /// - Parameter bytes: The bytes in the order they came.
    /// - Returns: What they amount to, in order.
    /// - Throws: ``Nghttp2Error`` when the bytes are not HTTP/2 or a flood was stopped. The session
    ///   may still hold a GOAWAY to send; then close.
    package func receive(_ bytes: Span<UInt8>) throws(Nghttp2Error) -> [Event] { [] }

    /// Takes bytes from the connection.
    ///
    /// - Parameter bytes: The bytes in the order they came.
    /// - Returns: What they amount to, in order.
    /// - Throws: ``Nghttp2Error`` as ``receive(_:)-(Span<UInt8>)`` does.
    package func receive(_ bytes: [UInt8]) throws(Nghttp2Error) -> [Event] {
        try receive(bytes.span)
    }

    /// Hands out the next bytes to send.
    ///
    /// - Parameter count: About how many bytes to hand out; one frame more is possible.
    /// - Returns: The bytes; empty when there is nothing to send now.
    package func bytesToSend(atMost count: Int = 64 * 1024) -> [UInt8] { [] }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - stream: The stream of the request.
    ///   - status: The status code.
    ///   - fields: The header fields, names in lower case; `content-length` is added from the body.
    ///   - body: The body.
    ///   - isHead: Whether the request was HEAD: the length is told, the body is not sent.
    /// - Throws: ``Nghttp2Error`` when the stream can take no response any more.
    package func respond(
        stream: Int32,
        status: Int,
        fields: [(name: String, value: String)],
        body: [UInt8],
        isHead: Bool
    ) throws(Nghttp2Error) {
    }

    /// Asks for the body of a request with `100 Continue` (RFC 9110 §15.2.1).
    ///
    /// - Parameter stream: The stream of the request.
    package func sendContinue(stream: Int32) {}

    /// Ends one stream with RST_STREAM.
    ///
    /// - Parameters:
    ///   - stream: The stream.
    ///   - code: Why (RFC 9113 §7).
    package func reset(stream: Int32, code: ErrorCode) {}

    /// Begins a graceful end: the client may finish what it has sent and starts nothing new.
    ///
    /// The first call announces it (RFC 9113 §6.8: GOAWAY with the highest stream number), the
    /// second, a round trip later, says which stream was the last one taken.
    package func goAway() {}

    /// Ends the connection: GOAWAY with an error code; nothing more is received.
    ///
    /// - Parameter code: Why (RFC 9113 §7).
    package func terminate(code: ErrorCode) {}

    /// Whether the session neither expects nor has bytes any more: the connection can be closed.
    package var isFinished: Bool { false }

    /// Whether there are bytes to send.
    package var hasBytesToSend: Bool { false }

    /// The number of streams that have begun and are not over.
    package var openStreamCount: Int { 0 }

    /// Whether a request is partly here: the time for the body deadline.
    package var isReadingRequest: Bool { false }
}

/// Why a stream or a connection ends before its time (RFC 9113 §7).
package enum ErrorCode: UInt32, Sendable, Hashable {
    /// No error: the graceful end.
    case noError = 0x0

    /// The peer broke the protocol.
    case protocolError = 0x1

    /// We failed.
    case internalError = 0x2

    /// The peer took too long over its settings.
    case settingsTimeout = 0x4

    /// The stream was refused before anything was done: the client may try again.
    case refusedStream = 0x7

    /// The stream is not wanted any more.
    case cancel = 0x8

    /// The peer costs too much.
    case enhanceYourCalm = 0xb

    /// The answer is to be had over HTTP/1.1 only.
    case http11Required = 0xd
}
