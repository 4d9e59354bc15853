/// What there is to say about one TLS handshake, whether it came to an end or failed.
package struct HandshakeFacts: Sendable {
    /// The ``detail`` of what was no handshake at all.
    package static let plainHTTP = "plain HTTP was sent to an HTTPS port"

    /// The connection's number, as ``ConnectionFacts/id`` of its requests has it.
    package var connectionID: UInt64

    /// The index of the event loop that owns the connection.
    package var loop: Int

    /// The listener that accepted it, by its configured name.
    package var listener: String

    /// The address and port of the client.
    package var remoteAddress: String

    /// The port that the client connected to.
    package var localPort: Int

    /// The server name (SNI) as sent; `nil` without SNI, and where no ClientHello came.
    package var serverName: String?

    /// The world that the director chose, or that the listener was opened for.
    package var world: String?

    /// Whether the client was asked for a certificate.
    package var asksForClientCertificate: Bool

    /// The application protocols that the client offered (ALPN), the best first.
    package var offeredProtocols: [String]

    /// The application protocol agreed on: `h2` or `http/1.1`; `nil` where none was.
    package var applicationProtocol: String?

    /// The TLS version, such as `TLSv1.3`; `nil` where the handshake failed before it was chosen.
    package var tlsVersion: String?

    /// The cipher suite's IANA name; `nil` where the handshake failed before it was chosen.
    package var cipher: String?

    /// Whether an earlier session was resumed.
    package var isResumed: Bool

    /// The certificates that the client presented, the leaf first; of a resumed session the leaf.
    package var presentedChain: [PresentedCertificate]

    /// The alert that the client sent (RFC 8446 §6), but for `close_notify`.
    package var alertReceived: UInt8?

    /// The alert that the server sent.
    package var alertSent: UInt8?

    /// What went wrong, in words; `nil` for a handshake that is complete.
    package var detail: String?

    /// From the client's first byte to the end or the failure.
    package var microseconds: Int

    /// Gathers the facts of one handshake.
    ///
    /// - Parameters:
    ///   - connectionID: The connection's number.
    ///   - loop: The index of its event loop.
    ///   - listener: The listener that accepted it.
    ///   - remoteAddress: The address and port of the client.
    ///   - localPort: The port that the client connected to.
    ///   - serverName: The server name as sent.
    ///   - world: The world.
    ///   - asksForClientCertificate: Whether the client was asked for a certificate.
    ///   - offeredProtocols: The application protocols offered.
    ///   - applicationProtocol: The one agreed on.
    ///   - tlsVersion: The TLS version.
    ///   - cipher: The cipher suite.
    ///   - isResumed: Whether an earlier session was resumed.
    ///   - presentedChain: The certificates presented.
    ///   - alertReceived: The alert that the client sent.
    ///   - alertSent: The alert that the server sent.
    ///   - detail: What went wrong.
    ///   - microseconds: How long it took.
    package init(
        connectionID: UInt64,
        loop: Int,
        listener: String,
        remoteAddress: String,
        localPort: Int = 0,
        serverName: String? = nil,
        world: String? = nil,
        asksForClientCertificate: Bool = false,
        offeredProtocols: [String] = [],
        applicationProtocol: String? = nil,
        tlsVersion: String? = nil,
        cipher: String? = nil,
        isResumed: Bool = false,
        presentedChain: [PresentedCertificate] = [],
        alertReceived: UInt8? = nil,
        alertSent: UInt8? = nil,
        detail: String? = nil,
        microseconds: Int = 0
    ) {
        self.connectionID = connectionID
        self.loop = loop
        self.listener = listener
        self.remoteAddress = remoteAddress
        self.localPort = localPort
        self.serverName = serverName
        self.world = world
        self.asksForClientCertificate = asksForClientCertificate
        self.offeredProtocols = offeredProtocols
        self.applicationProtocol = applicationProtocol
        self.tlsVersion = tlsVersion
        self.cipher = cipher
        self.isResumed = isResumed
        self.presentedChain = presentedChain
        self.alertReceived = alertReceived
        self.alertSent = alertSent
        self.detail = detail
        self.microseconds = microseconds
    }
}
