/// How an answer goes out, where it is not to go out as answers do.
package struct Delivery: Sendable, Hashable {
    /// How long to wait before the first byte.
    package var delay: Duration

    /// What becomes of the bytes.
    package var ending: Ending

    /// What becomes of an answer's bytes.
    package enum Ending: Sendable, Hashable {
        /// All of them are sent.
        case whole
        /// None is sent, and the connection is closed.
        case close
        /// None is sent, and the connection (HTTP/2: the stream) is reset.
        case reset
        /// None is ever sent; the connection stays open.
        case stall
        /// The head and so many bytes of the body are sent; then the connection is closed.
        case truncate(afterBodyBytes: Int)
        /// They are sent in small portions.
        case dribble(bytes: Int, every: Duration)
        /// HTTP/2: GOAWAY, and the stream counts as not processed; HTTP/1.1: as ``close``.
        case goAway
        /// HTTP/2: RST_STREAM with REFUSED_STREAM; HTTP/1.1: as ``reset``.
        case refuseStream
    }

    /// As answers do: at once and whole.
    package static let plain = Delivery()

    /// Describes a way.
    ///
    /// - Parameters:
    ///   - delay: How long to wait before the first byte.
    ///   - ending: What becomes of the bytes.
    package init(delay: Duration = .zero, ending: Ending = .whole) {
        self.delay = delay
        self.ending = ending
    }
}
