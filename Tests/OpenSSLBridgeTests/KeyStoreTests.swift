import FoundationEssentials
import TestCommand
import Testing

@testable import OpenSSLBridge

@Suite("KeyStore")
struct KeyStoreTests {
    /// A key with its certificate, and the authority that signed it.
    private struct Chain: ~Copyable {
        let key: PrivateKey
        let certificate: Certificate
        let issuer: Certificate

        init(hash: SignatureHash? = nil) throws {
            let issuerKey = try PrivateKey.generate(.p256)
            let holderKey = try PrivateKey.generate(.p256)
            let root = try Self.certificate("Authority", of: issuerKey, by: issuerKey)
            let leaf = try Self.certificate("Holder", of: holderKey, by: issuerKey, hash: hash)
            key = holderKey
            certificate = leaf
            issuer = root
        }

        private static func certificate(
            _ name: String,
            of key: borrowing PrivateKey,
            by issuerKey: borrowing PrivateKey,
            hash: SignatureHash? = nil
        ) throws -> Certificate {
            try Certificate.make(
                CertificateTemplate(
                    serialNumber: [1],
                    issuer: CertificateIssuer(
                        subject: DistinguishedName([.init(.commonName, "Authority")]),
                        publicKey: issuerKey.publicKeyInfo()
                    ),
                    subject: DistinguishedName([.init(.commonName, name)]),
                    notBefore: 0,
                    notAfter: 2_524_607_999,
                    extensions: [],
                    signatureHash: hash
                ),
                publicKey: key.publicKeyInfo(),
                issuerKey: issuerKey
            )
        }
    }

    static let protections: [(KeyStore.Encryption, [String])] = [
        (.aes, ["MAC: sha256", "PBES2", "AES-256-CBC"]),
        (.tripleDES, ["MAC: sha1", "pbeWithSHA1And3-KeyTripleDES-CBC"]),
    ]

    @Test("openssl reads both certificates and the key by the password", arguments: protections)
    func opens(_ encryption: KeyStore.Encryption, _ words: [String]) throws {
        let chain = try Chain()
        let file = try KeyStore.makePKCS12(
            name: "My name",
            key: chain.key,
            certificate: chain.certificate,
            issuer: chain.issuer,
            password: "correct",
            encryption: encryption
        )
        let read = ["openssl", "pkcs12", "-info", "-nodes", "-passin", "pass:correct"]
        let answer = try TestCommand.run(read, input: file)
        #expect(answer.status == 0)
        #expect(answer.text.contains(try chain.key.pem()))
        #expect(answer.text.contains(try chain.certificate.pem()))
        #expect(answer.text.contains(try chain.issuer.pem()))
        #expect(answer.text.contains("friendlyName: My name"))
        for word in words { #expect(answer.errors.contains(word)) }
        let wrong = ["openssl", "pkcs12", "-info", "-nodes", "-passin", "pass:wrong"]
        #expect(try TestCommand.run(wrong, input: file).status != 0)
    }

    @Test("a name beyond the Basic Multilingual Plane is written with question marks")
    func emoji() throws {
        let chain = try Chain()
        let file = try KeyStore.makePKCS12(
            name: "Ada 🦉𝔏",
            key: chain.key,
            certificate: chain.certificate,
            issuer: chain.issuer,
            password: "correct",
            encryption: .aes
        )
        let read = ["openssl", "pkcs12", "-info", "-nodes", "-passin", "pass:correct"]
        let answer = try TestCommand.run(read, input: file)
        #expect(answer.status == 0)
        #expect(answer.text.contains("friendlyName: Ada ??"))
    }

    @Test("a key of somebody else's certificate is refused, and the error queue is empty then")
    func mismatch() throws {
        let chain = try Chain()
        let stranger = try PrivateKey.generate(.p256)
        #expect(throws: OpenSSLError.self) {
            try KeyStore.makePKCS12(
                name: "n",
                key: stranger,
                certificate: chain.certificate,
                issuer: chain.issuer,
                password: "p",
                encryption: .aes
            )
        }
        #expect(OpenSSLError.drained(after: "nothing").reasons.isEmpty)
    }

    @Test("a signature is made over the chosen hash", arguments: SignatureHash.allCases)
    func hash(_ hash: SignatureHash) throws {
        let pem = try Chain(hash: hash).certificate.pem()
        let read = ["openssl", "x509", "-noout", "-text"]
        let answer = try TestCommand.run(read, input: Array(pem.utf8))
        let name = hash.rawValue.replacing("-", with: "")
        #expect(answer.text.contains("Signature Algorithm: ecdsa-with-\(name)"))
    }
}
