import FoundationEssentials
import OpenSSLBridge
import TestCommand
import Testing

@testable import MockDigiCertOne

@Suite("Server certificates of one's own")
struct OwnTrustTests {
    /// mkcert's root, down to its missing cRLSign.
    static let mkcert = [
        "basicConstraints=critical,CA:TRUE,pathlen:0", "keyUsage=critical,keyCertSign",
        "subjectKeyIdentifier=hash",
    ]

    /// A root of another make, whose key identifier nobody can compute from its key.
    static let odd = [
        "basicConstraints=CA:TRUE", "subjectKeyIdentifier=01020304",
        "extendedKeyUsage=serverAuth,clientAuth",
    ]

    static let bare = ["basicConstraints=CA:TRUE"]

    @Test(
        "an authority of one's own signs for every name, and clients need it alone",
        arguments: [mkcert, odd, bare],
        [TestAuthority.quickKey, ["-newkey", "rsa:3072"]]
    )
    func authority(extensions: [String], key: [String]) throws {
        let authority = try TestAuthority(
            key: key,
            extensions: extensions,
            stringMask: "nombstr"
        )
        let place = try OwnPlace()
        let certificates = try place.open(authority: authority.own)
        #expect(try place.trusted() == authority.own.certificate)
        for name in ["localhost", "demo.one.digicert.com", "anything.at.all"] {
            let identity = certificates.identity(serverName: name, localAddress: "127.0.0.1")
            let result = try place.verify(identity, as: name)
            #expect(result.status == 0, "\(result.errors)")
        }
        let nameless = certificates.identity(serverName: nil, localAddress: "192.168.7.9")
        #expect(try place.verify(nameless, as: "192.168.7.9").status == 0)
        #expect(place.place.notices.isEmpty)
    }

    @Test("below a root of its own an authority is sent, and the root is what to trust")
    func intermediate() throws {
        let root = try TestAuthority(subject: "/CN=Root")
        let middle = try TestAuthority(subject: "/CN=Middle", issuedBy: root)
        let place = try OwnPlace()
        let certificates = try place.open(
            authority: .init(
                certificate: middle.own.certificate + root.own.certificate,
                key: middle.own.key
            )
        )
        #expect(try place.trusted() == root.own.certificate)
        let identity = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(try identity.chainPEM().hasSuffix(middle.own.certificate))
        #expect(try place.verify(identity, as: "localhost").status == 0)

        let rootless = try OwnPlace()
        _ = try rootless.open(authority: middle.own)
        let words = rootless.place.notices.map(\.description).joined()
        #expect(words.contains("does not hold the root") && words.contains("--tls-ca /"))
        #expect(try rootless.trusted() == middle.own.certificate)
    }

    @Test("name constraints that forbid localhost are told at start, others when they are met")
    func constraints() throws {
        let authority = try TestAuthority(
            extensions: TestAuthority.rootExtensions + ["nameConstraints=permitted;DNS:corp"]
        )
        let place = try OwnPlace()
        let certificates = try place.open(authority: authority.own)
        #expect(place.place.notices == [.forbidden(["localhost", "clientauth.localhost"])])
        _ = certificates.identity(serverName: "a.test", localAddress: "127.0.0.1")
        #expect(place.place.notices.last == .forbidden(["a.test"]))
        let words = place.place.notices.map(\.description).joined()
        #expect(words.contains("--tls-ca") && !words.contains("--renew"))
        let good = certificates.identity(serverName: "a.corp", localAddress: "127.0.0.1")
        #expect(try place.verify(good, as: "a.corp").status == 0)
    }

    @Test("an authority that ends soon says so, and nothing it signs outlives it")
    func end() throws {
        let authority = try TestAuthority()
        let place = try OwnPlace()
        let certificates = try place.open(authority: authority.own, daysFromNow: 330)
        let end = try Certificate.parse(pem: authority.own.certificate).notAfter
        #expect(place.place.notices == [.ownEndsSoon(end)])
        let identity = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(identity.notAfter == end)
        let again = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(identity === again)
    }

    @Test("one state directory changes between its own and a given authority, both ways")
    func changes() throws {
        // Made first: it is valid from its own second on, and the place keeps the time it has.
        let authority = try TestAuthority()
        let place = try OwnPlace()
        _ = try place.place.open()
        let made = try place.trusted()
        let own = try place.open(authority: authority.own)
        #expect(try place.trusted() == authority.own.certificate)
        let identity = own.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(try place.verify(identity, as: "localhost").status == 0)
        let secret = try #require(authority.own.key.split(separator: "\n").dropFirst().first)
        let grep = try TestCommand.run(
            ["grep", "-r", "-F", String(secret), place.place.setup.directory]
        )
        #expect(grep.status == 1)
        let again = try place.place.open()
        #expect(try place.trusted() == made)
        let back = again.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(try place.verify(back, as: "localhost").status == 0)
    }
}

