import AccountModel
import OpenSSLBridge
import Synchronization
import TestCommand
import Testing

@testable import PrivateCA

@Suite("The authority of a world")
struct PrivateCATests {
    static let algorithms: [KeyAlgorithm] = [.rsa(bits: 2048), .p256, .p384, .p521, .ed25519]

    @Test(
        "openssl verify accepts what it issues, with the strict checks of RFC 5280",
        arguments: algorithms,
        algorithms
    )
    func verifies(_ algorithm: KeyAlgorithm, _ clientAlgorithm: KeyAlgorithm) throws {
        let authority = try PrivateCA(stored: nil, algorithm: algorithm) { _ in }
        let issued = try issue(
            from: authority,
            RequestFixture.request(csr: RequestFixture.pem(clientAlgorithm))
        )
        let result = try verify(issued, authority, purpose: "sslclient", at: RequestFixture.now)
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test("a certificate is for clients only, and valid from its first to its last second")
    func purposesAndDates() throws {
        let authority = try PrivateCA(stored: nil, algorithm: .p256) { _ in }
        let issued = try issue(from: authority, RequestFixture.request())
        let status = { (purpose: String, time: Timestamp) in
            try verify(issued, authority, purpose: purpose, at: time).status == 0
        }
        #expect(try !status("sslserver", RequestFixture.now))
        #expect(try status("sslclient", issued.startDate))
        #expect(try !status("sslclient", issued.startDate.adding(seconds: -1)))
        // RFC 5280 counts the last second in, OpenSSL does not.
        #expect(try status("sslclient", issued.endDate.adding(seconds: -1)))
        #expect(try !status("sslclient", issued.endDate.adding(seconds: 1)))
    }

    @Test(
        "every world clock from 2000 to 2049 lies inside",
        arguments: ["2000-01-01", "2049-12-30"]
    )
    func clocks(_ day: String) throws {
        let now = try #require(Timestamp.parse(iso8601: day + "T12:00:00Z"))
        let authority = try PrivateCA(stored: nil, algorithm: .p256) { _ in }
        let issued = try issue(from: authority, RequestFixture.request(now: now))
        #expect(try verify(issued, authority, purpose: "sslclient", at: now).status == 0)
    }

    @Test("a certificate carries the extensions of RFC 5280 and no others")
    func extensions() throws {
        let authority = try PrivateCA(stored: nil, algorithm: .p256) { _ in }
        let expected: [(KeyAlgorithm, String)] = [
            (.rsa(bits: 2048), "Digital Signature, Key Encipherment"), (.p256, "Digital Signature"),
        ]
        for (algorithm, keyUsage) in expected {
            let issued = try issue(
                from: authority,
                RequestFixture.request(csr: RequestFixture.pem(algorithm))
            )
            let text = try TestCommand.run(
                ["openssl", "x509", "-noout", "-text"],
                input: Array(issued.pem.utf8)
            ).text
            let lines = text.split(separator: "\n").map { $0.drop { $0 == " " } }
            let headers = lines.filter { $0.hasPrefix("X509v3 ") }
                .map { $0.split(separator: ":")[0] + ($0.contains("critical") ? "!" : "") }
            #expect(
                headers == [
                    "X509v3 extensions", "X509v3 Basic Constraints!", "X509v3 Key Usage!",
                    "X509v3 Extended Key Usage", "X509v3 Subject Key Identifier",
                    "X509v3 Authority Key Identifier",
                ]
            )
            #expect(lines.contains("CA:FALSE"))
            #expect(lines.contains("TLS Web Client Authentication"))
            #expect(lines.contains { $0 == keyUsage })
        }
    }

    @Test("what is answered is what stands in the certificate")
    func describes() throws {
        let authority = try PrivateCA(stored: nil, algorithm: .p256) { _ in }
        let key = try PrivateKey.generate(.rsa(bits: 2048))
        let csr = try CertificateRequest.make(subject: RequestFixture.subject, key: key)
        let issued = try issue(from: authority, RequestFixture.request(csr: try csr.pem()))
        let certificate = try Certificate.parse(pem: issued.pem)

        #expect(issued.commonName == "Demo API Service User")
        #expect(issued.publicKey.hasPrefix("MIIBIjANBgkqhkiG9w0BAQEF"))
        #expect(!issued.publicKey.contains("\n"))
        #expect(issued.pem.hasSuffix("-----END CERTIFICATE-----\n"))
        #expect(certificate.subject == "CN=Demo API Service User,O=Example,C=US")
        #expect(certificate.serialNumber == issued.serialNumber)
        #expect(certificate.notBefore == issued.startDate.secondsSince1970)
        #expect(certificate.notAfter == issued.endDate.secondsSince1970)
        #expect(certificate.sha256 == issued.sha256)
        let der = try certificate.der()
        #expect(der == issued.der)
    }

