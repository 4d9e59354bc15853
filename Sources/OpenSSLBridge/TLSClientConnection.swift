import COpenSSL
import Glibc

/// The client's side of one TLS connection over a blocking socket: the sole owner of an `SSL *`.
///
/// It looks whether the server's certificate is good, and goes on when it is not: whoever shows
/// what happens wants to show that too.
@safe
package struct TLSClientConnection: ~Copyable {
    private let pointer: OpaquePointer

    private init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe SSL_free(pointer)
    }

    /// What a client is fitted out with.
    package struct Equipment: Sendable {
        /// The name that it calls, for the ClientHello and the server's certificate.
        package var serverName: String

        /// What it trusts, PEM.
        package var trusted: String

        /// The certificate to present, PEM; empty presents none.
        package var certificate: String

        /// The key of the certificate, PEM.
        package var key: String

        /// Fits a client out.
        ///
        /// - Parameters:
        ///   - serverName: The name that it calls.
        ///   - trusted: What it trusts, PEM.
        ///   - certificate: The certificate to present, PEM; empty presents none.
        ///   - key: The key of the certificate, PEM.
        package init(
            serverName: String,
            trusted: String,
            certificate: String = "",
            key: String = ""
        ) {
            self.serverName = serverName
            self.trusted = trusted
            self.certificate = certificate
            self.key = key
        }
    }

    /// Makes a handshake, and waits for its end.
    ///
    /// - Parameters:
    ///   - descriptor: The connected, blocking socket; it must outlive the connection.
    ///   - equipment: What the client is fitted out with.
    /// - Returns: The connection.
    /// - Throws: ``OpenSSLError`` when the server refuses, is silent, or something is no PEM.
    package static func connect(
        on descriptor: Int32,
        with equipment: Equipment
    ) throws(OpenSSLError) -> TLSClientConnection {
        OpenSSLProcess.prepare()
        ERR_clear_error()
        guard let context = unsafe SSL_CTX_new(TLS_client_method()) else {
            throw .drained(after: "SSL_CTX_new")
        }
        // The session keeps the context for as long as it needs it.
        defer { unsafe SSL_CTX_free(context) }
        try unsafe fill(context, with: equipment)
        guard let made = unsafe SSL_new(context) else { throw .drained(after: "SSL_new") }
        let connection = unsafe TLSClientConnection(adopting: made)
        var name = Array(equipment.serverName.utf8CString)
        let kind = Int(TLSEXT_NAMETYPE_host_name)
        guard unsafe SSL_ctrl(made, SSL_CTRL_SET_TLSEXT_HOSTNAME, kind, &name) == 1,
            unsafe SSL_set1_host(made, equipment.serverName) == 1,
            unsafe SSL_set_fd(made, descriptor) == 1
        else { throw .drained(after: "SSL_set_fd") }
        let code = unsafe SSL_connect(made)
        guard code == 1 else { throw connection.failure(code, "SSL_connect") }
        return connection
    }

    private static func fill(
        _ context: OpaquePointer,
        with equipment: Equipment
    ) throws(OpenSSLError) {
        let store = unsafe SSL_CTX_get_cert_store(context)
        for block in (try? PEM.blocks(of: equipment.trusted)) ?? [] {
            let authority = try Certificate.parse(der: block.der.span)
            guard unsafe authority.withPointer({ unsafe X509_STORE_add_cert(store, $0) }) == 1
            else { throw .drained(after: "X509_STORE_add_cert") }
        }
        guard !equipment.certificate.isEmpty else { return }
        let certificate = try Certificate.parse(pem: equipment.certificate)
        let key = try PrivateKey.parse(pem: equipment.key)
        guard unsafe certificate.withPointer({ unsafe SSL_CTX_use_certificate(context, $0) }) == 1,
            unsafe key.withPointer({ unsafe SSL_CTX_use_PrivateKey(context, $0) }) == 1
        else { throw .drained(after: "SSL_CTX_use_PrivateKey") }
    }

    /// Sends bytes.
    ///
    /// - Parameter bytes: All that is sent.
    /// - Throws: ``OpenSSLError`` when the connection is lost.
    package borrowing func send(_ bytes: [UInt8]) throws(OpenSSLError) {
        guard !bytes.isEmpty else { return }
        ERR_clear_error()
        // A blocking socket takes all, or none.
        let code = unsafe SSL_write(pointer, bytes, Int32(clamping: bytes.count))
        guard code > 0 else { throw failure(code, "SSL_write") }
    }

    /// Receives bytes, and waits for the first.
    ///
    /// - Returns: What came; nil after the last.
    /// - Throws: ``OpenSSLError`` when the server sends an alert, or nothing in time.
    package borrowing func receive() throws(OpenSSLError) -> [UInt8]? {
        var buffer = [UInt8](repeating: 0, count: 16_384)
        ERR_clear_error()
        let code = unsafe SSL_read(pointer, &buffer, Int32(clamping: buffer.count))
        if code > 0 { return Array(buffer.prefix(Int(code))) }
        let systemError = errno
        let kind = unsafe SSL_get_error(pointer, code)
        if kind == SSL_ERROR_ZERO_RETURN { return nil }
        if kind == SSL_ERROR_SYSCALL, systemError == 0 { return nil }
        throw failure(code, "SSL_read")
    }

    /// The protocol version as OpenSSL spells it: `TLSv1.3`.
    package var version: String { unsafe String(cString: SSL_get_version(pointer)) }

    /// The cipher suite by its IANA name.
    package var cipher: String {
        guard let cipher = unsafe SSL_get_current_cipher(pointer),
            let name = unsafe SSL_CIPHER_standard_name(cipher)
        else { return "" }
        return unsafe String(cString: name)
    }

    /// The server's certificate.
    ///
    /// - Returns: The certificate; nil where the handshake has none.
    package borrowing func serverCertificate() -> Certificate? {
        guard let found = unsafe SSL_get1_peer_certificate(pointer) else { return nil }
        return unsafe Certificate(adopting: found)
    }

    /// What is wrong with the server's certificate; nil when it is trusted and has the name.
    package var verificationProblem: String? {
        let code = unsafe SSL_get_verify_result(pointer)
        guard code != Int(X509_V_OK) else { return nil }
        return unsafe String(cString: X509_verify_cert_error_string(code))
    }

    private borrowing func failure(_ code: Int32, _ operation: StaticString) -> OpenSSLError {
        let systemError = errno
        switch unsafe SSL_get_error(pointer, code) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE:
            return OpenSSLError(operation: "\(operation)", reasons: ["nothing came in time"])
        case SSL_ERROR_SYSCALL where ERR_peek_error() == 0:
            let reason = systemError == ECONNRESET ? "the connection was reset" : "it was closed"
            return OpenSSLError(operation: "\(operation)", reasons: [reason])
        default:
            return .drained(after: operation)
        }
    }
}
