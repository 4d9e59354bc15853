import COpenSSL

/// What OpenSSL's callbacks find behind the `SSL *` of a connection, and leave there.
///
/// It belongs to the thread of the connection.
final class TLSNotes {
    private let select: (_ serverName: String?) -> TLSSelection

    /// The list of ALPN as the client sent it: each name behind its length.
    private(set) var offer: [UInt8] = []

    private(set) var alertReceived: UInt8?
    private(set) var alertSent: UInt8?

    /// What the client presented and had refused on purpose: OpenSSL forgets it.
    private(set) var refusedChain: CertificateChain?

    private var flaw: TLSFlaw?

    init(select: @escaping (String?) -> TLSSelection) {
        self.select = select
    }

    /// The notes of a session.
    private static func of(_ session: OpaquePointer?) -> TLSNotes? {
        guard let session = unsafe session, let state = unsafe SSL_get_ex_data(session, 0) else {
            return nil
        }
        return unsafe Unmanaged<TLSNotes>.fromOpaque(state).takeUnretainedValue()
    }

    /// Answers the ClientHello callback of a session.
    static func select(session: OpaquePointer, alert: UnsafeMutablePointer<Int32>) -> Int32 {
        guard let notes = unsafe of(session) else { return SSL_CLIENT_HELLO_ERROR }
        unsafe notes.takeOffer(of: session)
        switch unsafe notes.select(serverName(of: session)) {
        case .refuse(let number):
            unsafe alert.pointee = Int32(number)
            return SSL_CLIENT_HELLO_ERROR
        case .serve(let identity, var sessionContext, let asksFor, let flaw):
            if let flaw {
                if flaw.holdsHandshake { return SSL_CLIENT_HELLO_RETRY }
                notes.flaw = flaw
                // A resumed session would present no certificate to find fault with.
                sessionContext = SecureRandom.bytes(32)
            }
            // ClientHello callbacks report failure with internal_error (80).
            unsafe alert.pointee = SSL_AD_INTERNAL_ERROR
            guard unsafe identity.apply(to: session) else { return SSL_CLIENT_HELLO_ERROR }
            let count = UInt32(min(sessionContext.count, Int(SSL_MAX_SID_CTX_LENGTH)))
            guard unsafe SSL_set_session_id_context(session, sessionContext, count) == 1 else {
                return SSL_CLIENT_HELLO_ERROR
            }
            if let asksFor {
                unsafe SSL_set_verify(session, flaw?.verifyMode ?? SSL_VERIFY_PEER, nil)
                unsafe asksFor.apply(to: session)
            }
            return SSL_CLIENT_HELLO_SUCCESS
        }
    }

    /// Answers the callback that judges the client's certificate: any passes, unless it is to fail.
    static func verify(_ store: OpaquePointer?) -> Int32 {
        let place = SSL_get_ex_data_X509_STORE_CTX_idx()
        guard let session = unsafe X509_STORE_CTX_get_ex_data(store, place) else { return 1 }
        let notes = unsafe of(OpaquePointer(session))
        guard let notes, let flaw = notes.flaw else { return 1 }
        let leaf = unsafe X509_STORE_CTX_get0_cert(store)
        let error = flaw.certificateError {
            unsafe leaf.map { unsafe Certificate(retaining: $0).serialNumber } ?? ""
        }
        guard let error else { return 1 }
        // The untrusted certificates begin with the leaf.
        notes.refusedChain = unsafe CertificateChain.retaining(X509_STORE_CTX_get0_untrusted(store))
        unsafe X509_STORE_CTX_set_error(store, error)
        return 0
    }

    /// Takes note of the alerts among what OpenSSL tells.
    static func take(_ session: OpaquePointer?, place: Int32, value: Int32) {
        guard place & SSL_CB_ALERT != 0, let notes = unsafe of(session) else { return }
        // The level stands above the number.
        let number = UInt8(truncatingIfNeeded: value)
        guard number != 0 else { return }
        if place & SSL_CB_WRITE != 0 {
            notes.alertSent = number
        } else {
            notes.alertReceived = number
        }
    }

    private func takeOffer(of session: OpaquePointer) {
        let body = unsafe Self.extension(
            TLSEXT_TYPE_application_layer_protocol_negotiation,
            session
        )
        guard body.count > 2 else { return }
        // The list's own length stands before it (RFC 7301 §3.1).
        offer = Array(body.dropFirst(2))
    }

    private static func serverName(of session: OpaquePointer) -> String? {
        let body = unsafe Self.extension(TLSEXT_TYPE_server_name, session)
        return body.isEmpty ? nil : ServerNameExtension.hostName(in: body)
    }

    /// The body of an extension of the ClientHello; empty where it is not there.
    private static func `extension`(_ type: Int32, _ session: OpaquePointer) -> [UInt8] {
        var body: UnsafePointer<UInt8>?
        var count = 0
        guard unsafe SSL_client_hello_get0_ext(session, UInt32(type), &body, &count) == 1,
            let body = unsafe body
        else { return [] }
        return unsafe [UInt8](UnsafeBufferPointer(start: body, count: count))
    }
}

extension CertificateChain {
    /// Takes references to the certificates of a stack, the first one lowest.
    ///
    /// - Returns: The chain; `nil` for an empty stack.
    static func retaining(_ stack: OpaquePointer?) -> CertificateChain? {
        guard let stack = unsafe stack else { return nil }
        var chain: CertificateChain?
        for index in stride(from: unsafe copenssl_sk_X509_num(stack) - 1, through: 0, by: -1) {
            guard let certificate = unsafe copenssl_sk_X509_value(stack, index) else { continue }
            chain = CertificateChain(unsafe Certificate(retaining: certificate), above: chain)
        }
        return chain
    }
}
