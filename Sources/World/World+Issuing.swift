package import AccountModel
package import OpenSSLBridge
internal import PrivateCA

/// What a certificate is made from, whoever asks for it.
package struct CertificateWish: Sendable {
    /// The request, PEM.
    package let csr: String

    /// The friendly name.
    package let name: String

    /// The wished end, or nil for the default.
    package let expirationDate: Timestamp?

    /// The last moment of the token on which the certificate depends; nil where none does.
    package let tokenEndDate: Timestamp?

    /// The hash function of the signature; nil takes what suits the authority's key.
    package let hash: SignatureHash?

    /// Makes a wish.
    ///
    /// - Parameters:
    ///   - csr: The request, PEM.
    ///   - name: The friendly name.
    ///   - expirationDate: The wished end, or nil for the default.
    ///   - tokenEndDate: The last moment of the token on which the certificate depends.
    ///   - hash: The hash function of the signature; nil takes what suits the authority's key.
    package init(
        csr: String,
        name: String,
        expirationDate: Timestamp? = nil,
        tokenEndDate: Timestamp? = nil,
        hash: SignatureHash? = nil
    ) {
        self.csr = csr
        self.name = name
        self.expirationDate = expirationDate
        self.tokenEndDate = tokenEndDate
        self.hash = hash
    }
}

extension World {
    /// Signs a certificate, which is worth nothing before it is stored.
    ///
    /// - Parameters:
    ///   - wish: What is asked for.
    ///   - owner: For whom it is.
    ///   - now: The world's time.
    /// - Returns: The certificate and its text.
    /// - Throws: An `IssuanceRefusal` when the policy refuses it, else what signing threw.
    package func makeCertificate(
        _ wish: CertificateWish,
        for owner: User,
        now: Timestamp
    ) throws -> (certificate: ClientAuthCertificate, text: CertificateText) {
        let request = IssuanceRequest(
            csr: wish.csr,
            name: wish.name,
            expirationDate: wish.expirationDate,
            now: now,
            userEndDate: owner.endDate,
            tokenEndDate: wish.tokenEndDate,
            authorityEndDate: ca.endDate,
            overlongValidity: settings.overlongValidity
        )
        let issued = try ca.issue(IssuancePolicy.approve(request), hash: wish.hash)
        let certificate = ClientAuthCertificate(
            id: makeID(),
            userID: owner.id,
            name: wish.name,
            commonName: issued.commonName,
            startDate: issued.startDate,
            endDate: issued.endDate,
            serialNumber: issued.serialNumber,
            publicKey: issued.publicKey,
            sha256: issued.sha256,
            createdAt: now
        )
        let text = CertificateText(
            x509Certificate: issued.pem,
            caCertificate: try ca.certificatePEM
        )
        return (certificate, text)
    }

    /// Makes the password of a file that holds a key.
    ///
    /// - Returns: 24 lower-case letters and digits without those that look alike; each carries
    ///   5 bits.
    package func makeFilePassword() -> String {
        let letters = Array("abcdefghijkmnpqrstuvwxyz23456789".utf8)
        return String(
            decoding: random.bytes(24, for: .password).map { letters[Int($0 & 31)] },
            as: UTF8.self
        )
    }
}
