import AccountModel
import OpenSSLBridge
import TestCommand
import Testing

@testable import PrivateCA

@Suite("IssuanceFlaw")
struct IssuanceFlawTests {
    private static let now = RequestFixture.now

    private static func issue(
        _ misissuance: Misissuance,
        by algorithm: KeyAlgorithm = .p256,
        keyOf csrAlgorithm: KeyAlgorithm = .p256,
        other: String? = nil
    ) throws -> (issued: IssuedCertificate, authority: PrivateCA, csr: String) {
        let authority = try PrivateCA(stored: nil, algorithm: algorithm) { _ in }
        let csr = try RequestFixture.pem(csrAlgorithm)
        let approved = try IssuancePolicy.approve(RequestFixture.request(csr: csr))
        let order = MisissuanceOrder(misissuance, now: now, otherSerialNumber: other)
        return (try authority.issue(approved, wrongly: order), authority, csr)
    }

    /// What `openssl x509` prints of a certificate.
    private static func text(_ pem: String) throws -> String {
        let arguments = [
            "openssl", "x509", "-noout", "-text", "-serial", "-ext", "extendedKeyUsage",
        ]
        let command = try TestCommand.run(arguments, input: Array(pem.utf8))
        #expect(command.status == 0)
        return command.text
    }

    /// What `openssl verify` says of a certificate at a moment.
    private static func verify(
        _ pem: String,
        by authority: String,
        at moment: Timestamp = now,
        purpose: String = "sslclient"
    ) throws -> TestCommand {
        let directory = try TemporaryDirectory()
        return try TestCommand.run([
            "openssl", "verify", "-attime", "\(moment.secondsSince1970)", "-purpose", purpose,
            "-CAfile", try directory.write("ca.pem", authority),
            try directory.write("leaf.pem", pem),
        ])
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let flaw: IssuanceFlaw
        /// What `openssl verify` complains about; nil where it finds nothing.
        let complaint: String?
        var testDescription: String { flaw.rawValue }
    }

    static let rows: [Row] = [
        Row(flaw: .wrongKey, complaint: nil),
        Row(flaw: .noClientAuth, complaint: "unsuitable certificate purpose"),
        Row(flaw: .expired, complaint: "certificate has expired"),
        Row(flaw: .notYetValid, complaint: "certificate is not yet valid"),
        Row(flaw: .tooLong, complaint: nil),
        Row(flaw: .reusedSerial, complaint: nil),
        Row(flaw: .sha1, complaint: nil),
        Row(flaw: .wrongSignature, complaint: "certificate signature failure"),
        Row(flaw: .wrongCACertificate, complaint: nil),
        Row(flaw: .reversedChain, complaint: nil),
    ]

    @Test(
        "every flaw has a row here and a sentence, and openssl verify sees it or not",
        arguments: rows
    )
    func verifies(_ row: Row) throws {
        let made = try Self.issue(Misissuance(flaws: [row.flaw]))
        let found = try Self.verify(made.issued.pem, by: made.authority.certificatePEM)
        if let complaint = row.complaint {
            #expect(found.status != 0)
            #expect(found.errors.contains(complaint), "\(found.errors)")
        } else {
            #expect(found.status == 0, "\(found.errors)")
        }
        #expect(!row.flaw.sentence.isEmpty)
        #expect(Self.rows.map(\.flaw) == IssuanceFlaw.allCases)
        // What is told of the certificate is what stands in it.
        let certificate = try Certificate.parse(pem: made.issued.pem)
        let (notBefore, notAfter) = (certificate.notBefore, certificate.notAfter)
        let publicKey = certificate.publicKey.map { Base64.encode($0.der) }
        #expect(try Digest.sha256(certificate.der()) == made.issued.sha256)
        #expect(notBefore == made.issued.startDate.secondsSince1970)
        #expect(notAfter == made.issued.endDate.secondsSince1970)
        #expect(publicKey == made.issued.publicKey)
    }

    static let keys: [(csr: KeyAlgorithm, ca: KeyAlgorithm)] = [
        (.p256, .p256), (.ed25519, .p256), (.rsa(bits: 2048), .rsa(bits: 2048)),
        (.rsa(bits: 2048), .p256),
    ]

    @Test(
        "another key than that of the request, of the same kind if it can be had",
        arguments: keys
    )
    func wrongKey(_ csr: KeyAlgorithm, _ ca: KeyAlgorithm) throws {
        let made = try Self.issue(Misissuance(flaws: [.wrongKey]), by: ca, keyOf: csr)
        let request = try CertificateRequest.parse(
            der: PEM.decode(made.csr, labels: CertificateRequest.pemLabels)
        )
        let certificate = try Certificate.parse(pem: made.issued.pem)
        let found = certificate.publicKey
        let key = try #require(found)
        let asked = request.publicKey
        #expect(key != asked)
        #expect((key.algorithm == csr) == (csr != .rsa(bits: 2048) || ca == csr))
    }

