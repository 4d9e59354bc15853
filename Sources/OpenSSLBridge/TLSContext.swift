import COpenSSL

/// What every TLS connection of the server shares: versions, ticket keys, callbacks.
///
/// One context serves every name, world and mode. What differs is set on the single connection
/// by its ClientHello callback. (The server-name callback would be too late: it runs after the
/// session lookup, so a session made without a client certificate would be resumed where one is
/// asked for.)
@safe
package struct TLSContext: ~Copyable, Sendable {
    // SAFETY: an SSL_CTX is reference-counted and locked inside; after `make` nothing changes it.
    nonisolated(unsafe) private let pointer: OpaquePointer

    private init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe SSL_CTX_free(pointer)
    }

    /// Readies the process's OpenSSL, once, before anything else of it is used.
    ///
    /// The system's `openssl.cnf` is not read: it differs between Debian and an empty image, and
    /// the mock must not.
    package static func prepareProcess() {
        OpenSSLProcess.prepare()
    }

    /// Makes the server's context: TLS 1.2 and 1.3, HTTP/2 preferred over HTTP/1.1.
    ///
    /// Sessions live in tickets only, so that 10,000 idle clients leave nothing behind.
    ///
    /// - Returns: The context.
    /// - Throws: ``OpenSSLError`` when OpenSSL is out of memory or misbuilt.
    package static func makeServer() throws(OpenSSLError) -> TLSContext {
        prepareProcess()
        ERR_clear_error()
        guard let pointer = unsafe SSL_CTX_new(TLS_server_method()) else {
            throw .drained(after: "SSL_CTX_new")
        }
        let context = unsafe TLSContext(adopting: pointer)
        guard unsafe copenssl_SSL_CTX_set_min_proto_version(pointer, TLS1_2_VERSION) == 1 else {
            throw .drained(after: "SSL_CTX_set_min_proto_version")
        }
        unsafe SSL_CTX_set_options(pointer, copenssl_TLSServerOptions())
        let modes =
            SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE
            | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER
        unsafe copenssl_SSL_CTX_set_mode(pointer, Int(modes))
        unsafe copenssl_SSL_CTX_set_session_cache_mode(pointer, Int(SSL_SESS_CACHE_OFF))
        unsafe copenssl_SSL_CTX_set_read_ahead(pointer, 1)
        unsafe SSL_CTX_set_num_tickets(pointer, 1)
        context.installCallbacks()
        return context
    }

    private func installCallbacks() {
        // Every certificate passes the handshake: whether it is good is the API's answer to give.
        let verify: @convention(c) (OpaquePointer?, UnsafeMutableRawPointer?) -> Int32 = {
            store,
            _ in
            unsafe TLSNotes.verify(store)
        }
        unsafe SSL_CTX_set_cert_verify_callback(pointer, verify, nil)
        unsafe SSL_CTX_set_info_callback(pointer) { session, place, value in
            unsafe TLSNotes.take(session, place: place, value: value)
        }
        unsafe SSL_CTX_set_client_hello_cb(
            pointer,
            { session, alert, _ in
                guard let session = unsafe session, let alert = unsafe alert else {
                    return SSL_CLIENT_HELLO_ERROR
                }
                return unsafe TLSNotes.select(session: session, alert: alert)
            },
            nil
        )
        unsafe SSL_CTX_set_alpn_select_cb(
            pointer,
            { _, chosen, chosenCount, offered, offeredCount, _ in
                guard let offered = unsafe offered, let chosen = unsafe chosen,
                    let chosenCount = unsafe chosenCount
                else { return SSL_TLSEXT_ERR_ALERT_FATAL }
                let list = unsafe UnsafeBufferPointer(start: offered, count: Int(offeredCount))
                guard let range = unsafe ApplicationProtocol.choose(from: list) else {
                    return SSL_TLSEXT_ERR_ALERT_FATAL
                }
                unsafe chosen.pointee = unsafe offered + range.lowerBound
                unsafe chosenCount.pointee = UInt8(range.count)
                return SSL_TLSEXT_ERR_OK
            },
            nil
        )
    }

    /// Makes the `SSL *` of one connection.
    func makeSession() -> OpaquePointer? {
        unsafe SSL_new(pointer)
    }
}

/// An application protocol agreed on in the handshake (RFC 7301).
package enum ApplicationProtocol: Sendable, Hashable {
    /// `http/1.1`, also where the client offers nothing.
    case http11

    /// `h2` (RFC 9113 §3.2).
    case http2

    /// The names in a client's list, in its order.
    ///
    /// - Parameter list: The wire form: each name behind its length in one byte.
    /// - Returns: The names, up to the place where the list is broken.
    static func names(in list: UnsafeBufferPointer<UInt8>) -> [String] {
        var names: [String] = []
        var start = 0
        while start < list.count, case let end = unsafe start + 1 + Int(list[start]),
            end <= list.count
        {
            let name = unsafe list[(start + 1)..<end]
            unsafe names.append(String(decoding: name, as: UTF8.self))
            start = end
        }
        return names
    }

    /// Chooses from a client's list: `h2` where offered, else `http/1.1`, else nothing.
    ///
    /// - Parameter list: The wire form: each name behind its length in one byte.
    /// - Returns: Where in `list` the chosen name stands; `nil` when none is known or the list
    ///   is broken.
    static func choose(from list: UnsafeBufferPointer<UInt8>) -> Range<Int>? {
        var found: Range<Int>?
        var start = 0
        while start < list.count {
            let end = unsafe start + 1 + Int(list[start])
            guard end <= list.count else { return nil }
            let name = unsafe list[(start + 1)..<end]
            if unsafe name.elementsEqual("h2".utf8) { return (start + 1)..<end }
            if unsafe name.elementsEqual("http/1.1".utf8) { found = (start + 1)..<end }
            start = end
        }
        return found
    }
}
