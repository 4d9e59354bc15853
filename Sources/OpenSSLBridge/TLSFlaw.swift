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

    /// The same, where somebody decides when the certificate is there.
    case judgeCertificate(TLSCertificateJudge)

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
        case .alertAtCertificate, .judgeCertificate, .resetDuringHandshake, .stallHandshake:
            SSL_VERIFY_PEER
        }
    }

    /// Whether ``TLSConnection/handshake()`` only waits from the ClientHello on, for the owner of
    /// the connection to end it.
    package var holdsHandshake: Bool {
        switch self {
        case .resetDuringHandshake, .stallHandshake: true
        case .alertAtCertificate, .judgeCertificate: false
        }
    }

    /// The error to find in a certificate that is presented.
    ///
    /// - Parameter serialNumber: Gives its serial number.
    /// - Returns: The error; nil where it passes.
    func certificateError(serialNumber: () -> String) -> Int32? {
        switch self {
        case .alertAtCertificate(let alert): alert.certificateError
        case .judgeCertificate(let judge): judge.alert(serialNumber())?.certificateError
        case .resetDuringHandshake, .stallHandshake: nil
        }
    }
}

/// Who decides, when a client shows its certificate, which alert it is answered with.
package final class TLSCertificateJudge: Sendable {
    /// Takes the certificate's serial number in upper-case hexadecimal digits and gives the alert,
    /// or nil to let it pass; called on the thread of the connection, once in each handshake.
    let alert: @Sendable (_ serialNumber: String) -> TLSAlert?

    /// Makes a judge.
    ///
    /// - Parameter alert: Takes the serial number and gives the alert, or nil to let it pass.
    package init(_ alert: @escaping @Sendable (_ serialNumber: String) -> TLSAlert?) {
        self.alert = alert
    }
}

extension TLSCertificateJudge: Hashable {
    package static func == (left: TLSCertificateJudge, right: TLSCertificateJudge) -> Bool {
        left === right
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(ObjectIdentifier(self))
    }
}
