import COpenSSL

/// A private key: the sole owner of one `EVP_PKEY *` reference.
///
/// `@unchecked Sendable` because an `EVP_PKEY` is never changed after it was made, its reference
/// count is atomic, and OpenSSL locks what signing keeps inside it (RSA blinding, provider cache).
@safe
package struct PrivateKey: ~Copyable, @unchecked Sendable {
    private let pointer: OpaquePointer

    /// The kind of the key, and for RSA its size.
    package let algorithm: KeyAlgorithm

    /// Takes over a reference that the caller owns.
    private init(adopting pointer: OpaquePointer, algorithm: KeyAlgorithm) {
        unsafe self.pointer = pointer
        self.algorithm = algorithm
    }

    deinit {
        unsafe EVP_PKEY_free(pointer)
    }

    /// Makes a new key.
    ///
    /// RSA-2048 takes 100 to 600 ms; do that on a worker thread. The others take under 1 ms.
    ///
    /// - Parameter algorithm: The kind of key to make.
    /// - Returns: The key.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot make such a key.
    package static func generate(
        _ algorithm: KeyAlgorithm
    ) throws(OpenSSLError) -> PrivateKey {
        OpenSSLProcess.prepare()
        return try unsafe generate(algorithm, in: nil)
    }

    /// Makes the key that follows from a seed: with the same OpenSSL, always the same one.
    ///
    /// It takes as long as any other.
    ///
    /// - Parameters:
    ///   - algorithm: The kind of key to make.
    ///   - random: What it is made of; nil makes a key that nobody can foresee.
    /// - Returns: The key.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot make such a key.
    package static func generate(
        _ algorithm: KeyAlgorithm,
        from random: SeededRandom?
    ) throws(OpenSSLError) -> PrivateKey {
        guard let random else { return try generate(algorithm) }
        // An RSA key tries some hundred candidates of half its size, each against random bases.
        let count = algorithm.rsaBits.map { $0 * 512 } ?? SeededLibrary.briefCount
        let der = try unsafe SeededLibrary.drawing(from: random, count: count) {
            (library) throws(OpenSSLError) in
            try unsafe generate(algorithm, in: library).der()
        }
        // Signing with it shall not draw from the seeded generator, which is exhausted by and by.
        return try parse(der: der)
    }

    /// Makes a key in a library context; nil is the process's.
    private static func generate(
        _ algorithm: KeyAlgorithm,
        in library: OpaquePointer?
    ) throws(OpenSSLError) -> PrivateKey {
        ERR_clear_error()
        let context = unsafe EVP_PKEY_CTX_new_from_name(library, algorithm.keyTypeName, nil)
        guard let context = unsafe context else {
            throw .drained(after: "EVP_PKEY_CTX_new_from_name")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }

        guard unsafe EVP_PKEY_keygen_init(context) == 1 else {
            throw .drained(after: "EVP_PKEY_keygen_init")
        }
        if case .rsa(let bits) = algorithm {
            guard unsafe EVP_PKEY_CTX_set_rsa_keygen_bits(context, Int32(clamping: bits)) == 1
            else { throw .drained(after: "EVP_PKEY_CTX_set_rsa_keygen_bits") }
        }
        if let curve = algorithm.curveName {
            guard unsafe EVP_PKEY_CTX_set_group_name(context, curve) == 1 else {
                throw .drained(after: "EVP_PKEY_CTX_set_group_name")
            }
        }
        var generated: OpaquePointer?
        guard unsafe EVP_PKEY_generate(context, &generated) == 1, let generated = unsafe generated
        else { throw .drained(after: "EVP_PKEY_generate") }
        return unsafe PrivateKey(adopting: generated, algorithm: algorithm)
    }

    /// Parses one DER-encoded private key, PKCS#8 (RFC 5208) or the older form of its kind.
    ///
    /// - Parameter der: The bytes of the key and nothing after them.
    /// - Returns: The key.
    /// - Throws: ``OpenSSLError`` when the bytes are not exactly one key of a kind in
    ///   ``KeyAlgorithm``.
    package static func parse(der: [UInt8]) throws(OpenSSLError) -> PrivateKey {
        OpenSSLProcess.prepare()
        ERR_clear_error()
        var consumedCount = 0
        let parsed = unsafe der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            guard let start = bytes.baseAddress else { return nil }
            var cursor: UnsafePointer<UInt8>? = unsafe start
            let parsed = unsafe d2i_AutoPrivateKey(nil, &cursor, bytes.count)
            if let end = unsafe cursor { consumedCount = unsafe end - start }
            return unsafe parsed
        }
        guard let parsed = unsafe parsed else { throw .drained(after: "d2i_AutoPrivateKey") }

        guard let algorithm = unsafe KeyAlgorithm(of: parsed), consumedCount == der.count else {
            unsafe EVP_PKEY_free(parsed)
            let reason = consumedCount == der.count ? "unsupported key type" : "trailing bytes"
            throw OpenSSLError(operation: "d2i_AutoPrivateKey", reasons: [reason])
        }
        // A successful detection of the older forms leaves failed attempts in the queue.
        ERR_clear_error()
        return unsafe PrivateKey(adopting: parsed, algorithm: algorithm)
    }

    /// Parses a private key from PEM text with exactly one block.
    ///
    /// - Parameter pem: The text; the block is `PRIVATE KEY`, `RSA PRIVATE KEY` or
    ///   `EC PRIVATE KEY`.
    /// - Returns: The key.
    /// - Throws: ``OpenSSLError`` when the text is not exactly one such key.
    package static func parse(pem: String) throws(OpenSSLError) -> PrivateKey {
        let labels = ["PRIVATE KEY", "RSA PRIVATE KEY", "EC PRIVATE KEY"]
        return try parse(der: PEM.decode(pem, labels: labels, for: "d2i_AutoPrivateKey"))
    }

    /// Encodes the key as PKCS#8 (RFC 5208), unencrypted.
    ///
    /// - Returns: The DER encoding; a secret.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot encode the key.
    package borrowing func der() throws(OpenSSLError) -> [UInt8] {
        ERR_clear_error()
        guard let info = unsafe EVP_PKEY2PKCS8(pointer) else {
            throw .drained(after: "EVP_PKEY2PKCS8")
        }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        return try unsafe encoded("i2d_PKCS8_PRIV_KEY_INFO") {
            unsafe i2d_PKCS8_PRIV_KEY_INFO(info, $0)
        }
    }

    /// Encodes the key as a PEM block `PRIVATE KEY`, unencrypted.
    ///
    /// - Returns: The text with a final line break; a secret.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot encode the key.
    package borrowing func pem() throws(OpenSSLError) -> String {
        PEM.encode(try der(), label: "PRIVATE KEY")
    }

    /// A second owner of the same key, for whoever must keep one.
    ///
    /// - Returns: A value that frees its own reference.
    package borrowing func shared() -> PrivateKey {
        let isRetained = unsafe EVP_PKEY_up_ref(pointer) == 1
        precondition(isRetained, "EVP_PKEY_up_ref fails only on a corrupt reference count")
        return unsafe PrivateKey(adopting: pointer, algorithm: algorithm)
    }

    /// The public half of the key.
    ///
    /// - Returns: The algorithm and the bytes of the public key.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot encode it.
    package borrowing func publicKeyInfo() throws(OpenSSLError) -> PublicKeyInfo {
        ERR_clear_error()
        var container: OpaquePointer?
        guard unsafe X509_PUBKEY_set(&container, pointer) == 1, let container = unsafe container
        else { throw .drained(after: "X509_PUBKEY_set") }
        defer { unsafe X509_PUBKEY_free(container) }

        guard let info = unsafe PublicKeyInfo(of: container, bits: algorithm.rsaBits ?? 0) else {
            throw OpenSSLError(operation: "X509_PUBKEY_set", reasons: ["unsupported key type"])
        }
        return info
    }

    /// Lends the pointer to one C call.
    ///
    /// - Parameter body: The call. The pointer must not outlive it.
    /// - Returns: What `body` returns.
    /// - Throws: What `body` throws.
    borrowing func withPointer<Result: ~Copyable, Failure: Error>(
        _ body: (OpaquePointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try unsafe body(pointer)
    }
}

