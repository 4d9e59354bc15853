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

    /// How often the password is hashed; each reading costs as much.
    private static let iterationCount: Int32 = 10_000

    /// Makes a file.
    ///
    /// - Parameters:
    ///   - name: What the file calls the key, as Java's "alias".
    ///   - key: The private key.
    ///   - certificate: The certificate of that key.
    ///   - issuer: The certificate of the authority that signed it.
    ///   - password: The password, in ASCII.
    ///   - encryption: How the contents are protected.
    ///   - random: What salts and initialization vectors are made of, so that the file repeats;
    ///     nil makes ones that nobody can foresee.
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
        random: SeededRandom? = nil
    ) throws(OpenSSLError) -> [UInt8] {
        OpenSSLProcess.prepare()
        guard let random else {
            return try unsafe makePKCS12(name, key, certificate, issuer, password, encryption, nil)
        }
        return try unsafe SeededLibrary.drawing(from: random, count: SeededLibrary.briefCount) {
            (library) throws(OpenSSLError) in
            try unsafe makePKCS12(name, key, certificate, issuer, password, encryption, library)
        }
    }

    /// Makes a file in a library context; nil is the process's.
    private static func makePKCS12(
        _ name: String,
        _ key: borrowing PrivateKey,
        _ certificate: borrowing Certificate,
        _ issuer: borrowing Certificate,
        _ password: String,
        _ encryption: Encryption,
        _ library: OpaquePointer?
    ) throws(OpenSSLError) -> [UInt8] {
        ERR_clear_error()
        guard let stack = unsafe copenssl_sk_X509_new_null() else {
            throw .drained(after: "sk_X509_new_null")
        }
        // The stack lends the issuer to the call and owns nothing.
        defer { unsafe copenssl_sk_X509_free(stack) }
        let count = unsafe issuer.withPointer { unsafe copenssl_sk_X509_push(stack, $0) }
        guard count == 1 else { throw .drained(after: "sk_X509_push") }

        let cipher = encryption.cipher
        let made = unsafe key.withPointer { keyPointer in
            unsafe certificate.withPointer { certificatePointer in
                // -1 leaves the seal to PKCS12_set_mac: only there its digest can be chosen.
                unsafe PKCS12_create_ex(
                    password,
                    name,
                    keyPointer,
                    certificatePointer,
                    stack,
                    cipher,
                    cipher,
                    iterationCount,
                    -1,
                    0,
                    library,
                    nil
                )
            }
        }
        guard let made = unsafe made else { throw .drained(after: "PKCS12_create_ex") }
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
