import TestCommand
import Testing

@testable import OpenSSLBridge

@Suite("Certificate")
struct CertificateTests {
    /// One rejected input, and why.
    struct Malformed: CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable ([UInt8]) -> [UInt8]
    }

    static let malformed = [
        Malformed(testDescription: "no bytes") { _ in [] },
        Malformed(testDescription: "a truncated header") { _ in [0x30] },
        Malformed(testDescription: "another DER type") { _ in [0x02, 0x01, 0x00] },
        Malformed(testDescription: "one byte too few") { Array($0.dropLast()) },
        Malformed(testDescription: "one byte too many") { $0 + [0x00] },
    ]

    @Test("parses what openssl makes (RFC 5280 §4.1)")
    func parses() throws {
        let pem = try Fixture.openSSLCertificate()
        let certificate = try Certificate.parse(pem: pem)
        let again = try certificate.pem()
        #expect(again == pem)
        #expect(certificate.subject == "CN=\\<exemplar\\> ü,O=line\\0Abreak")
        #expect(certificate.issuer == certificate.subject)
        #expect(certificate.serialNumber == "0A0B")
        #expect(certificate.notAfter - certificate.notBefore == 36500 * 86_400)
        #expect(certificate.publicKey?.algorithm == .p256)
    }

    @Test("rejects anything that is not exactly one certificate", arguments: malformed)
    func rejects(_ input: Malformed) throws {
        let bytes = input.change(try Fixture.certificate().der())
        #expect(throws: OpenSSLError.self) { _ = try Certificate.parse(der: bytes.span) }
    }

    @Test("an error names the C function and leaves the queue empty")
    func error() throws {
        let error = try #require(throws: OpenSSLError.self) {
            _ = try Certificate.parse(der: [UInt8]([0x30]).span)
        }
        #expect(error.operation == "d2i_X509")
        #expect(!error.reasons.isEmpty)
        #expect(OpenSSLError.drained(after: "nothing").reasons.isEmpty)
    }

    @Test("a shared certificate outlives the one it came from")
    func retains() throws {
        let original = try Fixture.certificate()
        let sha256 = original.sha256
        let copy = original.shared()
        _ = consume original
        #expect(copy.sha256 == sha256)
    }

    @Test("only the key that signed verifies the signature")
    func signature() throws {
        let certificate = try Fixture.certificate()
        let other = try Fixture.certificate()
        let isOwn = certificate.isSigned(by: certificate)
        let isOther = certificate.isSigned(by: other)
        #expect(isOwn)
        #expect(!isOther)
        #expect(OpenSSLError.drained(after: "nothing").reasons.isEmpty)
    }
}

/// Certificates made while the test runs.
enum Fixture {
    static let name = DistinguishedName([.init(.commonName, "exemplar")])

    /// A certificate that signed itself.
    static func certificate(
        key algorithm: KeyAlgorithm = .p256,
        extensions: [CertificateExtension] = []
    ) throws -> Certificate {
        let key = try PrivateKey.generate(algorithm)
        let publicKey = try key.publicKeyInfo()
        let template = CertificateTemplate(
            serialNumber: [1],
            issuer: CertificateIssuer(subject: name, publicKey: publicKey),
            subject: name,
            notBefore: 1_700_000_000,
            notAfter: 1_800_000_000,
            extensions: extensions
        )
        return try Certificate.make(template, publicKey: publicKey, issuerKey: key)
    }

    /// The same by `openssl`, with a subject that is awkward to print.
    static func openSSLCertificate() throws -> String {
        try TestCommand.run([
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
            "-nodes", "-keyout", "/dev/null", "-utf8", "-days", "36500", "-set_serial", "0x0A0B",
            "-subj", "/O=line\nbreak/CN=<exemplar> ü",
        ]).text
    }
}
