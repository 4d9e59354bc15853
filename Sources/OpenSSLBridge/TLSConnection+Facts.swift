import COpenSSL

extension TLSConnection {
    /// The protocol agreed on; HTTP/1.1 where the client offered none.
    package var applicationProtocol: ApplicationProtocol {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        unsafe SSL_get0_alpn_selected(pointer, &name, &count)
        // Of the two names that `choose` knows, only `h2` has two bytes.
        return count == 2 ? .http2 : .http11
    }

    /// The protocol version as OpenSSL spells it: `TLSv1.3`.
    package var version: String {
        unsafe String(cString: SSL_get_version(pointer))
    }

    /// The cipher suite by its IANA name; empty until the handshake has chosen one.
    package var cipher: String {
        let current = unsafe SSL_get_current_cipher(pointer)
        guard let cipher = unsafe current ?? SSL_get_pending_cipher(pointer),
            let name = unsafe SSL_CIPHER_standard_name(cipher)
        else { return "" }
        return unsafe String(cString: name)
    }

    /// Whether an earlier session was resumed.
    package var isResumed: Bool {
        unsafe SSL_session_reused(pointer) == 1
    }

    /// The protocols that the client offered (RFC 7301), the best first; empty for no offer.
    package var offeredProtocols: [String] {
        unsafe notes.offer.withUnsafeBufferPointer { unsafe ApplicationProtocol.names(in: $0) }
    }

    /// The last alert that was received, but for `close_notify`.
    package var alertReceived: UInt8? { notes.alertReceived }

    /// The last alert that was sent, but for `close_notify`.
    package var alertSent: UInt8? { notes.alertSent }

    /// The certificates that the client presented, the leaf first.
    ///
    /// Of a resumed session only the leaf is known. Nothing is said about their being any good.
    ///
    /// - Returns: The chain; `nil` where the client presented nothing.
    package borrowing func presentedChain() -> CertificateChain? {
        if let refused = notes.refusedChain { return refused }
        guard let leaf = unsafe SSL_get1_peer_certificate(pointer) else { return nil }
        // On the server's side OpenSSL keeps the leaf apart from the rest.
        let rest = unsafe SSL_get_peer_cert_chain(pointer)
        return CertificateChain(
            unsafe Certificate(adopting: leaf),
            above: unsafe CertificateChain.retaining(rest)
        )
    }

    /// The certificate that the client presented, now or in the handshake that made the session.
    ///
    /// - Returns: `nil` where it presented none. Nothing is said about its being any good.
    package borrowing func peerCertificate() -> Certificate? {
        guard let certificate = unsafe SSL_get1_peer_certificate(pointer) else { return nil }
        return unsafe Certificate(adopting: certificate)
    }
}

extension TLSFailure {
    /// Drains this thread's error queue.
    static func drained(after operation: StaticString) -> TLSFailure {
        var peerAlert: UInt8?
        var reasons: [String] = []
        while case let code = ERR_get_error(), code != 0 {
            let reason = copenssl_ERR_GET_REASON(code)
            // Reasons of alerts received are the alert's number plus 1000.
            if copenssl_ERR_GET_LIB(code) == ERR_LIB_SSL,
                let number = UInt8(exactly: reason - SSL_AD_REASON_OFFSET)
            {
                peerAlert = number
            }
            let text = unsafe ERR_reason_error_string(code).map { unsafe String(cString: $0) }
            reasons.append(text ?? "code \(code)")
        }
        let detail = reasons.isEmpty ? "connection lost" : reasons.joined(separator: "; ")
        return TLSFailure(peerAlert: peerAlert, detail: "\(operation): \(detail)")
    }
}
