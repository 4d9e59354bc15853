import COpenSSL
import Glibc

/// The handshake, and what it agreed on.
extension TestClient {
    func startTLS(_ options: TLSOptions) throws {
        // As the bridge does: whoever comes first decides that nothing is cleaned up at exit.
        _ = OPENSSL_init_ssl(UInt64(OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT), nil)
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw failure("SSL_CTX_new")
        }
        defer { unsafe SSL_CTX_free(context) }
        if let (certificate, key) = options.certificate {
            try unsafe use(certificate: certificate, key: key, in: context)
        }
        for link in options.chainPEM { try unsafe add(link, to: context) }
        if !options.trustsServer { unsafe SSL_CTX_set_verify(context, SSL_VERIFY_PEER, nil) }
        guard let session = unsafe SSL_new(context) else { throw failure("SSL_new") }
        unsafe tls = session
        if let name = options.serverName {
            var text = Array(name.utf8CString)
            _ = unsafe SSL_ctrl(
                session,
                SSL_CTRL_SET_TLSEXT_HOSTNAME,
                Int(TLSEXT_NAMETYPE_host_name),
                &text
            )
        }
        if options.version != 0 {
            _ = unsafe SSL_ctrl(
                session,
                SSL_CTRL_SET_MIN_PROTO_VERSION,
                Int(options.version),
                nil
            )
            _ = unsafe SSL_ctrl(
                session,
                SSL_CTRL_SET_MAX_PROTO_VERSION,
                Int(options.version),
                nil
            )
        }
        let list = options.protocols.flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) }
        if !list.isEmpty { _ = unsafe SSL_set_alpn_protos(session, list, UInt32(list.count)) }
        if let earlier = options.session { _ = unsafe SSL_set_session(session, earlier.pointer) }
        _ = unsafe SSL_set_fd(session, descriptor)
        guard unsafe SSL_connect(session) == 1 else { throw failure("SSL_connect") }
    }

    private func add(_ certificate: String, to context: OpaquePointer) throws {
        let bytes = Array(certificate.utf8)
        let input = unsafe BIO_new_mem_buf(bytes, Int32(bytes.count))
        defer { unsafe BIO_free(input) }
        guard let parsed = unsafe PEM_read_bio_X509(input, nil, nil, nil) else {
            throw failure("PEM_read_bio")
        }
        // The context owns it from here on.
        _ = unsafe SSL_CTX_ctrl(
            context,
            SSL_CTRL_EXTRA_CHAIN_CERT,
            0,
            UnsafeMutableRawPointer(parsed)
        )
    }

    private func use(certificate: String, key: String, in context: OpaquePointer) throws {
        let certificateBytes = Array(certificate.utf8)
        let keyBytes = Array(key.utf8)
        let certificateBIO = unsafe BIO_new_mem_buf(certificateBytes, Int32(certificateBytes.count))
        let keyBIO = unsafe BIO_new_mem_buf(keyBytes, Int32(keyBytes.count))
        defer {
            unsafe BIO_free(certificateBIO)
            unsafe BIO_free(keyBIO)
        }
        guard let parsed = unsafe PEM_read_bio_X509(certificateBIO, nil, nil, nil),
            let parsedKey = unsafe PEM_read_bio_PrivateKey(keyBIO, nil, nil, nil)
        else { throw failure("PEM_read_bio") }
        defer {
            unsafe X509_free(parsed)
            unsafe EVP_PKEY_free(parsedKey)
        }
        unsafe SSL_CTX_set_security_level(context, 0)
        guard unsafe SSL_CTX_use_certificate(context, parsed) == 1,
            unsafe SSL_CTX_use_PrivateKey(context, parsedKey) == 1
        else { throw failure("SSL_CTX_use_certificate") }
    }

    /// The session, to be resumed by another connection; in TLS 1.3 only after a read.
    package var session: TestSession? {
        guard let tls = unsafe tls, let session = unsafe SSL_get1_session(tls) else { return nil }
        return unsafe TestSession(adopting: session)
    }

    /// Whether the handshake resumed a session.
    package var isResumed: Bool {
        guard let tls = unsafe tls else { return false }
        return unsafe SSL_session_reused(tls) == 1
    }

    /// The protocol version, as OpenSSL spells it.
    package var version: String {
        guard let tls = unsafe tls else { return "" }
        return unsafe String(cString: SSL_get_version(tls))
    }

    /// The application protocol agreed on; empty for none.
    package var applicationProtocol: String {
        var name: UnsafePointer<UInt8>?
        var count: UInt32 = 0
        guard let tls = unsafe tls else { return "" }
        unsafe SSL_get0_alpn_selected(tls, &name, &count)
        return unsafe String(
            decoding: UnsafeBufferPointer(start: name, count: Int(count)),
            as: UTF8.self
        )
    }

    /// The server's certificate in DER.
    package var serverCertificate: [UInt8] {
        guard let tls = unsafe tls, let certificate = unsafe SSL_get1_peer_certificate(tls) else {
            return []
        }
        defer { unsafe X509_free(certificate) }
        var bytes = [UInt8](repeating: 0, count: Int(unsafe i2d_X509(certificate, nil)))
        unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var cursor = buffer.baseAddress
            _ = unsafe i2d_X509(certificate, &cursor)
        }
        return bytes
    }

    /// How many issuers the server named when it asked for a certificate; `nil` if it did not ask.
    package var namedIssuerCount: Int? {
        guard let tls = unsafe tls, let names = unsafe SSL_get0_peer_CA_list(tls) else {
            return nil
        }
        return Int(unsafe OPENSSL_sk_num(names))
    }
}

/// A TLS session that can be resumed.
@safe
package final class TestSession: Sendable {
    // SAFETY: reference-counted and not changed after the handshake that made it.
    nonisolated(unsafe) fileprivate let pointer: OpaquePointer

    fileprivate init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe SSL_SESSION_free(pointer)
    }
}
