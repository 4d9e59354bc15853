/// A client authentication certificate, without the certificate itself: see ``CertificateText``.
package struct ClientAuthCertificate: Sendable, Hashable {
    /// A lower-case UUID.
    package var id: String

    /// The user for whom the certificate speaks.
    package var userID: String

    /// The name its owner gave it ("nickname").
    package var name: String

    /// The common name of the certificate's subject.
    package var commonName: String

    /// The certificate's notBefore.
    package var startDate: Timestamp

    /// The certificate's notAfter: the last second in which it is valid.
    package var endDate: Timestamp

    /// Whether it may be used.
    package var isEnabled: Bool

    /// Upper-case hex digits without separators.
    package var serialNumber: String

    /// The DER SubjectPublicKeyInfo in base64, on one line.
    package var publicKey: String

    /// The SHA-256 fingerprint of the DER encoding: 32 bytes.
    package var sha256: [UInt8]

    /// When it was stored, which is later than ``startDate``.
    package var createdAt: Timestamp

    /// Who disabled it and when; nil while it is enabled, and when nobody knows.
    package var disabled: Attribution?

    /// Makes one.
    ///
    /// - Parameters:
    ///   - id: A lower-case UUID.
    ///   - userID: The user for whom the certificate speaks.
    ///   - name: The name its owner gave it.
    ///   - commonName: The common name of the certificate's subject.
    ///   - startDate: The certificate's notBefore.
    ///   - endDate: The certificate's notAfter.
    ///   - isEnabled: Whether it may be used.
    ///   - serialNumber: Upper-case hex digits.
    ///   - publicKey: The SubjectPublicKeyInfo in base64.
    ///   - sha256: The fingerprint, 32 bytes.
    ///   - createdAt: When it was stored.
    ///   - disabled: Who disabled it and when.
    package init(
        id: String,
        userID: String,
        name: String,
        commonName: String,
        startDate: Timestamp,
        endDate: Timestamp,
        isEnabled: Bool = true,
        serialNumber: String,
        publicKey: String,
        sha256: [UInt8],
        createdAt: Timestamp,
        disabled: Attribution? = nil
    ) {
        self.id = id
        self.userID = userID
        self.name = name
        self.commonName = commonName
        self.startDate = startDate
        self.endDate = endDate
        self.isEnabled = isEnabled
        self.serialNumber = serialNumber
        self.publicKey = publicKey
        self.sha256 = sha256
        self.createdAt = createdAt
        self.disabled = disabled
    }
}

/// The PEM texts of a certificate and of its issuer.
package struct CertificateText: Sendable, Hashable {
    /// `x509_cert`: the certificate, ending with a line feed.
    package var x509Certificate: String

    /// `ca_cert`: the issuer's certificate; empty for a certificate that was issued elsewhere.
    package var caCertificate: String

    /// Makes one.
    ///
    /// - Parameters:
    ///   - x509Certificate: The certificate.
    ///   - caCertificate: The issuer's certificate.
    package init(x509Certificate: String, caCertificate: String) {
        self.x509Certificate = x509Certificate
        self.caCertificate = caCertificate
    }
}

/// What is kept of a deleted certificate, so that a later refusal can say why.
package struct DeletedCertificate: Sendable, Hashable {
    /// The certificate's id.
    package var id: String

    /// The user for whom it spoke.
    package var userID: String

    /// The name its owner gave it; free again for another certificate.
    package var name: String

    /// Upper-case hex digits.
    package var serialNumber: String

    /// The fingerprint, 32 bytes.
    package var sha256: [UInt8]

    /// Who deleted it and when.
    package var deleted: Attribution

    /// Makes one.
    ///
    /// - Parameters:
    ///   - id: The certificate's id.
    ///   - userID: The user for whom it spoke.
    ///   - name: The name its owner gave it.
    ///   - serialNumber: Upper-case hex digits.
    ///   - sha256: The fingerprint, 32 bytes.
    ///   - deleted: Who deleted it and when.
    package init(
        id: String,
        userID: String,
        name: String,
        serialNumber: String,
        sha256: [UInt8],
        deleted: Attribution
    ) {
        self.id = id
        self.userID = userID
        self.name = name
        self.serialNumber = serialNumber
        self.sha256 = sha256
        self.deleted = deleted
    }
}

/// Who did something, and when.
package struct Attribution: Sendable, Hashable {
    /// When it was done, by the world's clock.
    package var at: Timestamp

    /// The id of the user who did it.
    package var userID: String

    /// What that user was called then.
    package var userName: String

    /// Makes one.
    ///
    /// - Parameters:
    ///   - at: When it was done.
    ///   - userID: The id of the user who did it.
    ///   - userName: What that user was called then.
    package init(at: Timestamp, userID: String, userName: String) {
        self.at = at
        self.userID = userID
        self.userName = userName
    }
}
