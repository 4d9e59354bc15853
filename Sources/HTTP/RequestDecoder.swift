/// Turns the bytes of one HTTP/1.1 connection into requests (RFC 9112); pure, it does no I/O.
///
/// Feed bytes with ``receive(_:)-(Span<UInt8>)``, then call ``next()`` until it asks for more.
package struct RequestDecoder: Sendable {
    /// What the owner of the connection does next.
    package enum Action: Sendable {
        /// Nothing more can be said before further bytes arrive.
        case needsMoreBytes

        /// The client waits for `100 Continue` before it sends the body (RFC 9110 §10.1.1).
        case sendContinue

        /// A request is complete; after an answer without keep-alive the connection closes.
        case request(Request, keepsAlive: Bool)

        /// The bytes are no acceptable request: answer, then close the connection.
        case refuse(Refusal)
    }

    private let limits: HTTPLimits

    /// Makes a decoder for a new connection.
    ///
    /// - Parameter limits: What one request may cost.
    package init(limits: HTTPLimits = HTTPLimits()) {
        self.limits = limits
    }

    /// Whether no byte of a further request has arrived: the time for the idle deadline.
    package var isIdle: Bool { true }

    /// Whether a head is complete and its body is not: the time for the body deadline.
    package var isReadingBody: Bool { false }

    /// Takes bytes from the connection.
    ///
    /// - Parameter bytes: The bytes in the order they came.
    package mutating func receive(_ bytes: Span<UInt8>) {}

    /// Takes bytes from the connection.
    ///
    /// - Parameter bytes: The bytes in the order they came.
    package mutating func receive(_ bytes: [UInt8]) { receive(bytes.span) }

    /// Says what to do next; call again after each action but `needsMoreBytes`.
    ///
    /// - Returns: The next action.
    package mutating func next() -> Action { .needsMoreBytes }
}
