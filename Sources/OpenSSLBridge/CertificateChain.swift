/// A certificate and those above it, each issued by the next.
///
/// A linked list, because noncopyable values do not go into arrays.
package final class CertificateChain: Sendable {
    /// The lowest one.
    package let certificate: Certificate

    /// What issued it and so on; `nil` where the chain ends.
    package let above: CertificateChain?

    /// Puts a certificate below a chain.
    ///
    /// - Parameters:
    ///   - certificate: The lowest one.
    ///   - above: The chain of its issuer.
    package init(_ certificate: consuming Certificate, above: CertificateChain? = nil) {
        self.certificate = certificate
        self.above = above
    }

    /// The certificates as PEM blocks, the lowest first.
    ///
    /// - Returns: The text.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot encode them.
    package func pem() throws(OpenSSLError) -> String {
        let own = try certificate.pem()
        guard let above else { return own }
        return own + (try above.pem())
    }
}
