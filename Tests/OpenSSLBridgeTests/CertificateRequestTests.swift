import TestCommand
import Testing

@testable import OpenSSLBridge

@Suite("CertificateRequest")
struct CertificateRequestTests {
    static let algorithms: [KeyAlgorithm] = [.rsa(bits: 2048), .p256, .p384, .p521, .ed25519]

    @Test("openssl verifies what is made here", arguments: algorithms)
    func make(_ algorithm: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let request = try CertificateRequest.make(subject: Fixture.name, key: key)
        let publicKey = try key.publicKeyInfo()
        #expect(request.isSelfSigned == true)
        #expect(request.publicKey == publicKey)
        #expect(request.rsaWeaknesses == [])
        #expect(request.subject.attributes == Fixture.name.attributes)
        let pem = try request.pem()
        let result = try TestCommand.run(
            ["openssl", "req", "-verify", "-noout"],
            input: Array(pem.utf8)
        )
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test("a signature that was changed does not verify, and leaves the queue empty")
    func signature() throws {
        let key = try PrivateKey.generate(.p256)
        var der = try CertificateRequest.make(subject: Fixture.name, key: key).der()
        der[der.count - 1] ^= 1
        let request = try CertificateRequest.parse(der: der)
        #expect(request.isSelfSigned == false)
        #expect(OpenSSLError.drained(after: "nothing").reasons.isEmpty)
    }

    @Test("rejects anything that is not exactly one request")
    func rejects() throws {
        let key = try PrivateKey.generate(.p256)
        let der = try CertificateRequest.make(subject: Fixture.name, key: key).der()
        for bytes in [[], [0x30], der + [0], Array(der.dropLast()), [0x30, 0x00]] {
            #expect(throws: OpenSSLError.self) { _ = try CertificateRequest.parse(der: bytes) }
        }
    }

    @Test("tells attributes that are not carried, and those that are not text")
    func names() throws {
        let csr = try TestCommand.run([
            "openssl", "req", "-new", "-newkey", "ed25519", "-nodes", "-keyout", "/dev/null",
            "-subj", "/CN=a/DC=b/serialNumber=c/O=d",
        ]).text
        let subject = try CertificateRequest.parse(pem: csr).subject
        #expect(subject.attributes.map(\.value) == ["a", "d"])
        #expect(subject.ignoredCount == 2)

        // The UTF8String of the organization becomes a BIT STRING, which X.501 lets stand there.
        let key = try PrivateKey.generate(.p256)
        let name = DistinguishedName([.init(.organization, "zzzz")])
        var der = try CertificateRequest.make(subject: name, key: key).der()
        let start = try #require(der.firstRange(of: Array("zzzz".utf8))?.lowerBound)
        der[start - 2] = 0x03
        der[start] = 0x00
        let broken = try CertificateRequest.parse(der: der).subject
        #expect(broken.unreadable == [.organization])
        #expect(OpenSSLError.drained(after: "nothing").reasons.isEmpty)
    }

    @Test("a key of another kind is named", arguments: [("ED448", "ED448"), ("X25519", "X25519")])
    func otherKeys(_ algorithm: String, _ name: String) throws {
        let directory = try TemporaryDirectory()
        let file = try directory.write(
            "key.pem",
            TestCommand.run(["openssl", "genpkey", "-algorithm", algorithm]).text
        )
        let csr = try TestCommand.run(
            ["openssl", "req", "-new", "-key", file, "-subj", "/CN=a"]).text
        guard !csr.isEmpty else { return }  // X25519 cannot sign a request.
        let request = try CertificateRequest.parse(pem: csr)
        #expect(request.publicKey == nil)
        #expect(request.publicKeyTypeName == name)
        #expect(request.rsaWeaknesses == [RSAWeakness]())
    }
}
