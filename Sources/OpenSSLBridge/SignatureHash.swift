import COpenSSL

/// The hash function that a signature is made over, where the key leaves a choice.
///
/// What is offered for choice is ``allCases``; SHA-1 is not, because nobody accepts it any more.
package enum SignatureHash: String, Sendable, Hashable, CaseIterable {
    /// SHA-256.
    case sha256 = "SHA-256"
    /// SHA-384.
    case sha384 = "SHA-384"
    /// SHA-512.
    case sha512 = "SHA-512"
    /// SHA-1, for certificates that are wrong on purpose.
    case sha1 = "SHA-1"

    /// Those that anybody may ask for.
    package static let allCases: [SignatureHash] = [.sha256, .sha384, .sha512]

    /// OpenSSL's constant; never freed.
    var digest: OpaquePointer? {
        switch self {
        case .sha256: unsafe EVP_sha256()
        case .sha384: unsafe EVP_sha384()
        case .sha512: unsafe EVP_sha512()
        case .sha1: unsafe EVP_sha1()
        }
    }
}
