import FoundationEssentials
import TestCommand
import Testing

@testable import OpenSSLBridge

@Suite("JavaKeyStore")
struct JavaKeyStoreTests {
    private static func certificate(_ name: String) throws -> [UInt8] {
        let key = try PrivateKey.generate(.p256)
        let subject = DistinguishedName([.init(.commonName, name)])
        return try Certificate.makeDER(
            CertificateTemplate(
                serialNumber: [1],
                issuer: CertificateIssuer(subject: subject, publicKey: key.publicKeyInfo()),
                subject: subject,
                notBefore: 0,
                notAfter: 2_524_607_999,
                extensions: []
            ),
            publicKey: key.publicKeyInfo(),
            issuerKey: key
        )
    }

    private static func file(of store: [UInt8], in folder: TemporaryDirectory) throws -> String {
        let path = folder.path + "/store.jks"
        try Data(store).write(to: URL(filePath: path))
        return path
    }

    @Test("keytool lists every entry with its name, its date and its certificate")
    func lists() throws {
        let certificates = [try Self.certificate("One"), try Self.certificate("Two")]
        let store = JavaKeyStore.make(
            trusting: [
                .init(alias: "first", certificate: certificates[0]),
                .init(alias: "second-2", certificate: certificates[1]),
            ],
            password: "changeit",
            secondsSince1970: 1_760_918_400
        )
        let folder = try TemporaryDirectory()
        let path = try Self.file(of: store, in: folder)
        let list = try TestCommand.run([
            "keytool", "-list", "-v", "-keystore", path, "-storepass", "changeit",
        ])
        #expect(list.status == 0, "\(list.text)\(list.errors)")
        #expect(list.text.contains("Keystore type: JKS"))
        #expect(list.text.contains("Your keystore contains 2 entries"))
        #expect(list.text.contains("Alias name: first"))
        #expect(list.text.contains("Alias name: second-2"))
        #expect(list.text.contains("Creation date: Oct 20, 2025"))
        for certificate in certificates {
            let digest = Digest.sha256(certificate).map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
            #expect(list.text.contains("SHA256: \(digest.joined(separator: ":"))"))
        }
    }

    @Test("the seal holds a password that is not ASCII, and no other")
    func seal() throws {
        let store = JavaKeyStore.make(
            trusting: [.init(alias: "a", certificate: try Self.certificate("A"))],
            password: "pä€s",
            secondsSince1970: 0
        )
        let folder = try TemporaryDirectory()
        let path = try Self.file(of: store, in: folder)
        let environment = ["env", "LC_ALL=C.UTF-8", "keytool", "-J-Dfile.encoding=UTF-8"]
        let right = try TestCommand.run(
            environment + ["-list", "-keystore", path, "-storepass", "pä€s"]
        )
        #expect(right.status == 0, "\(right.text)")
        let wrong = try TestCommand.run(
            environment + ["-list", "-keystore", path, "-storepass", "pa€s"]
        )
        #expect(wrong.status == 1)
        #expect(wrong.text.contains("password was incorrect"))
    }

    @Test("a store without entries is one too")
    func empty() {
        let store = JavaKeyStore.make(trusting: [], password: "x", secondsSince1970: 0)
        #expect(store.prefix(12) == [0xFE, 0xED, 0xFE, 0xED, 0, 0, 0, 2, 0, 0, 0, 0])
        #expect(store.count == 12 + 20)
    }
}
