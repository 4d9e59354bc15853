/// What a request is answered with besides itself: who is connected, and how it is called in logs.
package struct RequestContext: Sendable {
    /// The identifier of this request in logs and in the response.
    package let requestID: String

    /// The connection it came on.
    package let connection: ConnectionFacts

    /// Makes a context.
    ///
    /// - Parameters:
    ///   - requestID: The identifier of the request.
    ///   - connection: The connection it came on.
    package init(requestID: String, connection: ConnectionFacts) {
        self.requestID = requestID
        self.connection = connection
    }
}

/// What is known of a connection once its handshake is over; but for ``memory`` and
/// ``handshake`` it never changes.
///
/// A class, so that each request of the connection shares one allocation.
package final class ConnectionFacts: Sendable {
    /// The number of the connection, unique among those open in this process and not soon reused.
    package let id: UInt64

    /// The index of the event loop that owns the connection.
    package let loop: Int

    /// The listener that accepted it: `api`, `clientauth` or `control`.
    package let listener: String

    /// The address and port of the client.
    package let remoteAddress: String

    /// The server name of the TLS handshake (SNI), in lower case; nil when none was sent.
    package let serverName: String?

    /// The name of the world that answers on this connection.
    package let world: String

    /// Whether the handshake asked for a client certificate: the clientauth gate.
    package let asksForClientCertificate: Bool

    /// The client certificate of the handshake that made the session, trusted or not.
    package let presentedCertificate: PresentedCertificate?

    /// The TLS version, such as `TLSv1.3`; nil on a plain connection.
    package let tlsVersion: String?

    /// The name of the cipher suite; nil on a plain connection.
    package let cipher: String?

    /// Whether the TLS session was resumed.
    package let isResumed: Bool

    /// What answers on this connection have taken note of.
    package let memory = ConnectionMemory()

    /// The handshake, for the journals of the worlds that the connection is used in.
    package let handshake = HandshakeMemory()

    /// Gathers the facts of one connection.
    ///
    /// - Parameters:
    ///   - id: The number of the connection.
    ///   - loop: The index of its event loop.
    ///   - listener: The listener that accepted it.
    ///   - remoteAddress: The address and port of the client.
    ///   - serverName: The server name of the handshake.
    ///   - world: The name of the world.
    ///   - asksForClientCertificate: Whether the handshake asked for a client certificate.
    ///   - presentedCertificate: The certificate it got.
    ///   - tlsVersion: The TLS version.
    ///   - cipher: The name of the cipher suite.
    ///   - isResumed: Whether the session was resumed.
    package init(
        id: UInt64,
        loop: Int,
        listener: String,
        remoteAddress: String,
        serverName: String? = nil,
        world: String,
        asksForClientCertificate: Bool = false,
        presentedCertificate: PresentedCertificate? = nil,
        tlsVersion: String? = nil,
        cipher: String? = nil,
        isResumed: Bool = false
    ) {
        self.id = id
        self.loop = loop
        self.listener = listener
        self.remoteAddress = remoteAddress
        self.serverName = serverName
        self.world = world
        self.asksForClientCertificate = asksForClientCertificate
        self.presentedCertificate = presentedCertificate
        self.tlsVersion = tlsVersion
        self.cipher = cipher
        self.isResumed = isResumed
    }
}

/// A client certificate as it was presented; nobody has decided yet whether it is any good.
package struct PresentedCertificate: Sendable, Hashable {
    /// The SHA-256 fingerprint of its DER form: 32 bytes.
    package let sha256: [UInt8]

    /// The subject as one line.
    package let subject: String

    /// The issuer as one line.
    package let issuer: String

    /// The serial number in upper-case hexadecimal digits.
    package let serialNumber: String

    /// The start of its validity in seconds since 1970.
    package let notBefore: Int64

    /// The end of its validity in seconds since 1970.
    package let notAfter: Int64

    /// Makes a description of a certificate.
    ///
    /// - Parameters:
    ///   - sha256: The SHA-256 fingerprint.
    ///   - subject: The subject as one line.
    ///   - issuer: The issuer as one line.
    ///   - serialNumber: The serial number in upper-case hexadecimal digits.
    ///   - notBefore: The start of its validity in seconds since 1970.
    ///   - notAfter: The end of its validity in seconds since 1970.
    package init(
        sha256: [UInt8],
        subject: String,
        issuer: String,
        serialNumber: String,
        notBefore: Int64,
        notAfter: Int64
    ) {
        self.sha256 = sha256
        self.subject = subject
        self.issuer = issuer
        self.serialNumber = serialNumber
        self.notBefore = notBefore
        self.notAfter = notAfter
    }
}
