import TestCommand
import Testing

@testable import OpenSSLBridge

@Suite("PrivateKey")
struct PrivateKeyTests {
    static let algorithms: [KeyAlgorithm] = [.rsa(bits: 2048), .p256, .p384, .p521, .ed25519]

    @Test("a key comes back from PKCS#8 the same", arguments: algorithms)
    func roundTrip(_ algorithm: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let again = try PrivateKey.parse(pem: try key.pem())
        let publicKey = try key.publicKeyInfo()
        let againPublicKey = try again.publicKeyInfo()
        let der = try key.der()
        let againDER = try again.der()
        #expect(again.algorithm == algorithm)
        #expect(publicKey.algorithm == algorithm)
        #expect(publicKey == againPublicKey)
        #expect(der == againDER)
    }

    @Test("openssl derives the same public key", arguments: algorithms)
    func publicKey(_ algorithm: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let publicKey = try key.publicKeyInfo()
        let pem = try key.pem()
        let theirs = try TestCommand.run(
            ["openssl", "pkey", "-pubout", "-outform", "DER"],
            input: Array(pem.utf8)
        )
        #expect(publicKey.der == theirs.output)
    }

    @Test(
        "reads the older forms that openssl writes",
        arguments: [
            (["genrsa", "-traditional", "2048"], KeyAlgorithm.rsa(bits: 2048)),
            (["ecparam", "-genkey", "-noout", "-name", "secp384r1"], .p384),
        ]
    )
    func olderForms(_ arguments: [String], _ algorithm: KeyAlgorithm) throws {
        let key = try PrivateKey.parse(pem: TestCommand.run(["openssl"] + arguments).text)
        #expect(key.algorithm == algorithm)
        #expect(OpenSSLError.drained(after: "nothing").reasons.isEmpty)
    }

    @Test("a shared key outlives the one it came from")
    func shared() throws {
        let key = try PrivateKey.generate(.p256)
        let publicKey = try key.publicKeyInfo()
        let copy = key.shared()
        _ = consume key
        #expect(try copy.publicKeyInfo() == publicKey)
    }

    @Test("rejects what is no key of ours, and leaves the queue empty")
    func rejects() throws {
        let der = try PrivateKey.generate(.p256).der()
        let foreign = try TestCommand.run(
            ["openssl", "genpkey", "-algorithm", "X25519", "-outform", "DER"]).output
        for bytes in [[], [0x30], der + [0], Array(der.dropLast()), foreign] {
            #expect(throws: OpenSSLError.self) { _ = try PrivateKey.parse(der: bytes) }
            #expect(OpenSSLError.drained(after: "nothing").reasons.isEmpty)
        }
    }

    @Test(
        "an algorithm comes back from its name",
        arguments: algorithms + [.rsa(bits: 3072), .rsa(bits: 8192)]
    )
    func names(_ algorithm: KeyAlgorithm) {
        #expect(KeyAlgorithm(name: algorithm.name) == algorithm)
        #expect("\(algorithm)" == algorithm.name)
    }

    @Test(
        "no other text names an algorithm",
        arguments: ["", "rsa", "rsa-1024", "rsa-8193", "rsa-2049", "p-224", "P-256", "ed448"]
    )
    func unknownNames(_ name: String) {
        #expect(KeyAlgorithm(name: name) == nil)
    }
}
