import TestCommand
import Testing

@testable import OpenSSLBridge

@Suite("RevocationList")
struct RevocationListTests {
    @Test(
        "says what it is to say, and its issuer's key verifies it",
        arguments: [KeyAlgorithm.rsa(bits: 2048), .p256, .p384, .p521, .ed25519]
    )
    func made(_ algorithm: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let publicKey = try key.publicKeyInfo()
        let subject = DistinguishedName([.init(.commonName, "Authority")])
        let issuer = CertificateIssuer(subject: subject, publicKey: publicKey)
        let authority = try Certificate.make(
            CertificateTemplate(
                serialNumber: [1],
                issuer: issuer,
                subject: subject,
                notBefore: 1_700_000_000,
                notAfter: 2_500_000_000,
                extensions: [
                    .basicConstraints(isAuthority: true), .keyUsage([.keyCertSign, .cRLSign]),
                ]
            ),
            publicKey: publicKey,
            issuerKey: key
        )
        let list = RevocationList(
            issuer: issuer,
            number: 0x8000_0000_0000_0001,
            thisUpdate: 1_760_918_400,
            nextUpdate: 1_761_004_800,
            entries: [
                .init(serialNumber: [0x7F, 2], revokedAt: 1_760_000_000, reason: .certificateHold),
                .init(
                    serialNumber: [0x40],
                    revokedAt: 1_750_000_000,
                    reason: .cessationOfOperation
                ),
            ]
        )
        let folder = try TemporaryDirectory()
        let file = try folder.write("ca.pem", authority.pem())
        let output = try TestCommand.run(
            ["openssl", "crl", "-inform", "DER", "-noout", "-text", "-verify", "-CAfile", file],
            input: list.makeDER(issuerKey: key)
        )
        #expect(output.status == 0)
        #expect(output.errors.contains("verify OK"))
        for words in [
            "Version 2 (0x1)", "Issuer: CN = Authority", "Last Update: Oct 20 00:00:00 2025 GMT",
            "Next Update: Oct 21 00:00:00 2025 GMT", "9223372036854775809", "Serial Number: 7F02",
            "Certificate Hold", "Serial Number: 40", "Cessation Of Operation",
        ] {
            let text = output.text.replacing("Issuer: CN=", with: "Issuer: CN = ")
            #expect(text.contains(words), "\(words) in \(output.text)")
        }
    }

    @Test("repeats itself from the same chance, and an empty one is a list, too")
    func seeded() throws {
        let key = try PrivateKey.generate(.p256)
        let list = RevocationList(
            issuer: CertificateIssuer(
                subject: DistinguishedName([.init(.commonName, "Authority")]),
                publicKey: try key.publicKeyInfo()
            ),
            number: 0,
            thisUpdate: 0,
            nextUpdate: 86_400,
            entries: []
        )
        let random = SeededRandom(origin: [1])
        let first = try list.makeDER(issuerKey: key, random: random)
        #expect(try list.makeDER(issuerKey: key, random: SeededRandom(origin: [1])) == first)
        #expect(try list.makeDER(issuerKey: key) != first)
    }
}
