import COpenSSL

/// A certification request (PKCS#10, RFC 2986): the sole owner of one `X509_REQ *`.
@safe
package struct CertificateRequest: ~Copyable {
    private let pointer: OpaquePointer

    /// Takes over a reference that the caller owns.
    init(adopting pointer: OpaquePointer) {
        unsafe self.pointer = pointer
    }

    deinit {
        unsafe X509_REQ_free(pointer)
    }

    /// Parses one DER-encoded request.
    ///
    /// - Parameter der: The bytes of the request and nothing after them.
    /// - Returns: The request, its signature not yet verified.
    /// - Throws: ``OpenSSLError`` when the bytes are not exactly one request.
    package static func parse(der: [UInt8]) throws(OpenSSLError) -> CertificateRequest {
        OpenSSLProcess.prepare()
        ERR_clear_error()
        var consumedCount = 0
        let parsed = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            guard let start = bytes.baseAddress else { return nil }
            var cursor: UnsafePointer<UInt8>? = unsafe start
            let parsed = unsafe d2i_X509_REQ(nil, &cursor, bytes.count)
            if let end = unsafe cursor { consumedCount = unsafe end - start }
            return unsafe parsed
        }
        guard let parsed = unsafe parsed else { throw .drained(after: "d2i_X509_REQ") }

        let request = unsafe CertificateRequest(adopting: parsed)
        // A key that OpenSSL cannot decode is no failure of the parser, yet leaves its reasons.
        ERR_clear_error()
        guard consumedCount == der.count else {
            throw OpenSSLError(operation: "d2i_X509_REQ", reasons: ["trailing bytes"])
        }
        return request
    }

    /// Parses a request from PEM text with exactly one block.
    ///
    /// - Parameter pem: The text; the block is `CERTIFICATE REQUEST` or
    ///   `NEW CERTIFICATE REQUEST`.
    /// - Returns: The request, its signature not yet verified.
    /// - Throws: ``OpenSSLError`` when the text is not exactly one request.
    package static func parse(pem: String) throws(OpenSSLError) -> CertificateRequest {
        try parse(der: PEM.decode(pem, labels: pemLabels, for: "d2i_X509_REQ"))
    }

    /// The PEM labels of a request: the one of RFC 7468 §7, and the older one of the same text.
    package static let pemLabels = ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"]

    /// Makes a request and signs it with its own key.
    ///
    /// - Parameters:
    ///   - subject: The name to ask for.
    ///   - key: The key to certify.
    /// - Returns: The request.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot build or sign it.
    package static func make(
        subject: DistinguishedName,
        key: borrowing PrivateKey
    ) throws(OpenSSLError) -> CertificateRequest {
        ERR_clear_error()
        guard let made = unsafe X509_REQ_new() else { throw .drained(after: "X509_REQ_new") }
        let request = unsafe CertificateRequest(adopting: made)
        try unsafe subject.withPointer { name throws(OpenSSLError) in
            guard unsafe X509_REQ_set_subject_name(request.pointer, name) == 1 else {
                throw .drained(after: "X509_REQ_set_subject_name")
            }
        }
        let isKeySet = unsafe key.withPointer { unsafe X509_REQ_set_pubkey(request.pointer, $0) }
        guard isKeySet == 1 else { throw .drained(after: "X509_REQ_set_pubkey") }

        // X509_REQ_sign returns the length of the signature, 0 for a failure.
        let count = unsafe key.withPointer { pointer in
            unsafe X509_REQ_sign(request.pointer, pointer, key.algorithm.signatureDigest)
        }
        guard count > 0 else { throw .drained(after: "X509_REQ_sign") }
        return request
    }

    /// The name asked for.
    package var subject: ParsedName {
        unsafe ParsedName(of: X509_REQ_get_subject_name(pointer))
    }

    /// The key to certify; `nil` when it is of no kind in ``KeyAlgorithm``.
    package var publicKey: PublicKeyInfo? {
        guard let key = unsafe X509_REQ_get0_pubkey(pointer),
            let container = unsafe X509_REQ_get_X509_PUBKEY(pointer)
        else {
            ERR_clear_error()
            return nil
        }
        return unsafe PublicKeyInfo(of: container, bits: Int(EVP_PKEY_get_bits(key)))
    }

    /// What the type of the key is called, for a person who must be told that it is refused.
    package var publicKeyTypeName: String {
        var object: OpaquePointer?
        let container = unsafe X509_REQ_get_X509_PUBKEY(pointer)
        guard unsafe X509_PUBKEY_get0_param(&object, nil, nil, nil, container) == 1 else {
            return "unknown"
        }
        var text = [CChar](repeating: 0, count: 80)
        let count = unsafe OBJ_obj2txt(&text, Int32(text.count), object, 0)
        var name = String(
            decoding: text.prefix(max(0, Int(count))).filter { $0 != 0 }
                .map(UInt8.init(bitPattern:)),
            as: UTF8.self
        )
        if let key = unsafe X509_REQ_get0_pubkey(pointer) {
            var group = [CChar](repeating: 0, count: 64)
            var groupCount = 0
            if unsafe EVP_PKEY_get_group_name(key, &group, group.count, &groupCount) == 1 {
                let bytes = group.prefix(groupCount).map(UInt8.init(bitPattern:))
                name += " " + String(decoding: bytes, as: UTF8.self)
            }
        }
        ERR_clear_error()
        return name
    }

    /// What makes an RSA key weak; empty for a sound one and for keys of other kinds.
    package var rsaWeaknesses: [RSAWeakness] {
        guard let key = unsafe X509_REQ_get0_pubkey(pointer) else {
            ERR_clear_error()
            return []
        }
        return unsafe RSAWeakness.all(of: key)
    }

    /// Whether the key in the request made the request's signature: proof of possession.
    package var isSelfSigned: Bool {
        ERR_clear_error()
        guard let key = unsafe X509_REQ_get0_pubkey(pointer) else {
            ERR_clear_error()
            return false
        }
        // X509_REQ_verify returns 1 for a good signature, 0 for a bad one, less for a failure;
        // only the first leaves the queue empty.
        let code = unsafe X509_REQ_verify(pointer, key)
        ERR_clear_error()
        return code == 1
    }

    /// Encodes the request.
    ///
    /// - Returns: The DER encoding.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot encode it.
    package borrowing func der() throws(OpenSSLError) -> [UInt8] {
        let pointer = unsafe pointer
        return try unsafe encoded("i2d_X509_REQ") { unsafe i2d_X509_REQ(pointer, $0) }
    }

    /// Encodes the request as a PEM block `CERTIFICATE REQUEST`.
    ///
    /// - Returns: The text with a final line break.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot encode it.
    package borrowing func pem() throws(OpenSSLError) -> String {
        PEM.encode(try der(), label: "CERTIFICATE REQUEST")
    }
}
