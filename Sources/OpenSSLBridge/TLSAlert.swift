import COpenSSL

/// An alert of TLS (RFC 8446 §6, RFC 5246 §7.2): a number on the wire, a name among people.
package struct TLSAlert: Sendable, Hashable {
    /// The number on the wire.
    package let number: UInt8

    /// Takes a number as it was received.
    ///
    /// - Parameter number: The number on the wire.
    package init(_ number: UInt8) {
        self.number = number
    }

    /// The name as the RFCs spell it; `alert 123` for a number without one.
    package var name: String {
        Self.rows.first { $0.number == number }?.name ?? "alert \(number)"
    }

    /// Finds an alert by its name.
    ///
    /// - Parameter name: The name as the RFCs spell it, such as `certificate_expired`.
    /// - Returns: The alert; `nil` where there is none of that name.
    package static func named(_ name: String) -> TLSAlert? {
        rows.first { $0.name == name }.map { TLSAlert($0.number) }
    }

    /// Every alert that has a name, in the order of the numbers.
    package static let all = rows.map { TLSAlert($0.number) }

    /// Whether the server can end a handshake with it in answer to the ClientHello.
    ///
    /// OpenSSL sends those that TLS 1.2 knows and no others: it chooses the version later. Not
    /// `close_notify` either, which says that nothing is wrong.
    package var isSendableAtClientHello: Bool {
        Self.rows.contains { $0.number == number && $0.moments.hasHello }
    }

    /// Whether the server can end a handshake with it in answer to the client's certificate.
    package var isSendableAtCertificate: Bool {
        Self.rows.contains { $0.number == number && $0.moments.hasCertificate }
    }

    /// Whether it answers a certificate that is not there rather than one that is.
    var meansNoCertificate: Bool { self == .certificateRequired }

    /// The error of a certificate that OpenSSL answers with this alert; `nil` where there is none.
    var certificateError: Int32? {
        guard case .both(let error) = Self.rows.first(where: { $0.number == number })?.moments
        else { return nil }
        return error
    }

    /// `internal_error`: the server cannot go on.
    package static let internalError = TLSAlert(80)

    /// `certificate_required` (RFC 8446 §6.2); in TLS 1.2 it goes out as `handshake_failure`.
    package static let certificateRequired = TLSAlert(116)

    /// Whether a client that sends it does not accept our certificate: `bad_certificate`,
    /// `certificate_unknown` or `unknown_ca`.
    package var meansDistrust: Bool { [42, 46, 48].contains(number) }
}

extension TLSAlert {
    /// When OpenSSL can be made to send an alert.
    private enum Moments: Equatable {
        /// Never.
        case none

        /// At the ClientHello.
        case hello

        /// At the ClientHello, and at a certificate that has this error.
        case both(certificateError: Int32)

        /// Where a certificate is missing.
        case missing

        var hasHello: Bool {
            switch self {
            case .none, .missing: false
            case .hello, .both: true
            }
        }

        var hasCertificate: Bool {
            switch self {
            case .none, .hello: false
            case .both, .missing: true
            }
        }
    }

    private struct Row {
        let number: UInt8
        let name: String
        let moments: Moments

        init(_ number: UInt8, _ name: String, _ moments: Moments = .hello) {
            self.number = number
            self.name = name
            self.moments = moments
        }
    }

    /// An error of certificates that has no alert of its own: it becomes `certificate_unknown`.
    private static let unlistedError: Int32 = 10_000

    /// The certificate errors are those that OpenSSL's `ssl_x509err2alert` turns into the alert.
    private static let rows = [
        Row(0, "close_notify", .none),
        Row(10, "unexpected_message"),
        Row(20, "bad_record_mac"),
        Row(21, "decryption_failed"),
        Row(22, "record_overflow"),
        Row(30, "decompression_failure"),
        Row(40, "handshake_failure", .both(certificateError: X509_V_ERR_APPLICATION_VERIFICATION)),
        Row(41, "no_certificate", .none),
        Row(42, "bad_certificate", .both(certificateError: X509_V_ERR_CERT_REJECTED)),
        Row(43, "unsupported_certificate", .both(certificateError: X509_V_ERR_INVALID_PURPOSE)),
        Row(44, "certificate_revoked", .both(certificateError: X509_V_ERR_CERT_REVOKED)),
        Row(45, "certificate_expired", .both(certificateError: X509_V_ERR_CERT_HAS_EXPIRED)),
        Row(46, "certificate_unknown", .both(certificateError: unlistedError)),
        Row(47, "illegal_parameter"),
        Row(
            48,
            "unknown_ca",
            .both(certificateError: X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY)
        ),
        Row(49, "access_denied"),
        Row(50, "decode_error"),
        Row(51, "decrypt_error", .both(certificateError: X509_V_ERR_CERT_SIGNATURE_FAILURE)),
        Row(60, "export_restriction"),
        Row(70, "protocol_version"),
        Row(71, "insufficient_security"),
        Row(80, "internal_error", .both(certificateError: X509_V_ERR_UNSPECIFIED)),
        Row(86, "inappropriate_fallback"),
        Row(90, "user_canceled"),
        Row(100, "no_renegotiation"),
        Row(109, "missing_extension", .none),
        Row(110, "unsupported_extension"),
        Row(111, "certificate_unobtainable"),
        Row(112, "unrecognized_name"),
        Row(113, "bad_certificate_status_response"),
        Row(114, "bad_certificate_hash_value"),
        Row(115, "unknown_psk_identity"),
        Row(116, "certificate_required", .missing),
        Row(120, "no_application_protocol"),
    ]
}

extension TLSAlert: CustomStringConvertible {
    package var description: String { "\(name) (\(number))" }
}
