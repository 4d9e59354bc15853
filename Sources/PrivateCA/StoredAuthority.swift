/// The key and certificate of an authority, as the world keeps them: both DER.
package struct StoredAuthority: Sendable, Hashable {
    /// The certificate.
    package let certificate: [UInt8]
    /// The private key as PKCS#8, unencrypted: a secret.
    package let privateKey: [UInt8]

    /// Puts the two together.
    ///
    /// - Parameters:
    ///   - certificate: The certificate, DER.
    ///   - privateKey: The private key, PKCS#8 DER.
    package init(certificate: [UInt8], privateKey: [UInt8]) {
        self.certificate = certificate
        self.privateKey = privateKey
    }
}

extension StoredAuthority: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package var description: String { "StoredAuthority(<redacted>)" }

    package var debugDescription: String { description }

    /// Nothing, so that no dump shows the key.
    package var customMirror: Mirror { Mirror(self, children: []) }
}
