import FoundationEssentials
import Glibc
import OpenSSLBridge
import Synchronization
import TestCommand
import Testing

@testable import MockDigiCertOne

@Suite("Server certificates")
struct ServerCertificatesTests {
    /// One handshake, and whether `openssl verify` believes what it is shown.
    struct Handshake: Sendable, CustomTestStringConvertible {
        var serverName: String?
        var localAddress = "127.0.0.1"
        /// What the client verifies: `-verify_hostname` or `-verify_ip`.
        let verified: String
        var isBelieved = true

        var testDescription: String {
            "SNI \(serverName ?? "none") at \(localAddress), verified as \(verified)"
        }
    }

    static let loopbackHandshakes = [
        Handshake(serverName: "localhost", verified: "localhost"),
        Handshake(serverName: "LocalHost.", verified: "localhost"),
        Handshake(serverName: "t42.localhost", verified: "t42.localhost"),
        Handshake(
            serverName: "clientauth.one.digicert.com",
            verified: "clientauth.one.digicert.com"
        ),
        Handshake(serverName: "one.digicert.co.jp", verified: "one.digicert.co.jp"),
        Handshake(serverName: "mock.internal", verified: "mock.internal"),
        Handshake(serverName: "word", verified: "word"),
        Handshake(serverName: "sub.named.invalid", verified: "sub.named.invalid"),
        Handshake(serverName: nil, verified: "localhost"),
        Handshake(serverName: nil, verified: "clientauth.localhost"),
        Handshake(serverName: nil, verified: "127.0.0.1"),
        Handshake(serverName: nil, verified: "::1"),
        Handshake(serverName: nil, verified: "word"),
        Handshake(serverName: nil, verified: "machine"),
        Handshake(serverName: nil, verified: "203.0.113.9"),
        Handshake(serverName: nil, localAddress: "192.168.7.9", verified: "192.168.7.9"),
        Handshake(serverName: nil, localAddress: "::ffff:10.1.2.3", verified: "10.1.2.3"),
        Handshake(serverName: nil, localAddress: "fe80::7%eth0", verified: "fe80::7"),
        Handshake(serverName: "127.0.0.1", verified: "127.0.0.1"),
        Handshake(serverName: "bad\u{1}name", verified: "localhost"),
        Handshake(serverName: String(repeating: "a.", count: 200), verified: "localhost"),

        Handshake(serverName: "example.com", verified: "example.com", isBelieved: false),
        Handshake(serverName: "notdigicert.com", verified: "notdigicert.com", isBelieved: false),
        Handshake(serverName: "localhost", verified: "127.0.0.1", isBelieved: false),
        Handshake(
            serverName: nil,
            localAddress: "8.8.8.8",
            verified: "8.8.8.8",
            isBelieved: false
        ),
        Handshake(
            serverName: nil,
            localAddress: "8.8.8.8",
            verified: "localhost",
            isBelieved: true
        ),
    ]

    @Test("openssl verify believes exactly the names admitted", arguments: loopbackHandshakes)
    func loopback(_ handshake: Handshake) throws {
        let place = try Place(names: ["word", "named.invalid", "203.0.113.9"])
        let certificates = try place.open()
        let identity = certificates.identity(
            serverName: handshake.serverName,
            localAddress: handshake.localAddress
        )
        let result = try place.verify(identity, as: handshake.verified)
        #expect((result.status == 0) == handshake.isBelieved, "\(result.errors)")
    }

    @Test("a server that listens beyond loopback may be called by any name")
    func wide() throws {
        let place = try Place(isLoopbackOnly: false)
        let certificates = try place.open()
        let identity = certificates.identity(serverName: "example.com", localAddress: "8.8.8.8")
        #expect(try place.verify(identity, as: "example.com").status == 0)
        let unnamed = certificates.identity(serverName: nil, localAddress: "8.8.8.8")
        #expect(try place.verify(unnamed, as: "8.8.8.8").status == 0)
        #expect(place.notices.isEmpty)
    }

    @Test("where somebody says what the names are, a wide server is constrained too")
    func wideWithNames() throws {
        let place = try Place(isLoopbackOnly: false, names: ["mock.corp"])
        let certificates = try place.open()
        let named = certificates.identity(serverName: "mock.corp", localAddress: "10.0.0.1")
        #expect(try place.verify(named, as: "mock.corp").status == 0)
        let other = certificates.identity(serverName: "example.com", localAddress: "10.0.0.1")
        #expect(try place.verify(other, as: "example.com").status != 0)
    }

