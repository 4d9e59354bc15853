/// How a handshake fails on purpose.
package enum HandshakeFault: Sendable, Hashable {
    /// The server sends a fatal alert and closes.
    case alert(HandshakeAlert, at: HandshakePoint)
    /// The server resets the connection in answer to the ClientHello.
    case reset
    /// The server never answers the ClientHello, and keeps the connection open.
    case stall

    /// At which moment it can be decided on.
    var point: HandshakePoint {
        switch self {
        case .alert(_, let point): point
        case .reset, .stall: .clientHello
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
}

/// A fatal alert by its name and number in RFC 8446 §6 and RFC 5246 §7.2.
package enum HandshakeAlert: UInt8, Sendable, Hashable, CaseIterable {
    case unexpectedMessage = 10
    case badRecordMAC = 20
    case recordOverflow = 22
    case handshakeFailure = 40
    case badCertificate = 42
    case unsupportedCertificate = 43
    case certificateRevoked = 44
    case certificateExpired = 45
    case certificateUnknown = 46
    case illegalParameter = 47
    case unknownCA = 48
    case accessDenied = 49
    case decodeError = 50
    case decryptError = 51
    case protocolVersion = 70
    case insufficientSecurity = 71
    case internalError = 80
    case inappropriateFallback = 86
    case missingExtension = 109
    case unsupportedExtension = 110
    case unrecognizedName = 112
    case unknownPSKIdentity = 115
    case certificateRequired = 116
    case noApplicationProtocol = 120

    /// The name in the standard.
    package var name: String {
        switch self {
        case .unexpectedMessage: "unexpected_message"
        case .badRecordMAC: "bad_record_mac"
        case .recordOverflow: "record_overflow"
        case .handshakeFailure: "handshake_failure"
        case .badCertificate: "bad_certificate"
        case .unsupportedCertificate: "unsupported_certificate"
        case .certificateRevoked: "certificate_revoked"
        case .certificateExpired: "certificate_expired"
        case .certificateUnknown: "certificate_unknown"
        case .illegalParameter: "illegal_parameter"
        case .unknownCA: "unknown_ca"
        case .accessDenied: "access_denied"
        case .decodeError: "decode_error"
        case .decryptError: "decrypt_error"
        case .protocolVersion: "protocol_version"
        case .insufficientSecurity: "insufficient_security"
        case .internalError: "internal_error"
        case .inappropriateFallback: "inappropriate_fallback"
        case .missingExtension: "missing_extension"
        case .unsupportedExtension: "unsupported_extension"
        case .unrecognizedName: "unrecognized_name"
        case .unknownPSKIdentity: "unknown_psk_identity"
        case .certificateRequired: "certificate_required"
        case .noApplicationProtocol: "no_application_protocol"
        }
    }

    /// Those that can be sent when the client's certificate is examined.
    package static let atCertificate: [HandshakeAlert] = [
        .handshakeFailure, .badCertificate, .unsupportedCertificate, .certificateRevoked,
        .certificateExpired, .unknownCA, .internalError,
    ]

    /// Those that can be sent at a moment.
    ///
    /// - Parameter point: The moment.
    /// - Returns: The alerts in the order of their numbers.
    package static func all(at point: HandshakePoint) -> [HandshakeAlert] {
        switch point {
        case .clientHello: allCases
        case .certificate: atCertificate
        }
    }
}
