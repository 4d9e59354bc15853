import COpenSSL

/// A list of the certificates that their issuer no longer stands for (RFC 5280 §5).
package struct RevocationList: Sendable {
    /// Why a certificate is on the list, by its number in RFC 5280 §5.3.1.
    package enum Reason: UInt8, Sendable, Hashable {
        /// Somebody else may have the key.
        case keyCompromise = 1
        /// Somebody else may have the issuer's key.
        case caCompromise = 2
        /// The subject belongs elsewhere now.
        case affiliationChanged = 3
        /// There is another certificate in its place.
        case superseded = 4
        /// The certificate is no longer needed.
        case cessationOfOperation = 5
        /// The certificate rests, and may come back.
        case certificateHold = 6
        /// The subject may no longer do what the certificate was for.
        case privilegeWithdrawn = 9
        /// Somebody else may have the key of the attribute authority.
        case aaCompromise = 10
    }

    /// One certificate on the list.
    package struct Entry: Sendable, Hashable {
        /// The certificate's serial number, big-endian.
        package var serialNumber: [UInt8]

        /// Since when it is not to be trusted, in seconds since 1970.
        package var revokedAt: Int64

        /// Why; nil where no reason is given.
        package var reason: Reason?

        /// Makes one.
        ///
        /// - Parameters:
        ///   - serialNumber: The certificate's serial number, big-endian.
        ///   - revokedAt: Since when it is not to be trusted, in seconds since 1970.
        ///   - reason: Why; nil where no reason is given.
        package init(serialNumber: [UInt8], revokedAt: Int64, reason: Reason?) {
            self.serialNumber = serialNumber
            self.revokedAt = revokedAt
            self.reason = reason
        }
    }

    /// Who signs it.
    package let issuer: CertificateIssuer

    /// The list's own number, which grows from list to list.
    package let number: UInt64

    /// When it is made, in seconds since 1970.
    package let thisUpdate: Int64

    /// When the next one is there at the latest, in seconds since 1970.
    package let nextUpdate: Int64

    /// The certificates.
    package let entries: [Entry]

    /// Describes a list.
    ///
    /// - Parameters:
    ///   - issuer: Who signs it.
    ///   - number: Its own number.
    ///   - thisUpdate: When it is made.
    ///   - nextUpdate: When the next one is there at the latest.
    ///   - entries: The certificates.
    package init(
        issuer: CertificateIssuer,
        number: UInt64,
        thisUpdate: Int64,
        nextUpdate: Int64,
        entries: [Entry]
    ) {
        self.issuer = issuer
        self.number = number
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.entries = entries
    }

    /// Makes and signs the list.
    ///
    /// - Parameters:
    ///   - issuerKey: The key that signs.
    ///   - random: What the signature is made of where its kind takes chance (ECDSA), so that it
    ///     repeats; nil makes one that nobody can foresee.
    /// - Returns: The DER encoding.
    /// - Throws: ``OpenSSLError`` when OpenSSL cannot build or sign it.
    package func makeDER(
        issuerKey: borrowing PrivateKey,
        random: SeededRandom? = nil
    ) throws(OpenSSLError) -> [UInt8] {
        ERR_clear_error()
        guard let list = unsafe X509_CRL_new() else { throw .drained(after: "X509_CRL_new") }
        defer { unsafe X509_CRL_free(list) }
        guard unsafe X509_CRL_set_version(list, 1) == 1 else {  // 1 says version 2.
            throw .drained(after: "X509_CRL_set_version")
        }
        try unsafe issuer.withName { name throws(OpenSSLError) in
            guard unsafe X509_CRL_set_issuer_name(list, name) == 1 else {
                throw .drained(after: "X509_CRL_set_issuer_name")
            }
        }
        try unsafe Self.withTime(thisUpdate) { time throws(OpenSSLError) in
            guard unsafe X509_CRL_set1_lastUpdate(list, time) == 1 else {
                throw .drained(after: "X509_CRL_set1_lastUpdate")
            }
        }
        try unsafe Self.withTime(nextUpdate) { time throws(OpenSSLError) in
            guard unsafe X509_CRL_set1_nextUpdate(list, time) == 1 else {
                throw .drained(after: "X509_CRL_set1_nextUpdate")
            }
        }
        for entry in entries { try unsafe entry.add(to: list) }
        guard unsafe X509_CRL_sort(list) == 1 else { throw .drained(after: "X509_CRL_sort") }
        try unsafe addExtensions(to: list)
        try unsafe CertificateSignature.sign(with: issuerKey, nil, random) {
            unsafe X509_CRL_sign(list, $0, $1)
        } inLibrary: {
            unsafe X509_CRL_sign_ctx(list, $0)
        }
        return try unsafe encoded("i2d_X509_CRL") { unsafe i2d_X509_CRL(list, $0) }
    }

    private func addExtensions(to list: OpaquePointer) throws(OpenSSLError) {
        let identifier = DER.sequence([DER.element(0x80, issuer.keyIdentifier)])
        var digits: [UInt8] = []
        var rest = number
        repeat {
            digits.insert(UInt8(truncatingIfNeeded: rest), at: 0)
            rest >>= 8
        } while rest > 0
        // The first bit would be a sign.
        if (digits.first ?? 0) >= 0x80 { digits.insert(0, at: 0) }
        for (objectNumber, value) in [
            (NID_authority_key_identifier, identifier), (NID_crl_number, DER.element(0x02, digits)),
        ] {
            try unsafe CertificateExtension.withExtension(objectNumber, value: value) {
                (made) throws(OpenSSLError) in
                guard unsafe X509_CRL_add_ext(list, made, -1) == 1 else {
                    throw .drained(after: "X509_CRL_add_ext")
                }
            }
        }
    }

    /// Lends an `ASN1_TIME *` to one C call, which copies it.
    fileprivate static func withTime(
        _ seconds: Int64,
        _ body: (UnsafeMutablePointer<ASN1_TIME>) throws(OpenSSLError) -> Void
    ) throws(OpenSSLError) {
        guard let time = unsafe ASN1_TIME_set(nil, Int(seconds)) else {
            throw .drained(after: "ASN1_TIME_set")
        }
        defer { unsafe ASN1_TIME_free(time) }
        try unsafe body(time)
    }
}

