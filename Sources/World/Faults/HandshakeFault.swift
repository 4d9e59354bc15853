package import OpenSSLBridge

/// How a handshake fails on purpose.
package enum HandshakeFault: Sendable, Hashable {
    /// The server sends a fatal alert and closes.
    case alert(TLSAlert, at: HandshakePoint)
    /// The server resets the connection in answer to the ClientHello.
    case reset
    /// The server never answers the ClientHello, and keeps the connection open.
    case stall

    /// Whether there is something to act on only where a client certificate is asked for.
    var needsCertificateRequest: Bool {
        if case .alert(_, at: .certificate) = self { true } else { false }
    }

    /// Whether the handshake goes on as if nothing was, where the client shows a certificate.
    package var actsOnMissingCertificate: Bool {
        self == .alert(.certificateRequired, at: .certificate)
    }

    /// When enough is known to decide on it.
    var stage: FaultStage {
        switch self {
        // A certificate that is not shown is never examined.
        case .alert(.certificateRequired, at: .certificate): .clientHello
        case .alert(_, at: .certificate): .certificate
        case .alert(_, at: .clientHello), .reset, .stall: .clientHello
        }
    }
}

/// A moment of the handshake at which the server can say something of its choice.
package enum HandshakePoint: String, Sendable, Hashable, CaseIterable {
    /// When the ClientHello has come; any alert can be sent.
    case clientHello = "client_hello"
    /// When the client's certificate is examined; only where one is asked for, and only the alerts
    /// that OpenSSL has for certificates.
    case certificate

    /// The alerts that can be sent then, in the order of their numbers.
    package var alerts: [TLSAlert] {
        TLSAlert.all.filter { alert in
            switch self {
            case .clientHello: alert.isSendableAtClientHello
            case .certificate: alert.isSendableAtCertificate
            }
        }
    }
}