    @Test("a serial number is positive and has exactly 32 upper-case hex digits")
    func serialNumber() throws {
        let authority = try PrivateCA(
            stored: nil,
            algorithm: .p256,
            serialTag: [0xAB, 0xCD, 0xEF, 0x01]
        ) { _ in }
        var first: Set<Character> = []
        for _ in 0..<64 {
            let serialNumber = try issue(from: authority, RequestFixture.request()).serialNumber
            #expect(serialNumber.wholeMatch(of: /[4-7][0-9A-F]ABCDEF01[0-9A-F]{22}/) != nil)
            first.formUnion(serialNumber.prefix(1))
        }
        #expect(first == ["4", "5", "6", "7"])
    }

    @Test("two certificates have two serial numbers")
    func serialNumbersDiffer() throws {
        let authority = try PrivateCA(stored: nil, algorithm: .p256) { _ in }
        let first = try issue(from: authority, RequestFixture.request())
        let second = try issue(from: authority, RequestFixture.request())
        #expect(first.serialNumber != second.serialNumber)
    }

    @Test("a new authority is stored before it issues, and issues the same after a restart")
    func restart() throws {
        let saved = SavedAuthority()
        let authority = try PrivateCA(stored: nil, algorithm: .p256) { saved.keep($0) }
        let pem = try authority.certificatePEM
        #expect(authority.isReady)
        #expect(saved.all.count == 1)

        let again = try PrivateCA(stored: saved.all.first) { saved.keep($0) }
        #expect(again.isReady)
        #expect(again.algorithm == .p256, "the key that is there, not the one for new worlds")
        #expect(try again.certificatePEM == pem)
        #expect(saved.all.count == 1)
        let issued = try issue(from: again, RequestFixture.request())
        let result = try verify(issued, authority, purpose: "sslclient", at: RequestFixture.now)
        #expect(result.status == 0)
    }

    @Test("an authority that cannot be stored issues nothing, and tries again")
    func saveFails() throws {
        struct DiskFull: Error {}
        let isFull = Atomic(true)
        let authority = try PrivateCA(stored: nil, algorithm: .p256) { _ in
            if isFull.load(ordering: .relaxed) { throw DiskFull() }
        }
        #expect(throws: DiskFull.self) {
            try issue(from: authority, RequestFixture.request())
        }
        #expect(!authority.isReady)
        isFull.store(false, ordering: .relaxed)
        _ = try issue(from: authority, RequestFixture.request())
        #expect(authority.isReady)
    }

    @Test("what is stored must be a key and its certificate, and shows in no dump")
    func stored() throws {
        let saved = SavedAuthority()
        for _ in 0..<2 {
            _ = try PrivateCA(stored: nil, algorithm: .p256) { saved.keep($0) }.certificatePEM
        }
        let mixed = StoredAuthority(
            certificate: saved.all[0].certificate,
            privateKey: saved.all[1].privateKey
        )
        #expect(throws: OpenSSLError.self) { _ = try PrivateCA(stored: mixed) { _ in } }
        let broken = StoredAuthority(certificate: [], privateKey: [])
        #expect(throws: OpenSSLError.self) { _ = try PrivateCA(stored: broken) { _ in } }
        #expect(String(reflecting: mixed) == "StoredAuthority(<redacted>)")
        #expect("\(mixed)" == "StoredAuthority(<redacted>)")
    }

    private func issue(
        from authority: PrivateCA,
        _ request: IssuanceRequest
    ) throws -> IssuedCertificate {
        try authority.issue(try IssuancePolicy.approve(request))
    }

    private func verify(
        _ issued: IssuedCertificate,
        _ authority: PrivateCA,
        purpose: String,
        at time: Timestamp
    ) throws -> TestCommand {
        let directory = try TemporaryDirectory()
        return try TestCommand.run([
            "openssl", "verify", "-x509_strict", "-purpose", purpose,
            "-attime", "\(time.secondsSince1970)",
            "-CAfile", try directory.write("ca.pem", try authority.certificatePEM),
            try directory.write("client.pem", issued.pem),
        ])
    }
}
