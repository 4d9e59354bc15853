import COpenSSL

/// Key and certificate in one file behind a password: PKCS#12 (RFC 7292).
package enum KeyStore {
    /// How the contents are protected.
    package enum Encryption: String, Sendable, Hashable, CaseIterable {
        /// AES-256-CBC with PBKDF2 (RFC 8018), sealed with HMAC-SHA-256.
        case aes = "AES"
        /// Triple DES sealed with HMAC-SHA-1, for readers that know nothing newer.
        case tripleDES = "3DES"
    }

    /// How often a password is hashed that a person may keep; each reading costs as much.
    package static let iterationCount = 10_000

    /// The same for a file whose password lies beside it.
    package static let iterationCountForTests = 1_000

    /// Makes a file.
    ///
    /// - Parameters:
    ///   - name: What the file calls the key, as Java's "alias".
    ///   - key: The private key.
    ///   - certificate: The certificate of that key.
    ///   - issuer: The certificate of the authority that signed it.
    ///   - password: The password, in ASCII.
    ///   - encryption: How the contents are protected.
    ///   - iterationCount: How often the password is hashed.
    /// - Returns: The file, DER; a secret together with the password.
    /// - Throws: ``OpenSSLError`` when key and certificate do not belong together, or OpenSSL
    ///   cannot make it.
    package static func makePKCS12(
        name: String,
        key: borrowing PrivateKey,
        certificate: borrowing Certificate,
        issuer: borrowing Certificate,
        password: String,
        encryption: Encryption,
        iterationCount: Int = KeyStore.iterationCount
    ) throws(OpenSSLError) -> [UInt8] {
        OpenSSLProcess.prepare()
        ERR_clear_error()
        guard let stack = unsafe copenssl_sk_X509_new_null() else {
            throw .drained(after: "sk_X509_new_null")
        }
        // The stack lends the issuer to the call and owns nothing.
        defer { unsafe copenssl_sk_X509_free(stack) }
        let count = unsafe issuer.withPointer { unsafe copenssl_sk_X509_push(stack, $0) }
        guard count == 1 else { throw .drained(after: "sk_X509_push") }
        return try unsafe make(name, key, certificate, stack, password, encryption, iterationCount)
    }

    /// Makes a file without the certificate of the authority.
    ///
    /// Node takes certificates beside the key's for what is to be trusted, and forgets over them
    /// what `NODE_EXTRA_CA_CERTS` says.
    ///
    /// - Parameters:
    ///   - name: What the file calls the key, as Java's "alias".
    ///   - key: The private key.
    ///   - certificate: The certificate of that key.
    ///   - password: The password, in ASCII.
    ///   - encryption: How the contents are protected.
    ///   - iterationCount: How often the password is hashed.
    /// - Returns: The file, DER; a secret together with the password.
    /// - Throws: ``OpenSSLError`` when key and certificate do not belong together, or OpenSSL
    ///   cannot make it.
    package static func makePKCS12(
        name: String,
        key: borrowing PrivateKey,
        certificate: borrowing Certificate,
        password: String,
        encryption: Encryption,
        iterationCount: Int = KeyStore.iterationCount
    ) throws(OpenSSLError) -> [UInt8] {
        OpenSSLProcess.prepare()
        ERR_clear_error()
        return try unsafe make(name, key, certificate, nil, password, encryption, iterationCount)
    }

    private static func make(
        _ name: String,
        _ key: borrowing PrivateKey,
        _ certificate: borrowing Certificate,
        _ stack: OpaquePointer?,
        _ password: String,
        _ encryption: Encryption,
        _ iterationCount: Int
    ) throws(OpenSSLError) -> [UInt8] {
        let cipher = encryption.cipher
        let iterationCount = Int32(clamping: iterationCount)
        let made = unsafe key.withPointer { keyPointer in
            unsafe certificate.withPointer { certificatePointer in
                // -1 leaves the seal to PKCS12_set_mac: only there its digest can be chosen.
                unsafe PKCS12_create(
                    password,
                    name,
                    keyPointer,
                    certificatePointer,
                    stack,
                    cipher,
                    cipher,
                    iterationCount,
                    -1,
                    0
                )
            }
        }
        guard let made = unsafe made else { throw .drained(after: "PKCS12_create") }
        defer { unsafe PKCS12_free(made) }

        let digest = unsafe encryption.sealDigest
        let code = unsafe PKCS12_set_mac(made, password, -1, nil, 0, iterationCount, digest)
        guard code == 1 else { throw .drained(after: "PKCS12_set_mac") }
        return try unsafe encoded("i2d_PKCS12") { unsafe i2d_PKCS12(made, $0) }
    }
}

extension KeyStore.Encryption {
    /// OpenSSL's number of the cipher.
    fileprivate var cipher: Int32 {
        switch self {
        case .aes: NID_aes_256_cbc
        case .tripleDES: NID_pbe_WithSHA1And3_Key_TripleDES_CBC
        }
    }

    /// The digest of the seal over the whole file.
    fileprivate var sealDigest: OpaquePointer? {
        switch self {
        case .aes: unsafe EVP_sha256()
        case .tripleDES: unsafe EVP_sha1()
        }
    }
}
