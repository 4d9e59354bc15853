import COpenSSL

/// A public key as certificates carry it: SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) as a value.
///
/// Certificates are made from this and not from a parsed key: to hand OpenSSL a key for a
/// certificate makes it encode and decode that key anew, for more than half the price of an
/// RSA signature, only to arrive at these same bytes.
package struct PublicKeyInfo: Sendable, Hashable {
    /// The kind of the key.
    package let algorithm: KeyAlgorithm

    /// The content of the BIT STRING: for RSA the DER of modulus and exponent, else the point.
    package let keyBytes: [UInt8]

    /// The DER encoding, as `openssl pkey -pubout -outform DER` writes it.
    package var der: [UInt8] {
        DER.sequence([algorithm.identifierDER, DER.bitString(keyBytes)])
    }

    /// The key identifier of RFC 5280 §4.2.1.2, method 1: 20 bytes.
    package var keyIdentifier: [UInt8] { Digest.sha1(keyBytes) }

    /// Reads what OpenSSL parsed; `nil` when the algorithm or its parameters are none of ours, and
    /// when the key is encoded as no certificate may have it.
    ///
    /// OpenSSL overlooks a negative modulus, BER lengths and bytes after the key, and it knows
    /// hybrid points (RFC 5480 §2.2 forbids them): other programs cannot read such certificates.
    ///
    /// - Parameters:
    ///   - container: An `X509_PUBKEY *`.
    ///   - bits: The size of the key when it is an RSA key.
    init?(of container: OpaquePointer, bits: Int) {
        var object: OpaquePointer?
        var start: UnsafePointer<UInt8>?
        var count: Int32 = 0
        var identifier: UnsafeMutablePointer<X509_ALGOR>?
        guard
            unsafe X509_PUBKEY_get0_param(&object, &start, &count, &identifier, container) == 1,
            let start = unsafe start
        else { return nil }

        var parameterType: Int32 = 0
        var parameter: UnsafeRawPointer?
        unsafe X509_ALGOR_get0(nil, &parameterType, &parameter, identifier)
        switch unsafe OBJ_obj2nid(object) {
        case NID_rsaEncryption where parameterType == V_ASN1_NULL:
            algorithm = .rsa(bits: bits)
        case NID_ED25519 where parameterType == V_ASN1_UNDEF:
            algorithm = .ed25519
        case NID_X9_62_id_ecPublicKey where parameterType == V_ASN1_OBJECT:
            switch unsafe OBJ_obj2nid(parameter.map { OpaquePointer($0) }) {
            case NID_X9_62_prime256v1: algorithm = .p256
            case NID_secp384r1: algorithm = .p384
            case NID_secp521r1: algorithm = .p521
            default: return nil
            }
        default: return nil
        }
        keyBytes = unsafe Array(UnsafeBufferPointer(start: start, count: Int(count)))
        guard Self.isProper(keyBytes, for: algorithm) else { return nil }
    }

    private static func isProper(_ keyBytes: [UInt8], for algorithm: KeyAlgorithm) -> Bool {
        switch algorithm {
        case .rsa: DER.isRSAPublicKey(keyBytes)
        case .p256, .p384, .p521: keyBytes.first.map { [0x02, 0x03, 0x04].contains($0) } ?? false
        case .ed25519: true
        }
    }

    /// Writes the key into a certificate or request that is being made.
    ///
    /// - Parameter container: The `X509_PUBKEY *` to fill.
    /// - Throws: ``OpenSSLError`` when memory is short.
    func fill(_ container: OpaquePointer?) throws(OpenSSLError) {
        ERR_clear_error()
        // OpenSSL takes over the copy, and frees it with OPENSSL_free.
        guard let copy = unsafe CRYPTO_memdup(keyBytes, keyBytes.count, #fileID, Int32(#line))
        else { throw .drained(after: "CRYPTO_memdup") }
        let bytes = unsafe copy.assumingMemoryBound(to: UInt8.self)
        let code = unsafe X509_PUBKEY_set0_param(
            container,
            OBJ_nid2obj(algorithm.objectNumber),
            algorithm.parameterType,
            algorithm.parameterObject,
            bytes,
            Int32(clamping: keyBytes.count)
        )
        guard code == 1 else {
            unsafe CRYPTO_free(copy, #fileID, Int32(#line))
            throw .drained(after: "X509_PUBKEY_set0_param")
        }
    }
}

extension KeyAlgorithm {
    /// AlgorithmIdentifier of a key of this kind (RFC 3279 §2.3.1, RFC 5480 §2.1, RFC 8410 §3).
    fileprivate var identifierDER: [UInt8] {
        let ecPublicKey = DER.objectIdentifier([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01])
        return switch self {
        case .rsa:
            DER.sequence([
                DER.objectIdentifier([0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]),
                DER.null,
            ])
        case .p256:
            DER.sequence([
                ecPublicKey,
                DER.objectIdentifier([0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]),
            ])
        case .p384:
            DER.sequence([ecPublicKey, DER.objectIdentifier([0x2B, 0x81, 0x04, 0x00, 0x22])])
        case .p521:
            DER.sequence([ecPublicKey, DER.objectIdentifier([0x2B, 0x81, 0x04, 0x00, 0x23])])
        case .ed25519:
            DER.sequence([DER.objectIdentifier([0x2B, 0x65, 0x70])])
        }
    }

    fileprivate var objectNumber: Int32 {
        switch self {
        case .rsa: NID_rsaEncryption
        case .p256, .p384, .p521: NID_X9_62_id_ecPublicKey
        case .ed25519: NID_ED25519
        }
    }

    fileprivate var parameterType: Int32 {
        switch self {
        case .rsa: V_ASN1_NULL
        case .p256, .p384, .p521: V_ASN1_OBJECT
        case .ed25519: V_ASN1_UNDEF
        }
    }

    /// The curve's object, from OpenSSL's own static table: it needs no freeing.
    fileprivate var parameterObject: UnsafeMutableRawPointer? {
        let number: Int32
        switch self {
        case .p256: number = NID_X9_62_prime256v1
        case .p384: number = NID_secp384r1
        case .p521: number = NID_secp521r1
        case .rsa, .ed25519: return nil
        }
        return unsafe OBJ_nid2obj(number).map { unsafe UnsafeMutableRawPointer($0) }
    }
}
