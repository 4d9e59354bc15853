import OpenSSLBridge
import Synchronization
import TestCommand
import Testing

@Suite("Chance that follows from a seed")
struct SeededRandomTests {
    static let algorithms: [KeyAlgorithm] = [.rsa(bits: 2048), .p256, .p384, .p521, .ed25519]
    static let subject = DistinguishedName([.init(.commonName, "repeatable")])

    static func random(_ origin: String) -> SeededRandom {
        SeededRandom(origin: Array(origin.utf8))
    }

    @Test("bytes are SHAKE256 of the origin, from the beginning at each call")
    func bytes() throws {
        let random = Self.random("seed")
        #expect(random.bytes(0) == [])
        #expect(random.bytes(16) == Array(random.bytes(1000).prefix(16)))
        #expect(random.bytes(16) != Self.random("seeds").bytes(16))
        let digest = try TestCommand.run(
            ["openssl", "dgst", "-shake256", "-xoflen", "20", "-r"],
            input: Array("seed".utf8)
        ).text
        let hex = random.bytes(20).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        #expect(digest.hasPrefix(hex), "\(digest)")
    }

    @Test("one seed makes one key, another seed another", arguments: algorithms)
    func keys(_ algorithm: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm, from: Self.random("a"))
        #expect(key.algorithm == algorithm)
        let der = try key.der()
        #expect(try PrivateKey.generate(algorithm, from: Self.random("a")).der() == der)
        #expect(try PrivateKey.generate(algorithm, from: Self.random("b")).der() != der)
        #expect(try PrivateKey.generate(algorithm, from: nil).der() != der)
        #expect(try PrivateKey.generate(algorithm).der() != der)
    }

    @Test("the key is the same on whichever thread it is made")
    func threads() async throws {
        let expected = try PrivateKey.generate(.p256, from: Self.random("a")).der()
        let found = try await withThrowingTaskGroup(of: [UInt8].self) { group in
            for _ in 0..<16 {
                group.addTask { try PrivateKey.generate(.p256, from: Self.random("a")).der() }
            }
            return try await group.reduce(into: Set<[UInt8]>()) { $0.insert($1) }
        }
        #expect(found == [expected])
    }

    @Test("a certificate signed with one seed has one encoding", arguments: algorithms)
    func signatures(_ algorithm: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm)
        let publicKey = try key.publicKeyInfo()
        let template = CertificateTemplate(
            serialNumber: [1],
            issuer: CertificateIssuer(subject: Self.subject, publicKey: publicKey),
            subject: Self.subject,
            notBefore: 1_760_918_400,
            notAfter: 1_792_454_400,
            extensions: [.basicConstraints(isAuthority: true)]
        )
        let sign = { (random: SeededRandom?) throws(OpenSSLError) in
            try Certificate.makeDER(
                template,
                publicKey: publicKey,
                issuerKey: key,
                random: random
            )
        }
        let first = try sign(Self.random("a"))
        for _ in 0..<20 { #expect(try sign(Self.random("a")) == first) }
        let takesChance = [KeyAlgorithm.p256, .p384, .p521].contains(algorithm)
        #expect(try (sign(Self.random("b")) != first) == takesChance)
        #expect(try (sign(nil) != first) == takesChance)
        let directory = try TemporaryDirectory()
        let path = try directory.write("ca.pem", PEM.encode(first, label: "CERTIFICATE"))
        let result = try TestCommand.run([
            "openssl", "verify", "-no_check_time", "-check_ss_sig", "-CAfile", path, path,
        ])
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test("a key that follows from a seed signs as often as any other", arguments: algorithms)
    func signsOn(_ algorithm: KeyAlgorithm) throws {
        let key = try PrivateKey.generate(algorithm, from: Self.random("a"))
        for _ in 0..<100 {
            let request = try CertificateRequest.make(subject: Self.subject, key: key)
            let isSelfSigned = request.isSelfSigned
            #expect(isSelfSigned)
        }
    }

    @Test(
        "a PKCS#12 file made with one seed has one encoding",
        arguments: KeyStore.Encryption.allCases
    )
    func keyStores(_ encryption: KeyStore.Encryption) throws {
        let key = try PrivateKey.generate(.p256)
        let publicKey = try key.publicKeyInfo()
        let template = CertificateTemplate(
            serialNumber: [1],
            issuer: CertificateIssuer(subject: Self.subject, publicKey: publicKey),
            subject: Self.subject,
            notBefore: 1_760_918_400,
            notAfter: 1_792_454_400,
            extensions: []
        )
        let certificate = try Certificate.make(template, publicKey: publicKey, issuerKey: key)
        let make = { (random: SeededRandom?) throws(OpenSSLError) in
            try KeyStore.makePKCS12(
                name: "client",
                key: key,
                certificate: certificate,
                issuer: certificate,
                password: "secret",
                encryption: encryption,
                random: random
            )
        }
        let first = try make(Self.random("a"))
        #expect(try make(Self.random("a")) == first)
        #expect(try make(Self.random("b")) != first)
        #expect(try make(nil) != first)
        let arguments = ["openssl", "pkcs12", "-nodes", "-passin", "pass:secret"]
        let result = try TestCommand.run(arguments, input: first)
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test("what the process draws otherwise stays unforeseeable")
    func process() throws {
        var drawn: Set<[UInt8]> = []
        for _ in 0..<4 {
            _ = try PrivateKey.generate(.p256, from: Self.random("a"))
            drawn.insert(SecureRandom.bytes(16))
            drawn.insert(try PrivateKey.generate(.p256).der())
        }
        #expect(drawn.count == 8)
    }
}