extension RevocationList.Entry {
    fileprivate func add(to list: OpaquePointer) throws(OpenSSLError) {
        guard let revoked = unsafe X509_REVOKED_new() else {
            throw .drained(after: "X509_REVOKED_new")
        }
        var isOwned = true
        defer { if isOwned { unsafe X509_REVOKED_free(revoked) } }
        guard
            let number = unsafe BN_bin2bn(serialNumber, Int32(clamping: serialNumber.count), nil)
        else { throw .drained(after: "BN_bin2bn") }
        defer { unsafe BN_free(number) }
        guard let integer = unsafe BN_to_ASN1_INTEGER(number, nil) else {
            throw .drained(after: "BN_to_ASN1_INTEGER")
        }
        defer { unsafe ASN1_INTEGER_free(integer) }
        guard unsafe X509_REVOKED_set_serialNumber(revoked, integer) == 1 else {
            throw .drained(after: "X509_REVOKED_set_serialNumber")
        }
        try unsafe RevocationList.withTime(revokedAt) { time throws(OpenSSLError) in
            guard unsafe X509_REVOKED_set_revocationDate(revoked, time) == 1 else {
                throw .drained(after: "X509_REVOKED_set_revocationDate")
            }
        }
        if let reason {
            let value = DER.element(0x0A, [reason.rawValue])
            try unsafe CertificateExtension.withExtension(NID_crl_reason, value: value) {
                (made) throws(OpenSSLError) in
                guard unsafe X509_REVOKED_add_ext(revoked, made, -1) == 1 else {
                    throw .drained(after: "X509_REVOKED_add_ext")
                }
            }
        }
        // The list takes the entry over.
        guard unsafe X509_CRL_add0_revoked(list, revoked) == 1 else {
            throw .drained(after: "X509_CRL_add0_revoked")
        }
        isOwned = false
    }
}
