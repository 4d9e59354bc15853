import Testing

@testable import OpenSSLBridge

@Suite("ServerIdentity")
struct ServerIdentityTests {
    @Test("gives the chain with and without an issuer, the server's own certificate first")
    func chain() throws {
        let key = try PrivateKey.generate(.p256)
        let certificate = try Fixture.certificate()
        let issuer = try Fixture.certificate()
        let own = try certificate.pem()
        let above = try issuer.pem()

        let alone = ServerIdentity(
            certificate: certificate.shared(),
            privateKey: key.shared(),
            issuer: nil
        )
        #expect(try alone.chainPEM() == own)
        let chain = CertificateChain(issuer)
        let both = ServerIdentity(certificate: certificate, privateKey: key, issuer: chain)
        #expect(try both.chainPEM() == own + above)
        #expect(both.notAfter == 1_800_000_000)
        #expect(try PEM.encode(both.certificateDER(), label: "CERTIFICATE") == own)
    }
}
