import COpenSSL
import Glibc

/// The server's side of one TLS connection: the sole owner of an `SSL *`.
///
/// It works on a descriptor which it does not own and which must be non-blocking. It belongs to
/// one thread; OpenSSL's error queue, which it clears and drains, belongs to that thread too.
@safe
package struct TLSConnection: ~Copyable {
    let pointer: OpaquePointer
    let notes: TLSNotes

    private init(adopting pointer: OpaquePointer, notes: TLSNotes) {
        unsafe self.pointer = pointer
        self.notes = notes
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
            notes: TLSNotes(select: select)
        )
        let state = unsafe Unmanaged.passUnretained(connection.notes).toOpaque()
        guard unsafe SSL_set_ex_data(pointer, 0, state) == 1 else {
            throw .drained(after: "SSL_set_ex_data")
        }
        guard unsafe SSL_set_fd(pointer, descriptor) == 1 else {
            throw .drained(after: "SSL_set_fd")
        }
        unsafe SSL_set_accept_state(pointer)
        return connection
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
        // A flaw that holds the handshake has its callback say «later», and nobody asks again.
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_CLIENT_HELLO_CB: return .wantsRead
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
