/// How an answer goes out: as a good server sends it, or as a bad day would.
///
/// Each way holds for one answer. Others that are under way on the same HTTP/2 connection, and
/// those pipelined before it, are not touched, except where the connection itself ends.
package struct Delivery: Sendable, Hashable {
    /// How long nothing is sent.
    package var delay: Duration

    /// What then becomes of the answer.
    package var ending: Ending

    /// What becomes of an answer.
    package enum Ending: Sendable, Hashable {
        /// It is sent.
        case whole

        /// Nothing of it is sent, and the connection closes in good order.
        case close

        /// Nothing of it is sent, and the connection is reset (TCP RST); over HTTP/2 only the
        /// stream is, with `INTERNAL_ERROR`.
        case reset

        /// Nothing of it is ever sent, and the connection stays open until the client leaves.
        case stall

        /// Its head is sent, with the length of the whole body, and so many bytes of the body; then
        /// the connection closes, over HTTP/2 the stream is reset. A body that is no longer than
        /// that is sent whole.
        case truncate(afterBodyBytes: Int)

        /// Its head is sent, and then so many bytes of the body at a time.
        case dribble(bytes: Int, every: Duration)

        /// Over HTTP/2, GOAWAY says that the request was not processed (RFC 9113 §6.8); over
        /// HTTP/1.1 as ``close``.
        case goAway

        /// Over HTTP/2, the stream is reset with `REFUSED_STREAM` (RFC 9113 §8.7); over HTTP/1.1 as
        /// ``reset``.
        case refuseStream
    }

    /// Describes a way to deliver an answer.
    ///
    /// - Parameters:
    ///   - delay: How long nothing is sent.
    ///   - ending: What then becomes of the answer.
    package init(delay: Duration = .zero, ending: Ending = .whole) {
        self.delay = delay
        self.ending = ending
    }

    /// At once and whole.
    package static let plain = Delivery()
}
