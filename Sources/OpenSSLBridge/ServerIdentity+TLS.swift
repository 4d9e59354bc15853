import COpenSSL

extension ServerIdentity {
    /// Gives certificate, key and chain to one session.
    ///
    /// - Returns: Whether OpenSSL took them; its error queue tells why not.
    func apply(to session: OpaquePointer) -> Bool {
        unsafe withPointers { certificate, key, issuer in
            guard unsafe SSL_use_certificate(session, certificate) == 1,
                unsafe SSL_use_PrivateKey(session, key) == 1
            else { return false }
            guard let issuer = unsafe issuer else { return true }
            return unsafe copenssl_SSL_add1_chain_cert(session, issuer) == 1
        }
    }
}
