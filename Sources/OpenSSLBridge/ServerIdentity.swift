import COpenSSL

/// What a TLS server presents: a certificate, its private key and the certificate that issued it.
///
/// A class, because many connections share one identity and tables hold it.
package final class ServerIdentity: Sendable {
    private let certificate: Certificate
    private let privateKey: PrivateKey
    private let issuer: Certificate?

    /// The last second in which clients accept the certificate, since 1970.
    package let notAfter: Int64

    /// Puts an identity together.
    ///
    /// - Parameters:
    ///   - certificate: The server's certificate.
    ///   - privateKey: Its key.
    ///   - issuer: The intermediate to send with it; `nil` when the certificate's issuer is what
    ///     clients trust.
    package init(
        certificate: consuming Certificate,
        privateKey: consuming PrivateKey,
        issuer: consuming Certificate?
    ) {
        notAfter = certificate.notAfter
        self.certificate = certificate
        self.privateKey = privateKey
        self.issuer = issuer
    }

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
        switch issuer {
        case .some(let issuer): return own + (try issuer.pem())
        case .none: return own
        }
    }

    /// Lends the three pointers to C calls.
    ///
    /// - Parameter body: The calls: certificate (`X509 *`), key (`EVP_PKEY *`) and issuer
    ///   (`X509 *`, may be `nil`). The pointers must not outlive it.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    func withPointers<Result: ~Copyable, Failure: Error>(
        _ body: (
            _ certificate: OpaquePointer, _ key: OpaquePointer, _ issuer: OpaquePointer?
        ) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe certificate.withPointer { certificate throws(Failure) in
            try unsafe privateKey.withPointer { key throws(Failure) in
                switch issuer {
                case .some(let issuer):
                    try unsafe issuer.withPointer { issuer throws(Failure) in
                        try unsafe body(certificate, key, issuer)
                    }
                case .none:
                    try unsafe body(certificate, key, nil)
                }
            }
        }
    }
}