@Suite("A finished server certificate")
struct FinishedServerCertificateTests {
    @Test("is presented whatever the name, and a name that it lacks is told once")
    func names() throws {
        let authority = try TestAuthority()
        let leaf = try authority.issue()
        let place = try OwnPlace()
        let certificates = try place.open(
            certificate: .init(
                certificate: leaf.certificate + authority.own.certificate,
                key: leaf.key
            )
        )
        #expect(try place.trusted() == authority.own.certificate)
        let names: [String?] = ["localhost", "a.example.test", nil, "b.test", "B.test"]
        for name in names + ["example.test"] {
            let identity = certificates.identity(serverName: name, localAddress: "10.0.0.1")
            #expect(try identity.chainPEM() == leaf.certificate)
        }
        #expect(
            place.place.notices == [.nameNotCovered("b.test"), .nameNotCovered("example.test")]
        )
        #expect(place.place.notices[0].description.contains("--tls-cert"))
        let identity = certificates.identity(serverName: nil, localAddress: "127.0.0.1")
        #expect(try place.verify(identity, as: "localhost").status == 0)
    }

    @Test("takes what clients must trust from its own file, or from --tls-ca, and says what lacks")
    func roots() throws {
        let root = try TestAuthority(subject: "/CN=Root")
        let middle = try TestAuthority(subject: "/CN=Middle", issuedBy: root)
        let leaf = try middle.issue()
        let chain = TestAuthority.Pair(
            certificate: leaf.certificate + middle.own.certificate,
            key: leaf.key
        )
        let rootless = try OwnPlace()
        _ = try rootless.open(certificate: chain)
        #expect(try rootless.trusted() == middle.own.certificate)
        let words = rootless.place.notices.map(\.description).joined()
        #expect(words.contains("does not hold the root"))

        let place = try OwnPlace()
        let certificates = try place.open(certificate: chain, roots: root.own.certificate)
        #expect(place.place.notices.isEmpty)
        #expect(try place.trusted() == root.own.certificate)
        let identity = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(try identity.chainPEM() == chain.certificate)
        #expect(try place.verify(identity, as: "localhost").status == 0)

        let error = try #require(throws: ConfigurationError.self) {
            let stranger = try TestAuthority(subject: "/CN=Root").own.certificate
            _ = try OwnPlace().open(certificate: chain, roots: stranger)
        }
        #expect(error.problem.contains("did not issue"))
    }

    @Test("may be its own root, as openssl req -x509 makes it")
    func selfSigned() throws {
        let own = try TestAuthority(
            extensions: ["subjectAltName=DNS:localhost", "basicConstraints=CA:TRUE"]
        ).own
        let place = try OwnPlace()
        let certificates = try place.open(certificate: own)
        #expect(try place.trusted() == own.certificate)
        let identity = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(try identity.chainPEM() == own.certificate)
        #expect(place.place.notices.isEmpty)
    }

    @Test("that is for clients only is refused")
    func purpose() throws {
        let authority = try TestAuthority()
        let leaf = try authority.issue(extensions: ["extendedKeyUsage=clientAuth"])
        let error = try #require(throws: ConfigurationError.self) {
            _ = try OwnPlace().open(certificate: leaf)
        }
        #expect(error.problem.contains("serverAuth"))
    }
}

/// A state directory, and what a person brought, in files.
final class OwnPlace: Sendable {
    let place: Place
    private let files: TemporaryDirectory

    init() throws {
        // Today, because openssl dates what it makes by the system's clock.
        place = try Place(isLoopbackOnly: true)
        place.advance(seconds: SystemClock.secondsSince1970() - Place.start)
        files = try TemporaryDirectory()
        try FileManager.default.createDirectory(
            atPath: place.setup.directory,
            withIntermediateDirectories: true
        )
    }

    func open(
        authority: TestAuthority.Pair,
        daysFromNow: Int64 = 0
    ) throws -> ServerCertificates {
        place.advance(days: daysFromNow)
        return try open([.tlsCA: files.write("ca.pem", authority.key + authority.certificate)])
    }

    func open(
        certificate: TestAuthority.Pair,
        roots: String? = nil
    ) throws -> ServerCertificates {
        var flags: [Setting: String] = [
            .tlsCert: try files.write("tls.crt", certificate.certificate),
            .tlsKey: try files.write("tls.key", certificate.key),
        ]
        if let roots { flags[.tlsCA] = try files.write("roots.pem", roots) }
        return try open(flags)
    }

    private func open(_ flags: [Setting: String]) throws -> ServerCertificates {
        try place.open(from: resolve(flags: flags).serverCertificatesSource(now: place.now))
    }

    /// What a client is given to trust.
    func trusted() throws -> String {
        let path = place.setup.caFilePath
        return String(decoding: try FileBytes.read(path: path, bytesMax: 65_536), as: UTF8.self)
    }

    /// Asks OpenSSL's program, as a client with nothing but that file would.
    func verify(_ identity: ServerIdentity, as name: String) throws -> TestCommand {
        let chain = try files.write("chain.pem", try identity.chainPEM())
        return try TestCommand.run([
            "openssl", "verify", "-purpose", "sslserver", "-attime", "\(place.now)",
            IPAddress.isAddress(name) ? "-verify_ip" : "-verify_hostname", name,
            "-CAfile", place.setup.caFilePath, "-untrusted", chain, chain,
        ])
    }
}
