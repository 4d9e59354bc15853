import OpenSSLBridge
import TestCommand
import Testing

@testable import PrivateCA

@Suite("pkilint", .enabled(if: CertificateLint.isReady))
struct CertificateLintTests {
    @Test(
        "finds nothing in an authority and in what it issues",
        arguments: PrivateCATests.algorithms
    )
    func lint(_ algorithm: KeyAlgorithm) throws {
        let subject = DistinguishedName([
            .init(.country, "DE"), .init(.state, "Köln"), .init(.locality, "Köln"),
            .init(.organization, "Example & Söhne"), .init(.organizationalUnit, "one"),
            .init(.organizationalUnit, "two"), .init(.commonName, "Demo API Service User"),
            .init(.emailAddress, "first.last+tag@mail.example.com"),
        ])
        let authority = try PrivateCA(stored: nil, algorithm: algorithm) { _ in }
        let csr = try RequestFixture.pem(algorithm, subject: subject)
        let approved = try IssuancePolicy.approve(RequestFixture.request(csr: csr))
        let issued = try authority.issue(approved)

        for pem in [try authority.certificatePEM, issued.pem] {
            let findings = try CertificateLint.findings(in: pem)
            #expect(findings.isEmpty, "\(findings)")
        }
    }
}
