import COpenSSL
import Glibc

/// How one connection goes on after its ClientHello.
package enum TLSSelection: Sendable {
    /// Present this identity.
    ///
    /// `sessionContext` has at most 32 bytes: only sessions made under the same one are resumed.
    /// `asksFor` names the issuers when a client certificate is to be asked for; any certificate,
    /// and none, is then accepted.
    case serve(identity: ServerIdentity, sessionContext: [UInt8], asksFor: ClientCANames?)

    /// Send this fatal alert and fail the handshake.
    case refuse(alert: UInt8)
}

/// Why a TLS connection failed.
package struct TLSFailure: Error, Hashable {
    /// The alert that the peer sent (RFC 8446 §6), where it sent one.
    package let peerAlert: UInt8?

    /// What OpenSSL, or the system, says.
    package let detail: String

    /// Describes a failure.
    ///
    /// - Parameters:
    ///   - peerAlert: The alert that the peer sent.
    ///   - detail: What OpenSSL, or the system, says.
    package init(peerAlert: UInt8?, detail: String) {
        self.peerAlert = peerAlert
        self.detail = detail
    }
}

/// How far a TLS operation came: retrying is progress, not an error.
package enum TLSProgress: Sendable, Hashable {
    /// Done; for reads and writes, so many bytes.
    case done(Int)

    /// Nothing more until the socket is readable.
    case wantsRead

    /// Nothing more until the socket is writable.
    case wantsWrite

    /// The peer closed, with or without `close_notify`.
    case closed

    /// The connection is unusable.
    case failed(TLSFailure)
}

