import OpenSSLBridge
import TestCommand
import Testing

@testable import MockDigiCertOne

/// What a person gave for an authority, and why it must be refused.
struct BadAuthority: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let problem: String
    let files: @Sendable () throws -> (certificate: String, key: String?)

    init(
        _ name: String,
        _ problem: String,
        _ files: @escaping @Sendable () throws -> (certificate: String, key: String?)
    ) {
        testDescription = name
        self.problem = problem
        self.files = files
    }

    static func of(extensions: [String]) throws -> (certificate: String, key: String?) {
        let own = try TestAuthority(extensions: extensions).own
        return (own.certificate + own.key, nil)
    }
}

private let badAuthorities = [
    BadAuthority("nothing", "holds no certificate") { ("", nil) },
    BadAuthority("text", "holds no certificate") { ("rootCA", nil) },
    BadAuthority("a broken block", "is not PEM") { ("-----BEGIN CERTIFICATE-----\nMA==\n", nil) },
    BadAuthority("a block that is no certificate", "cannot be read") {
        ("-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n", nil)
    },
    BadAuthority("a certificate alone", "holds no private key") {
        (try TestAuthority().own.certificate, nil)
    },
    BadAuthority("a key alone", "holds no certificate") { (try TestAuthority().own.key, nil) },
    BadAuthority("two keys", "holds 2 private keys") {
        let own = try TestAuthority().own
        return (own.certificate + own.key + own.key, nil)
    },
    BadAuthority("another's key", "does not belong to the certificate") {
        (try TestAuthority().own.certificate, try TestAuthority().own.key)
    },
    BadAuthority("an encrypted key", "is encrypted") {
        let own = try TestAuthority().own
        let key = try TestCommand.run(
            ["openssl", "pkey", "-aes128", "-passout", "pass:word"],
            input: Array(own.key.utf8)
        )
        return (own.certificate + key.text, nil)
    },
    BadAuthority("a key encrypted in the older way", "is encrypted") {
        let own = try TestAuthority().own
        let key = try TestCommand.run(
            ["openssl", "ec", "-aes128", "-passout", "pass:word"],
            input: Array(own.key.utf8)
        )
        #expect(key.text.contains("Proc-Type"))
        return (own.certificate, key.text)
    },
    BadAuthority("a key of another kind", "cannot be used") {
        let other = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:secp256k1"]
        let own = try TestAuthority(key: other).own
        return (own.certificate + own.key, nil)
    },
    BadAuthority("a short RSA key", "1024 bits") {
        let own = try TestAuthority(key: ["-newkey", "rsa:1024"]).own
        return (own.certificate + own.key, nil)
    },
    BadAuthority("a server's certificate", "lack CA:TRUE") {
        let leaf = try TestAuthority().issue()
        return (leaf.certificate + leaf.key, nil)
    },
    BadAuthority("CA:FALSE", "lack CA:TRUE") {
        try BadAuthority.of(extensions: ["basicConstraints=critical,CA:FALSE"])
    },
    BadAuthority("no subject", "has no subject") {
        let own = try TestAuthority(subject: "/").own
        return (own.certificate + own.key, nil)
    },
    BadAuthority("a key that may not sign", "lacks keyCertSign") {
        try BadAuthority.of(extensions: ["basicConstraints=CA:TRUE", "keyUsage=digitalSignature"])
    },
    BadAuthority("another purpose", "may not be used for serverAuth") {
        try BadAuthority.of(extensions: [
            "basicConstraints=CA:TRUE", "extendedKeyUsage=codeSigning",
        ])
    },
]