extension KeyAlgorithm {
    /// The name OpenSSL gives to this type of key.
    fileprivate var keyTypeName: String {
        switch self {
        case .rsa: "RSA"
        case .p256, .p384, .p521: "EC"
        case .ed25519: "ED25519"
        }
    }

    /// The name OpenSSL gives to the curve; `nil` when the type alone says it all.
    var curveName: String? {
        switch self {
        case .p256: "prime256v1"
        case .p384: "secp384r1"
        case .p521: "secp521r1"
        case .rsa, .ed25519: nil
        }
    }

    /// The size of an RSA key; `nil` for the other kinds.
    var rsaBits: Int? {
        if case .rsa(let bits) = self { bits } else { nil }
    }

    /// The kind of a key that OpenSSL holds; `nil` when it is none of ours.
    init?(of key: OpaquePointer) {
        let kinds: [KeyAlgorithm] = [.p256, .p384, .p521]
        if unsafe EVP_PKEY_is_a(key, "RSA") == 1 {
            self = unsafe .rsa(bits: Int(EVP_PKEY_get_bits(key)))
        } else if unsafe EVP_PKEY_is_a(key, "ED25519") == 1 {
            self = .ed25519
        } else if unsafe EVP_PKEY_is_a(key, "EC") == 1 {
            var name = [CChar](repeating: 0, count: 64)
            var count = 0
            guard unsafe EVP_PKEY_get_group_name(key, &name, name.count, &count) == 1 else {
                return nil
            }
            let curve = String(
                decoding: name.prefix(count).map(UInt8.init(bitPattern:)),
                as: UTF8.self
            )
            guard let kind = kinds.first(where: { $0.curveName == curve }) else { return nil }
            self = kind
        } else {
            return nil
        }
    }
}