    @Test("openssl x509 shows what is wrong")
    func shown() throws {
        let server = try Self.text(Self.issue(Misissuance(flaws: [.noClientAuth])).issued.pem)
        #expect(server.contains("TLS Web Server Authentication"))
        #expect(!server.contains("TLS Web Client Authentication"))
        for algorithm in [KeyAlgorithm.rsa(bits: 2048), .p256] {
            let made = try Self.issue(Misissuance(flaws: [.sha1]), by: algorithm)
            let text = try Self.text(made.issued.pem)
            #expect(text.contains(algorithm == .p256 ? "ecdsa-with-SHA1" : "sha1WithRSAEncryption"))
        }
        let serial = "4A0102030405060708090A0B0C0D0E0F"
        let reused = try Self.issue(Misissuance(flaws: [.reusedSerial]), other: serial)
        #expect(try Self.text(reused.issued.pem).contains("serial=\(serial)"))
        #expect(reused.issued.serialNumber == serial)
    }

    @Test("an own serial number is that of the authority's certificate")
    func ownSerialNumber() throws {
        let authority = try PrivateCA(stored: nil, algorithm: .p256) { _ in }
        let pem = try authority.certificatePEM
        #expect(try Self.text(pem).contains("serial=\(authority.serialNumber)"))
    }

    @Test("dates are counted from the moment of issuing, to the second")
    func dates() throws {
        func ends(_ misissuance: Misissuance) throws -> [Timestamp] {
            let issued = try Self.issue(misissuance).issued
            return [issued.startDate, issued.endDate]
        }
        let now = Self.now
        let short = try ends(Misissuance(lifetimeSeconds: 90))
        #expect(short == [now.startOfDay, now.adding(seconds: 90)])
        let expired = try ends(Misissuance(flaws: [.expired], lifetimeSeconds: 90))
        #expect(expired == [now.adding(days: -2), now.adding(days: -1)])
        #expect(try ends(Misissuance(flaws: [.notYetValid]))[0] == now.adding(days: 1))
        #expect(try ends(Misissuance(flaws: [.tooLong]))[1] == now.adding(days: 825))
        let made = try Self.issue(Misissuance(lifetimeSeconds: 90))
        let authority = try made.authority.certificatePEM
        let last = now.adding(seconds: 90)
        // OpenSSL counts the last second of a certificate as one too many; RFC 5280 does not.
        let before = last.adding(seconds: -1)
        #expect(try Self.verify(made.issued.pem, by: authority, at: before).status == 0)
        let over = try Self.verify(made.issued.pem, by: authority, at: last.adding(seconds: 1))
        #expect(over.errors.contains("certificate has expired"))
    }

    @Test("an impostor has the authority's name, and verifies nothing that it issued")
    func impostor() throws {
        let made = try Self.issue(Misissuance(flaws: [.wrongCACertificate]))
        let impostor = try PrivateCA.impostorPEM()
        let own = try made.authority.certificatePEM
        #expect(try Certificate.parse(pem: impostor).subject == Certificate.parse(pem: own).subject)
        let itself = try Self.verify(impostor, by: impostor, purpose: "any")
        #expect(itself.errors.isEmpty, "\(itself.errors)")
        #expect(try Self.verify(made.issued.pem, by: impostor).status != 0)
    }

    @Test("flaws that exclude each other are found, others add up")
    func combinations() throws {
        #expect(IssuanceFlaw.conflict(in: [.sha1, .expired, .tooLong])?.second == .tooLong)
        #expect(IssuanceFlaw.conflict(in: [.sha1, .expired, .wrongKey]) == nil)
        let both = Misissuance(flaws: [.sha1]).merging(
            Misissuance(flaws: [.wrongKey], lifetimeSeconds: 5, isDisabled: true)
        )
        #expect(both.flaws == [.wrongKey, .sha1])
        #expect(
            both.sentence.hasSuffix(
                "5 s after its creation, the certificate is disabled from the start"
            )
        )
        #expect(Misissuance().isNone)
        let made = try Self.issue(Misissuance(flaws: [.sha1, .noClientAuth]), by: .rsa(bits: 2048))
        let text = try Self.text(made.issued.pem)
        #expect(text.contains("sha1WithRSAEncryption"))
        #expect(!text.contains("TLS Web Client Authentication"))
    }

    @Test("nobody can choose SHA-1 by asking for a hash function")
    func notOffered() {
        #expect(SignatureHash.allCases == [.sha256, .sha384, .sha512])
    }
}