    @Test("a name that is not admitted is reported once, with the way to admit it")
    func reports() throws {
        let place = try Place()
        let certificates = try place.open()
        for _ in 0..<3 {
            _ = certificates.identity(serverName: "example.com", localAddress: "127.0.0.1")
        }
        #expect(place.notices == [.nameNotAdmitted("example.com")])
        let text = place.notices.map(\.description).joined()
        #expect(text.contains("--names") && text.contains("ca --renew"))
        #expect(text.contains("--ephemeral"))
    }

    @Test("the same name gets the same identity, until 30 days before its end")
    func renewal() throws {
        let place = try Place()
        let certificates = try place.open()
        let first = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        place.advance(days: 58)
        place.advance(seconds: -2)
        let same = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(first === same)
        place.advance(seconds: 1)
        let renewed = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(first !== renewed)
        #expect(renewed.notAfter > first.notAfter)
        #expect(try place.verify(renewed, as: "localhost").status == 0)
    }

    @Test("a clock that was set back gets certificates that are valid there")
    func clockSetBack() throws {
        let place = try Place()
        let certificates = try place.open()
        let first = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        place.advance(days: -3)
        let second = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(first !== second)
    }

    @Test("a certificate is dated back two days and lasts 90")
    func dates() throws {
        let place = try Place()
        let identity = try place.open().identity(
            serverName: "localhost",
            localAddress: "127.0.0.1"
        )
        let der = try identity.certificateDER()
        let certificate = try Certificate.parse(der: der.span)
        #expect(certificate.notBefore == Place.start - 2 * 86_400)
        #expect(certificate.notAfter == Place.start + 88 * 86_400 - 1)
        #expect(certificate.subject == "CN=mock-digicert-one server,O=mock-digicert-one")
    }

    @Test("no more than 256 identities are kept, and the oldest goes first")
    func bounded() throws {
        let certificates = try Place().open()
        let identity = { (number: Int) in
            certificates.identity(serverName: "t\(number).test", localAddress: "127.0.0.1")
        }
        let first = identity(0)
        let second = identity(1)
        for number in 2...256 { _ = identity(number) }
        #expect(identity(1) === second)
        #expect(identity(0) !== first)
    }
}

/// A state directory, a clock that a test moves, and what was reported.
final class Place: Sendable {
    /// 2026-03-01T00:00:00Z.
    static let start: Int64 = 1_772_323_200

    let setup: ServerCertificatesSetup
    private let directory: TemporaryDirectory
    private let time = Atomic<Int64>(start)
    private let reported = Mutex<[ServerCertificatesNotice]>([])

    init(
        isLoopbackOnly: Bool = true,
        names: [String] = [],
        directory: TemporaryDirectory? = nil
    ) throws {
        self.directory = try directory ?? TemporaryDirectory()
        setup = ServerCertificatesSetup(
            directory: self.directory.path + "/state",
            isLoopbackOnly: isLoopbackOnly,
            names: names,
            hostName: "machine"
        )
    }

    /// The same directory with another setup.
    func with(isLoopbackOnly: Bool = true, names: [String] = []) throws -> Place {
        try Place(isLoopbackOnly: isLoopbackOnly, names: names, directory: directory)
    }

    var now: Int64 { time.load(ordering: .relaxed) }

    var notices: [ServerCertificatesNotice] { reported.withLock { $0 } }

    func advance(days: Int64 = 0, seconds: Int64 = 0) {
        time.add(days * 86_400 + seconds, ordering: .relaxed)
    }

    func open(
        from source: ServerCertificatesSource = .made
    ) throws -> ServerCertificates {
        try ServerCertificates.open(
            setup,
            from: source,
            now: { self.now },
            report: { notice in self.reported.withLock { $0.append(notice) } }
        )
    }

    /// Asks OpenSSL's own program, with all of RFC 5280's checks, what it thinks of a chain.
    func verify(_ identity: ServerIdentity, as name: String) throws -> TestCommand {
        let directory = try TemporaryDirectory()
        let chain = try directory.write("chain.pem", try identity.chainPEM())
        return try TestCommand.run([
            "openssl", "verify", "-x509_strict", "-purpose", "sslserver",
            IPAddress.isAddress(name) ? "-verify_ip" : "-verify_hostname", name,
            "-attime", "\(now)", "-CAfile", setup.caFilePath, "-untrusted", chain, chain,
        ])
    }
}