@Suite("A certificate of one's own")
struct CertifiedKeyTests {
    @Test("is refused in words that name the file", arguments: badAuthorities)
    func refused(_ row: BadAuthority) throws {
        let directory = try TemporaryDirectory()
        let (certificate, key) = try row.files()
        var flags: [Setting: String] = [.tlsCA: try directory.write("ca.pem", certificate)]
        if let key { flags[.tlsCAKey] = try directory.write("ca.key", key) }
        let configuration = try resolve(flags: flags)
        let error = try #require(throws: ConfigurationError.self) {
            try configuration.checkReferences()
        }
        #expect(error.description.contains(row.problem), "\(error)")
        #expect(error.subject.hasPrefix("--tls-ca"))
        #expect(error.subject.contains(directory.path))
        #expect(!error.remedy.isEmpty)
        #expect(!error.description.contains("\n"))
    }

    @Test("is read in any order, with whatever stands between, from one file or two")
    func orders() throws {
        let own = try TestAuthority().own
        let directory = try TemporaryDirectory()
        let between = "subject=CN = Somebody\r\n\n"
        let texts = [
            own.certificate + own.key, own.key + own.certificate,
            between + own.key + between + own.certificate + between,
        ]
        for text in texts {
            let file = try directory.write("both.pem", text)
            #expect(try Self.read(file).path.count == 1)
        }
        let certificate = try directory.write("tls.crt", own.certificate)
        #expect(try Self.read(certificate, directory.write("tls.key", own.key)).endsInRoot)
    }

    @Test("is read with the mark that Windows puts before UTF-8, and not in UTF-16")
    func marks() throws {
        let own = try TestAuthority().own
        let directory = try TemporaryDirectory()
        let leaf = try TestAuthority().issue()
        // The first of two certificates must not be lost to the mark.
        let text = "\u{FEFF}" + leaf.certificate + own.certificate + leaf.key
        #expect(try Self.read(directory.write("marked.pem", text)).path.count == 1)
        let wide = directory.path + "/wide.pem"
        let units = [UInt8](text.utf8.flatMap { [$0, 0] })
        try FileBytes.replace(path: wide, with: [0xFF, 0xFE] + units, mode: 0o600)
        let error = try #require(throws: ConfigurationError.self) { _ = try Self.read(wide) }
        #expect(error.problem.contains("UTF-16") && error.remedy.contains("-Encoding ascii"))
    }

    @Test("is found among others, and its chain is put in order")
    func chain() throws {
        let root = try TestAuthority(subject: "/CN=Root")
        let middle = try TestAuthority(subject: "/CN=Middle", issuedBy: root)
        let leaf = try middle.issue()
        let stranger = try TestAuthority(subject: "/CN=Stranger").own.certificate
        let directory = try TemporaryDirectory()
        let text = stranger + root.own.certificate + leaf.certificate + middle.own.certificate
        let read = try Self.read(directory.write("chain.pem", text + leaf.key))
        let wanted = [leaf.certificate, middle.own.certificate, root.own.certificate]
        #expect(read.pem == wanted.joined())
        #expect(read.top == root.own.certificate)
        #expect(read.endsInRoot)
        #expect(try read.chain(from: 1, withRoot: false)?.pem() == middle.own.certificate)
    }

    @Test("that is a directory is refused with the file that was meant")
    func directory() throws {
        let directory = try TemporaryDirectory()
        let error = try #require(throws: ConfigurationError.self) {
            _ = try Self.read(directory.path)
        }
        #expect(error.remedy.contains("\(directory.path)/tls.crt"))
    }

    @Test("is refused before and after its time")
    func dates() throws {
        let own = try TestAuthority().own
        let directory = try TemporaryDirectory()
        let file = try directory.write("ca.pem", own.certificate + own.key)
        let configuration = try resolve(flags: [.tlsCA: file])
        let year: Int64 = 366 * 86_400
        let now = SystemClock.secondsSince1970()
        for (time, word) in [(now + year, "expired at "), (now - year, "is valid from ")] {
            let error = try #require(throws: ConfigurationError.self) {
                _ = try configuration.serverCertificatesSource(now: time)
            }
            #expect(error.problem.hasPrefix(word))
        }
    }

    @Test(
        "a key without its certificate is refused",
        arguments: [Setting.tlsCAKey, .tlsKey, .clientCAKey]
    )
    func loneKey(_ setting: Setting) throws {
        let error = try #require(throws: ConfigurationError.self) {
            try resolve(flags: [setting: "/key.pem"])
        }
        #expect(error.subject == setting.flag)
        #expect(error.remedy.contains(setting.flag.dropLast(4)) || setting == .tlsKey)
    }

    private static func read(_ path: String, _ key: String? = nil) throws -> CertifiedKey {
        try .read(
            CertificateFiles(
                certificate: path,
                key: key,
                setting: .tlsCA,
                keySetting: .tlsCAKey
            )
        )
    }
}