/// The server's side of one TLS connection: the sole owner of an `SSL *`.
///
/// It works on a descriptor which it does not own and which must be non-blocking. It belongs to
/// one thread; OpenSSL's error queue, which it clears and drains, belongs to that thread too.
@safe
package struct TLSConnection: ~Copyable {
    private let pointer: OpaquePointer
    private let selector: Selector

    /// What the ClientHello callback finds behind the `SSL *`.
    private final class Selector {
        let select: (_ serverName: String?) -> TLSSelection

        init(select: @escaping (String?) -> TLSSelection) {
            self.select = select
        }
    }

    private init(adopting pointer: OpaquePointer, selector: Selector) {
        unsafe self.pointer = pointer
        self.selector = selector
    }

    deinit {
        unsafe SSL_free(pointer)
    }

    /// Prepares to accept a handshake.
    ///
    /// - Parameters:
    ///   - descriptor: The accepted, non-blocking socket; it must outlive the connection.
    ///   - context: The server's context.
    ///   - select: Called once, inside ``handshake()``, with the server name as sent.
    /// - Returns: The connection.
    /// - Throws: ``OpenSSLError`` when OpenSSL is out of memory.
    package static func accept(
        on descriptor: Int32,
        context: borrowing TLSContext,
        select: @escaping (_ serverName: String?) -> TLSSelection
    ) throws(OpenSSLError) -> TLSConnection {
        ERR_clear_error()
        guard let pointer = unsafe context.makeSession() else { throw .drained(after: "SSL_new") }
        let connection = unsafe TLSConnection(
            adopting: pointer,
            selector: Selector(select: select)
        )
        let state = unsafe Unmanaged.passUnretained(connection.selector).toOpaque()
        guard unsafe SSL_set_ex_data(pointer, 0, state) == 1 else {
            throw .drained(after: "SSL_set_ex_data")
        }
        guard unsafe SSL_set_fd(pointer, descriptor) == 1 else {
            throw .drained(after: "SSL_set_fd")
        }
        unsafe SSL_set_accept_state(pointer)
        return connection
    }

    /// Answers the ClientHello callback of the session.
    static func select(session: OpaquePointer, alert: UnsafeMutablePointer<Int32>) -> Int32 {
        guard let state = unsafe SSL_get_ex_data(session, 0) else { return SSL_CLIENT_HELLO_ERROR }
        let selector = unsafe Unmanaged<Selector>.fromOpaque(state).takeUnretainedValue()
        switch unsafe selector.select(serverName(of: session)) {
        case .refuse(let number):
            unsafe alert.pointee = Int32(number)
            return SSL_CLIENT_HELLO_ERROR
        case .serve(let identity, let sessionContext, let asksFor):
            // ClientHello callbacks report failure with internal_error (80).
            unsafe alert.pointee = SSL_AD_INTERNAL_ERROR
            guard unsafe identity.apply(to: session) else { return SSL_CLIENT_HELLO_ERROR }
            let count = UInt32(min(sessionContext.count, Int(SSL_MAX_SID_CTX_LENGTH)))
            guard unsafe SSL_set_session_id_context(session, sessionContext, count) == 1 else {
                return SSL_CLIENT_HELLO_ERROR
            }
            if let asksFor {
                unsafe SSL_set_verify(session, SSL_VERIFY_PEER, nil)
                unsafe asksFor.apply(to: session)
            }
            return SSL_CLIENT_HELLO_SUCCESS
        }
    }

    private static func serverName(of session: OpaquePointer) -> String? {
        var body: UnsafePointer<UInt8>?
        var count = 0
        let type = UInt32(TLSEXT_TYPE_server_name)
        guard unsafe SSL_client_hello_get0_ext(session, type, &body, &count) == 1,
            let body = unsafe body
        else { return nil }
        return ServerNameExtension.hostName(
            in: unsafe [UInt8](UnsafeBufferPointer(start: body, count: count))
        )
    }

    /// Goes on with the handshake.
    ///
    /// - Returns: `.done(0)` when it is complete.
    package borrowing func handshake() -> TLSProgress {
        ERR_clear_error()
        let code = unsafe SSL_do_handshake(pointer)
        return code == 1 ? .done(0) : progress(of: code, operation: "SSL_do_handshake")
    }

    /// Reads decrypted bytes.
    ///
    /// - Parameter buffer: Where to; not empty.
    /// - Returns: `.done` with the number of bytes, at least 1.
    package borrowing func read(into buffer: UnsafeMutableRawBufferPointer) -> TLSProgress {
        ERR_clear_error()
        let code = unsafe SSL_read(pointer, buffer.baseAddress, Int32(clamping: buffer.count))
        return code > 0 ? .done(Int(code)) : progress(of: code, operation: "SSL_read")
    }

    /// Whether bytes already taken from the socket wait to be read: the socket need not become
    /// readable again for them.
    package var hasPendingBytes: Bool {
        unsafe SSL_has_pending(pointer) == 1
    }

    /// Writes bytes, as many as the socket takes.
    ///
    /// After `.wantsWrite` or `.wantsRead` the same bytes must be written again first; they may
    /// have moved, and more may stand behind them.
    ///
    /// - Parameter bytes: What to write; not empty.
    /// - Returns: `.done` with the number of bytes taken.
    package borrowing func write(_ bytes: UnsafeRawBufferPointer) -> TLSProgress {
        ERR_clear_error()
        let code = unsafe SSL_write(pointer, bytes.baseAddress, Int32(clamping: bytes.count))
        return code > 0 ? .done(Int(code)) : progress(of: code, operation: "SSL_write")
    }

    /// Sends `close_notify` (RFC 8446 §6.1) without waiting for the peer's.
    package borrowing func sendCloseNotify() {
        ERR_clear_error()
        unsafe SSL_shutdown(pointer)
        ERR_clear_error()
    }

    private borrowing func progress(of code: Int32, operation: StaticString) -> TLSProgress {
        let systemError = errno
        switch unsafe SSL_get_error(pointer, code) {
        case SSL_ERROR_WANT_READ: return .wantsRead
        case SSL_ERROR_WANT_WRITE: return .wantsWrite
        case SSL_ERROR_ZERO_RETURN: return .closed
        case SSL_ERROR_SYSCALL where systemError == ECONNRESET || systemError == EPIPE:
            ERR_clear_error()
            return .closed
        default:
            return .failed(.drained(after: operation))
        }
    }
}

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

    /// The cipher suite by its IANA name; empty before the handshake is complete.
    package var cipher: String {
        guard let cipher = unsafe SSL_get_current_cipher(pointer),
            let name = unsafe SSL_CIPHER_standard_name(cipher)
        else { return "" }
        return unsafe String(cString: name)
    }

    /// Whether an earlier session was resumed.
    package var isResumed: Bool {
        unsafe SSL_session_reused(pointer) == 1
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
