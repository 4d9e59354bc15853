import Glibc
import TestClient
import Testing

@testable import OpenSSLBridge

@Suite("TLSClientConnection", .timeLimit(.minutes(10)))
struct TLSClientConnectionTests {
    private static func makeIdentity() throws -> (identity: ServerIdentity, pem: String) {
        let key = try PrivateKey.generate(.p256)
        let name = DistinguishedName([.init(.commonName, "a.test")])
        let publicKey = try key.publicKeyInfo()
        let certificate = try Certificate.make(
            CertificateTemplate(
                serialNumber: [1],
                issuer: CertificateIssuer(subject: name, publicKey: publicKey),
                subject: name,
                notBefore: 1_000_000_000,
                notAfter: 4_000_000_000,
                extensions: []
            ),
            publicKey: publicKey,
            issuerKey: key
        )
        let pem = try certificate.pem()
        return (ServerIdentity(certificate: certificate, privateKey: key, issuer: nil), pem)
    }

    /// A server that answers `ping` with `pong` and ends, or refuses.
    private static func serve(
        _ identity: ServerIdentity?,
        on descriptor: Int32
    ) -> Aside<Bool> {
        Aside {
            defer { _ = close(descriptor) }
            let context = try TLSContext.makeServer()
            let connection = try TLSConnection.accept(on: descriptor, context: context) { _ in
                guard let identity else { return .refuse(alert: 112) }
                return .serve(identity: identity, sessionContext: [1], asksFor: nil)
            }
            guard case .done = connection.handshake() else { return false }
            var bytes = [UInt8](repeating: 0, count: 4)
            _ = unsafe bytes.withUnsafeMutableBytes { unsafe connection.read(into: $0) }
            _ = unsafe [UInt8]("pong".utf8).withUnsafeBytes { unsafe connection.write($0) }
            connection.sendCloseNotify()
            return bytes == Array("ping".utf8)
        }
    }

    private static func makePair() -> (server: Int32, client: Int32) {
        // OpenSSL writes without MSG_NOSIGNAL: an end that has gone would end the test's process.
        _ = signal(SIGPIPE, SIG_IGN)
        var ends: [Int32] = [0, 0]
        _ = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        return (ends[0], ends[1])
    }

    @Test(
        "bytes go both ways, and whether the server is trusted is told",
        arguments: [(true, "a.test"), (true, "b.test"), (false, "a.test")]
    )
    func exchange(_ isTrusted: Bool, _ name: String) async throws {
        let (identity, pem) = try Self.makeIdentity()
        let pair = Self.makePair()
        defer { _ = close(pair.client) }
        let server = Self.serve(identity, on: pair.server)
        let connection = try TLSClientConnection.connect(
            on: pair.client,
            with: .init(serverName: name, trusted: isTrusted ? pem : "")
        )
        try connection.send(Array("ping".utf8))
        let answer = try connection.receive()
        #expect(answer == Array("pong".utf8))
        let rest = try connection.receive()
        #expect(rest == nil)
        let version = connection.version
        #expect(version == "TLSv1.3")
        let cipher = connection.cipher
        #expect(cipher.hasPrefix("TLS_"))
        let subject = connection.serverCertificate()?.subject
        #expect(subject == "CN=a.test")
        let problem = connection.verificationProblem
        #expect((problem == nil) == (isTrusted && name == "a.test"), "\(problem ?? "")")
        #expect(try await server.value)
        #expect(OpenSSLError.drained(after: "nothing").reasons.isEmpty)
    }

    @Test("a server that refuses is an error which names the alert")
    func refused() async throws {
        let pair = Self.makePair()
        defer { _ = close(pair.client) }
        let server = Self.serve(nil, on: pair.server)
        #expect {
            _ = try TLSClientConnection.connect(
                on: pair.client,
                with: .init(serverName: "a.test", trusted: "")
            )
        } throws: { error in
            "\(error)".contains("unrecognized name")
        }
        #expect(try await server.value == false)
        #expect(OpenSSLError.drained(after: "nothing").reasons.isEmpty)
    }

    @Test("a key that is none is an error, before anything is sent")
    func noKey() throws {
        let (_, pem) = try Self.makeIdentity()
        let pair = Self.makePair()
        defer {
            _ = close(pair.client)
            _ = close(pair.server)
        }
        #expect(throws: OpenSSLError.self) {
            _ = try TLSClientConnection.connect(
                on: pair.client,
                with: .init(serverName: "a.test", trusted: pem, certificate: pem, key: "none")
            )
        }
    }

    @Test("CertificatePrinting: a certificate is printed as openssl does it")
    func printed() throws {
        let (_, pem) = try Self.makeIdentity()
        let text = try Certificate.parse(pem: pem).printed()
        #expect(text.hasPrefix("Certificate:\n    Data:"))
        #expect(text.contains("CN") && text.contains("prime256v1"))
    }
}
