import FoundationEssentials
import Glibc
import OpenSSLBridge
import TestCommand
import Testing

@testable import MockDigiCertOne

@Suite("The files of the TLS authority")
struct ServerCertificatesFilesTests {
    @Test("a restart keeps the authority, and writes a lost ca.pem again")
    func restart() throws {
        let place = try Place()
        _ = try place.open()
        let root = try text(place.setup.caFilePath)
        try FileManager.default.removeItem(atPath: place.setup.caFilePath)

        let certificates = try place.open()
        #expect(try text(certificates.caFilePath) == root)
        let identity = certificates.identity(serverName: "localhost", localAddress: "127.0.0.1")
        #expect(try place.verify(identity, as: "localhost").status == 0)
        #expect(place.notices.isEmpty)
    }

    @Test(
        "pkilint finds nothing in root, intermediate and server certificate",
        .enabled(if: CertificateLint.isReady),
        arguments: [true, false]
    )
    func lint(_ isLoopbackOnly: Bool) throws {
        let place = try Place(isLoopbackOnly: isLoopbackOnly)
        let identity = try place.open().identity(serverName: nil, localAddress: "127.0.0.1")
        let files = try #require(try ServerCertificatesFiles.load(place.setup))
        let server = PEM.encode(try identity.certificateDER(), label: "CERTIFICATE")
        for pem in [files.root, files.intermediate, server] {
            // pkilint takes names of one label, such as localhost, for errors; clients do not.
            let findings = try CertificateLint.findings(in: pem).split(separator: "\n").filter {
                !$0.contains("DnsNameSyntaxValidator") && !$0.contains("invalid_domain_name_syntax")
            }
            #expect(findings.isEmpty, "\(findings)")
        }
    }

    @Test("a new root is another root, and the old one vouches for nothing more")
    func renew() throws {
        let place = try Place()
        let before = try place.open().identity(
            serverName: "localhost",
            localAddress: "127.0.0.1"
        )
        try ServerCertificates.renew(place.setup, now: place.now)
        let after = try place.open().identity(
            serverName: "localhost",
            localAddress: "127.0.0.1"
        )
        #expect(try place.verify(after, as: "localhost").status == 0)
        #expect(try place.verify(before, as: "localhost").status != 0)
    }

    @Test("only the owner can read the keys, everybody the root")
    func permissions() throws {
        let place = try Place()
        _ = try place.open()
        #expect(try mode(place.setup.directory) == 0o700)
        #expect(try mode(place.setup.authorityDirectory) == 0o700)
        #expect(try mode(place.setup.authorityFilePath) == 0o600)
        #expect(try mode(place.setup.caFilePath) == 0o644)
        let files = try FileManager.default.contentsOfDirectory(
            atPath: place.setup.authorityDirectory
        )
        #expect(files == ["authority.pem"])
    }

    @Test("the key of the root is in no file")
    func rootKeyIsDestroyed() throws {
        let place = try Place()
        _ = try place.open()
        let stored = try #require(try ServerCertificatesFiles.load(place.setup))
        let root = try Certificate.parse(pem: stored.root)
        let intermediate = try Certificate.parse(pem: stored.intermediate)
        let key = try PrivateKey.parse(pem: stored.key)
        let publicKey = try key.publicKeyInfo()
        #expect(intermediate.publicKey == publicKey)
        #expect(root.publicKey != publicKey)
        let isSigned = intermediate.isSigned(by: root)
        #expect(isSigned)
    }

    @Test("names that came after the authority are reported, and left out of its certificates")
    func laterNames() throws {
        let place = try Place()
        _ = try place.open()
        let later = try place.with(names: ["late.corp", "mock.test"])
        let certificates = try later.open()
        #expect(later.notices == [.configuredNamesNotAdmitted(["late.corp"])])
        let identity = certificates.identity(serverName: nil, localAddress: "127.0.0.1")
        #expect(try later.verify(identity, as: "localhost").status == 0)
        #expect(try later.verify(identity, as: "mock.test").status == 0)

        try ServerCertificates.renew(later.setup, now: later.now)
        let renewed = try later.open().identity(
            serverName: "late.corp",
            localAddress: "127.0.0.1"
        )
        #expect(try later.verify(renewed, as: "late.corp").status == 0)
    }

    @Test("an unconstrained authority on loopback is reported, as is one that ends soon")
    func notices() throws {
        let wide = try Place(isLoopbackOnly: false)
        _ = try wide.open()
        let narrow = try wide.with(isLoopbackOnly: true)
        narrow.advance(days: 3600)
        _ = try narrow.open()
        #expect(narrow.notices == [.unconstrained, .authorityEndsSoon])
    }

    @Test("a broken file is named, with the way out", arguments: ["", "-----BEGIN X-----", "\0"])
    func broken(_ content: String) throws {
        let place = try Place()
        _ = try place.open()
        try Data(content.utf8).write(to: URL(filePath: place.setup.authorityFilePath))
        let error = try #require(throws: ServerCertificatesError.self) { _ = try place.open() }
        #expect(error.path == place.setup.authorityFilePath)
        #expect(error.description.contains("ca --renew"))
    }

    @Test("a key that is not the certificate's is refused")
    func foreignKey() throws {
        let place = try Place()
        _ = try place.open()
        let stored = try #require(try ServerCertificatesFiles.load(place.setup))
        let key = try PrivateKey.generate(.p256).pem()
        try Data((key + stored.intermediate + stored.root).utf8)
            .write(to: URL(filePath: place.setup.authorityFilePath))
        #expect(throws: ServerCertificatesError.self) { _ = try place.open() }
    }

    private func text(_ path: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
    }

    private func mode(_ path: String) throws -> UInt32 {
        var status = stat()
        try #require(unsafe stat(path, &status) == 0)
        return status.st_mode & 0o777
    }
}
