import COpenSSL

extension ServerIdentity {
    /// Gives certificate, key and chain to one session.
    ///
    /// - Returns: Whether OpenSSL took them; its error queue tells why not.
    func apply(to session: OpaquePointer) -> Bool {
        let isUsed = unsafe withPointers { certificate, key in
            unsafe SSL_use_certificate(session, certificate) == 1
                && SSL_use_PrivateKey(session, key) == 1
        }
        guard isUsed else { return false }
        var rest = chain
        while let link = rest {
            let isAdded = unsafe link.certificate.withPointer {
                unsafe copenssl_SSL_add1_chain_cert(session, $0) == 1
            }
            guard isAdded else { return false }
            rest = link.above
        }
        return true
    }
}
