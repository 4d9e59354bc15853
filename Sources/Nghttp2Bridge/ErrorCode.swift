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
