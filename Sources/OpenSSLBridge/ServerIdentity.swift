import COpenSSL

/// What a TLS server presents: a certificate, its private key and the chain above it.
///
/// A class, because many connections share one identity and tables hold it.
package final class ServerIdentity: Sendable {
    private let certificate: Certificate
    private let privateKey: PrivateKey

    /// The certificates that are sent with it, from its issuer on.
    let chain: CertificateChain?

    /// The last second in which clients accept the certificate, since 1970.
    package let notAfter: Int64

    /// Puts an identity together.
    ///
    /// - Parameters:
    ///   - certificate: The server's certificate.
    ///   - privateKey: Its key.
    ///   - issuer: The intermediates to send with it; `nil` when the certificate's issuer is what
    ///     clients trust.
    package init(
        certificate: consuming Certificate,
        privateKey: consuming PrivateKey,
        issuer: CertificateChain?
    ) {
        notAfter = certificate.notAfter
        self.certificate = certificate
        self.privateKey = privateKey
        chain = issuer
    }

    /// Whether a client that calls the server by a name believes the certificate to be its own.
    ///
    /// - Parameter name: A DNS name.
    /// - Returns: Whether the certificate carries it, or a wildcard for it.
    package func covers(hostName name: String) -> Bool { certificate.covers(hostName: name) }

    /// The DER encoding of the server's certificate.
    ///
    /// - Returns: The bytes.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot encode it.
    package func certificateDER() throws(OpenSSLError) -> [UInt8] {
        try certificate.der()
    }

    /// The certificates a client is sent, the server's own first, as PEM blocks.
    ///
    /// - Returns: The text.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot encode them.
    package func chainPEM() throws(OpenSSLError) -> String {
        let own = try certificate.pem()
        guard let chain else { return own }
        return own + (try chain.pem())
    }

    /// Lends the pointers to C calls.
    ///
    /// - Parameter body: The calls: certificate (`X509 *`) and key (`EVP_PKEY *`). The pointers
    ///   must not outlive it.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    func withPointers<Result: ~Copyable, Failure: Error>(
        _ body: (_ certificate: OpaquePointer, _ key: OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe certificate.withPointer { certificate throws(Failure) in
            try unsafe privateKey.withPointer { key throws(Failure) in
                try unsafe body(certificate, key)
            }
        }
    }
}
