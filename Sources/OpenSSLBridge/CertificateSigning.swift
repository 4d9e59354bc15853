import COpenSSL

/// Making certificates.
extension Certificate {
    /// Makes and signs a certificate.
    ///
    /// - Parameters:
    ///   - template: What it says. Dates before 2050 are encoded as UTCTime, later ones as
    ///     GeneralizedTime (RFC 5280 §4.1.2.5).
    ///   - publicKey: The key to certify.
    ///   - issuerKey: The key that signs.
    /// - Returns: The certificate.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot build or sign it.
    package static func make(
        _ template: CertificateTemplate,
        publicKey: PublicKeyInfo,
        issuerKey: borrowing PrivateKey
    ) throws(OpenSSLError) -> Certificate {
        let der = try makeDER(template, publicKey: publicKey, issuerKey: issuerKey)
        return try parse(der: der.span)
    }

    /// Makes and signs a certificate, and gives its encoding only.
    ///
    /// To parse the result costs as much again as everything here but the signature; whoever
    /// only hands the certificate on saves that.
    ///
    /// - Parameters:
    ///   - template: What it says.
    ///   - publicKey: The key to certify.
    ///   - issuerKey: The key that signs.
    ///   - random: What the signature is made of where its kind takes chance (ECDSA), so that it
    ///     repeats; nil makes one that nobody can foresee.
    /// - Returns: The DER encoding.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot build or sign it.
    package static func makeDER(
        _ template: CertificateTemplate,
        publicKey: PublicKeyInfo,
        issuerKey: borrowing PrivateKey,
        random: SeededRandom? = nil
    ) throws(OpenSSLError) -> [UInt8] {
        ERR_clear_error()
        guard let made = unsafe X509_new() else { throw .drained(after: "X509_new") }
        let certificate = unsafe Certificate(adopting: made)

        guard unsafe X509_set_version(made, 2) == 1 else {  // 2 says version 3.
            throw .drained(after: "X509_set_version")
        }
        try unsafe setSerialNumber(template.serialNumber, of: made)
        try unsafe setNames(issuer: template.issuer, subject: template.subject, of: made)
        try unsafe setTime(template.notBefore, in: X509_getm_notBefore(made))
        try unsafe setTime(template.notAfter, in: X509_getm_notAfter(made))
        try unsafe publicKey.fill(X509_get_X509_PUBKEY(made))

        for item in template.extensions { try unsafe item.add(to: made) }
        try unsafe CertificateExtension.addSubjectKeyIdentifier(publicKey.keyIdentifier, to: made)
        try unsafe CertificateExtension.addAuthorityKeyIdentifier(
            template.issuer.keyIdentifier,
            to: made
        )

        try unsafe CertificateSignature.sign(with: issuerKey, template.signatureHash, random) {
            unsafe X509_sign(made, $0, $1)
        } inLibrary: {
            unsafe X509_sign_ctx(made, $0)
        }
        return try certificate.der()
    }

    private static func setSerialNumber(
        _ bytes: [UInt8],
        of certificate: OpaquePointer
    ) throws(OpenSSLError) {
        guard let number = unsafe BN_bin2bn(bytes, Int32(clamping: bytes.count), nil) else {
            throw .drained(after: "BN_bin2bn")
        }
        defer { unsafe BN_free(number) }
        let field = unsafe X509_get_serialNumber(certificate)
        guard unsafe BN_to_ASN1_INTEGER(number, field) != nil else {
            throw .drained(after: "BN_to_ASN1_INTEGER")
        }
    }

    private static func setNames(
        issuer: CertificateIssuer,
        subject: DistinguishedName,
        of certificate: OpaquePointer
    ) throws(OpenSSLError) {
        try unsafe issuer.withName { name throws(OpenSSLError) in
            guard unsafe X509_set_issuer_name(certificate, name) == 1 else {
                throw .drained(after: "X509_set_issuer_name")
            }
        }
        try unsafe subject.withPointer { name throws(OpenSSLError) in
            guard unsafe X509_set_subject_name(certificate, name) == 1 else {
                throw .drained(after: "X509_set_subject_name")
            }
        }
    }

