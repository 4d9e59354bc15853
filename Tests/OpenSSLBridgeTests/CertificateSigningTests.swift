import Testing

@testable import OpenSSLBridge

@Suite("Making certificates")
struct CertificateSigningTests {
    static let algorithms: [KeyAlgorithm] = [.rsa(bits: 2048), .p256, .p384, .p521, .ed25519]

    @Test("a certificate says what its template said", arguments: algorithms)
    func make(_ algorithm: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let publicKey = try key.publicKeyInfo()
        let certificate = try Certificate.make(
            template(issuedBy: publicKey),
            publicKey: publicKey,
            issuerKey: key
        )

        #expect(certificate.subject == "CN=Müller\\, \\\"Söhne\\\",O=Example,C=DE")
        #expect(certificate.issuer == "CN=Authority")
        #expect(certificate.serialNumber == "01" + String(repeating: "AB", count: 15))
        #expect(certificate.notBefore == 0)
        #expect(certificate.notAfter == 2_524_608_000)
        #expect(certificate.publicKey == publicKey)
        let isSigned = certificate.isSigned(by: certificate)
        #expect(isSigned)
        let der = try certificate.der()
        #expect(certificate.sha256 == Digest.sha256(der))
    }

    private func template(issuedBy key: PublicKeyInfo) -> CertificateTemplate {
        CertificateTemplate(
            serialNumber: [0x01] + [UInt8](repeating: 0xAB, count: 15),
            issuer: CertificateIssuer(
                subject: DistinguishedName([.init(.commonName, "Authority")]),
                publicKey: key
            ),
            subject: DistinguishedName([
                .init(.country, "DE"),
                .init(.organization, "Example"),
                .init(.commonName, "Müller, \"Söhne\""),
            ]),
            notBefore: 0,
            notAfter: 2_524_608_000,
            extensions: [.basicConstraints(isAuthority: true, pathLength: 0)]
        )
    }
}
