import COpenSSL

/// What goes wrong with a handshake on purpose.
///
/// An alert in answer to the ClientHello is ``TLSSelection/refuse(alert:)``.
package enum TLSFlaw: Sendable, Hashable {
    /// The client's certificate is answered with a fatal alert.
    ///
    /// It acts only where a certificate is asked for and presented, and for alerts that say
    /// ``TLSAlert/isSendableAtCertificate``; `certificate_required` only where none is presented
    /// (`handshake_failure` in TLS 1.2).
    case alertAtCertificate(TLSAlert)

    /// The connection is reset (TCP RST) after the ClientHello.
    case resetDuringHandshake

    /// Nothing is ever said after the ClientHello, and the connection stays open.
    case stallHandshake
}

extension TLSFlaw {
    /// The flags of `SSL_set_verify` that bring it about where a certificate is asked for.
    var verifyMode: Int32 {
        switch self {
        case .alertAtCertificate(let alert) where alert.meansNoCertificate:
            SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
        case .alertAtCertificate, .resetDuringHandshake, .stallHandshake: SSL_VERIFY_PEER
        }
    }

    /// Whether ``TLSConnection/handshake()`` only waits from the ClientHello on, for the owner of
    /// the connection to end it.
    package var holdsHandshake: Bool {
        switch self {
        case .resetDuringHandshake, .stallHandshake: true
        case .alertAtCertificate: false
        }
    }

    /// The error to find in a certificate that is presented.
    var certificateError: Int32? {
        switch self {
        case .alertAtCertificate(let alert): alert.certificateError
        case .resetDuringHandshake, .stallHandshake: nil
        }
    }
}
