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
    package static let briefIterationCount = 1_000

    /// Makes a file.
    ///
    /// - Parameters:
    ///   - name: What the file calls the key, as Java's "alias"; "?" stands for what is beyond
    ///     U+FFFF.
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
        ERR_clear_error()
        guard let stack = unsafe copenssl_sk_X509_new_null() else {
            throw .drained(after: "sk_X509_new_null")
        }
        // The stack lends the issuer to the call and owns nothing.
        defer { unsafe copenssl_sk_X509_free(stack) }
        let count = unsafe issuer.withPointer { unsafe copenssl_sk_X509_push(stack, $0) }
        guard count == 1 else { throw .drained(after: "sk_X509_push") }
        let cover = Cover(name: name, password: password, encryption: encryption)
        return try unsafe make(key, certificate, stack, cover, random)
    }

    /// Makes a file without the certificate of the authority, for a password that lies beside it.
    ///
    /// Node takes certificates beside the key's for what is to be trusted, and forgets over them
    /// what `NODE_EXTRA_CA_CERTS` says.
    ///
    /// - Parameters:
    ///   - name: What the file calls the key, as Java's "alias"; "?" stands for what is beyond
    ///     U+FFFF.
    ///   - key: The private key.
    ///   - certificate: The certificate of that key.
    ///   - password: The password, in ASCII.
    ///   - random: What salts and initialization vectors are made of, so that the file repeats;
    ///     nil makes ones that nobody can foresee.
    /// - Returns: The file, DER; a secret together with the password.
    /// - Throws: ``OpenSSLError`` when key and certificate do not belong together, or OpenSSL
    ///   cannot make it.
    package static func makeBriefPKCS12(
        name: String,
        key: borrowing PrivateKey,
        certificate: borrowing Certificate,
        password: String,
        random: SeededRandom? = nil
    ) throws(OpenSSLError) -> [UInt8] {
        OpenSSLProcess.prepare()
        var cover = Cover(name: name, password: password, encryption: .aes)
        cover.iterationCount = Int32(clamping: briefIterationCount)
        return try unsafe make(key, certificate, nil, cover, random)
    }

    /// What is around key and certificate.
    private struct Cover {
        let name: String
        let password: String
        let encryption: Encryption
        var iterationCount = Int32(clamping: KeyStore.iterationCount)

        init(name: String, password: String, encryption: Encryption) {
            // The file holds the name as a BMPString, which ends at U+FFFF: OpenSSL refuses others.
            var basic = String.UnicodeScalarView()
            for scalar in name.unicodeScalars {
                basic.append(scalar.value > 0xFFFF ? "?" : scalar)
            }
            self.name = String(basic)
            self.password = password
            self.encryption = encryption
        }
    }

    private static func make(
        _ key: borrowing PrivateKey,
        _ certificate: borrowing Certificate,
        _ issuers: OpaquePointer?,
        _ cover: Cover,
        _ random: SeededRandom?
    ) throws(OpenSSLError) -> [UInt8] {
        guard let random else { return try unsafe make(key, certificate, issuers, cover, in: nil) }
        return try unsafe SeededLibrary.drawing(from: random, count: SeededLibrary.briefCount) {
            (library) throws(OpenSSLError) in
            try unsafe make(key, certificate, issuers, cover, in: library)
        }
    }

    /// Makes a file in a library context; nil is the process's.
    private static func make(
        _ key: borrowing PrivateKey,
        _ certificate: borrowing Certificate,
        _ issuers: OpaquePointer?,
        _ cover: Cover,
        in library: OpaquePointer?
    ) throws(OpenSSLError) -> [UInt8] {
        ERR_clear_error()
        let cipher = cover.encryption.cipher
        let made = unsafe key.withPointer { keyPointer in
            unsafe certificate.withPointer { certificatePointer in
                // -1 leaves the seal to PKCS12_set_mac: only there its digest can be chosen.
                unsafe PKCS12_create_ex(
                    cover.password,
                    cover.name,
                    keyPointer,
                    certificatePointer,
                    issuers,
                    cipher,
                    cipher,
                    cover.iterationCount,
                    -1,
                    0,
                    library,
                    nil
                )
            }
        }
        guard let made = unsafe made else { throw .drained(after: "PKCS12_create_ex") }
        defer { unsafe PKCS12_free(made) }

        let digest = unsafe cover.encryption.sealDigest
        let count = cover.iterationCount
        let code = unsafe PKCS12_set_mac(made, cover.password, -1, nil, 0, count, digest)
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
