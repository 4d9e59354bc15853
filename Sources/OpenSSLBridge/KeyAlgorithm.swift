/// The kinds of key that the mock makes and signs for.
///
/// Closed on purpose: every place that treats keys differently by kind is a `switch` that the
/// compiler checks when a kind is added.
package enum KeyAlgorithm: Sendable, Hashable {
    /// RSA (RFC 8017) with a modulus of so many bits.
    case rsa(bits: Int)
    /// ECDSA on NIST P-256 (secp256r1).
    case p256
    /// ECDSA on NIST P-384 (secp384r1).
    case p384
    /// ECDSA on NIST P-521 (secp521r1).
    case p521
    /// Ed25519 (RFC 8032).
    case ed25519

    /// Reads the text form that settings and the command line use.
    ///
    /// - Parameter name: For example `rsa-2048`, `p-256` or `ed25519`; `nil` comes of any other
    ///   text, also of an RSA size outside 2048 to 8192 bits.
    package init?(name: String) {
        switch name {
        case "p-256": self = .p256
        case "p-384": self = .p384
        case "p-521": self = .p521
        case "ed25519": self = .ed25519
        default:
            guard name.hasPrefix("rsa-"), let bits = Int(name.dropFirst(4)),
                (2048...8192).contains(bits), bits.isMultiple(of: 8)
            else { return nil }
            self = .rsa(bits: bits)
        }
    }

    /// The text form that settings and the command line use: `rsa-2048`, `p-256`, `ed25519`.
    package var name: String {
        switch self {
        case .rsa(let bits): "rsa-\(bits)"
        case .p256: "p-256"
        case .p384: "p-384"
        case .p521: "p-521"
        case .ed25519: "ed25519"
        }
    }
}

extension KeyAlgorithm: CustomStringConvertible {
    package var description: String { name }
}