    private static func setTime(
        _ seconds: Int64,
        in field: UnsafeMutablePointer<ASN1_TIME>?
    ) throws(OpenSSLError) {
        guard unsafe ASN1_TIME_set(field, Int(seconds)) != nil else {
            throw .drained(after: "ASN1_TIME_set")
        }
    }
}

/// The signature of an authority under what it makes.
enum CertificateSignature {
    /// Signs by one of OpenSSL's functions, which return the length of the signature and 0 for a
    /// failure.
    ///
    /// - Parameters:
    ///   - issuerKey: The key that signs.
    ///   - hash: The hash function; nil takes what suits the key.
    ///   - random: What the signature is made of where its kind takes chance; nil leaves it to the
    ///     process's own generator.
    ///   - sign: Signs with a key and a digest.
    ///   - signInLibrary: Signs with a context of `EVP_DigestSign`.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot sign.
    static func sign(
        with issuerKey: borrowing PrivateKey,
        _ hash: SignatureHash?,
        _ random: SeededRandom?,
        _ sign: (_ key: OpaquePointer, _ digest: OpaquePointer?) -> Int32,
        inLibrary signInLibrary: (_ context: OpaquePointer) -> Int32
    ) throws(OpenSSLError) {
        let digest = unsafe issuerKey.algorithm.signatureDigest(hash)
        if let random, issuerKey.algorithm.signsByChance {
            return try unsafe SeededLibrary.drawing(from: random, count: SeededLibrary.briefCount) {
                (library) throws(OpenSSLError) in
                try unsafe self.sign(with: issuerKey, digest, in: library, signInLibrary)
            }
        }
        ERR_clear_error()
        let count = unsafe issuerKey.withPointer { key in unsafe sign(key, digest) }
        guard count > 0 else { throw .drained(after: "X509_sign") }
    }

    /// Signs in a library context, into which OpenSSL takes the key and keeps it there.
    private static func sign(
        with issuerKey: borrowing PrivateKey,
        _ digest: OpaquePointer?,
        in library: OpaquePointer,
        _ sign: (_ context: OpaquePointer) -> Int32
    ) throws(OpenSSLError) {
        ERR_clear_error()
        guard let context = unsafe EVP_MD_CTX_new() else {
            throw .drained(after: "EVP_MD_CTX_new")
        }
        defer { unsafe EVP_MD_CTX_free(context) }
        let isReady = unsafe issuerKey.withPointer { key in
            let name = unsafe EVP_MD_get0_name(digest)
            return unsafe EVP_DigestSignInit_ex(context, nil, name, library, nil, key, nil) == 1
        }
        guard isReady else { throw .drained(after: "EVP_DigestSignInit_ex") }
        guard unsafe sign(context) > 0 else { throw .drained(after: "X509_sign_ctx") }
    }
}

extension KeyAlgorithm {
    /// The digest a signature by such a key is made over; `nil` where the key brings its own.
    var signatureDigest: OpaquePointer? {
        unsafe signatureDigest(nil)
    }

    /// The same, where somebody chose the hash function; Ed25519 leaves no choice.
    func signatureDigest(_ hash: SignatureHash?) -> OpaquePointer? {
        if let hash, self != .ed25519 { return unsafe hash.digest }
        return switch self {
        case .rsa, .p256: unsafe EVP_sha256()
        case .p384: unsafe EVP_sha384()
        case .p521: unsafe EVP_sha512()
        case .ed25519: nil
        }
    }
    /// Whether two signatures by such a key over the same bytes differ.
    fileprivate var signsByChance: Bool {
        switch self {
        case .rsa, .ed25519: false
        case .p256, .p384, .p521: true
        }
    }
}
