import Glibc
import TestClient
import Testing

@testable import OpenSSLBridge

@Suite("TLS connection", .timeLimit(.minutes(10)))
struct TLSConnectionTests {
    private static func makeIdentity() throws -> ServerIdentity {
        let key = try PrivateKey.generate(.p256)
        let name = DistinguishedName([.init(.commonName, "server")])
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
        return ServerIdentity(certificate: certificate, privateKey: key, issuer: nil)
    }

    /// Two ends of one connection: the server's does not block, the client's does.
    private static func makePair() -> (server: Int32, client: Int32) {
        var ends: [Int32] = [0, 0]
        _ = unsafe socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends)
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        return (ends[0], ends[1])
    }

    /// Repeats an operation until it no longer waits for the socket.
    private static func untilSettled(_ operation: () -> TLSProgress) -> TLSProgress {
        while true {
            let progress = operation()
            guard progress == .wantsRead || progress == .wantsWrite else { return progress }
        }
    }

    @Test("a handshake, bytes both ways, and the end")
    func echoes() async throws {
        let pair = Self.makePair()
        let client = Aside {
            let client = try TestClient(adopting: pair.client, tls: .init(serverName: "a.test"))
            try client.send("ping")
            return try client.readToEnd()
        }
        let identity = try Self.makeIdentity()
        let context = try TLSContext.makeServer()
        var asked: String?
        do {
            let connection = try TLSConnection.accept(on: pair.server, context: context) { name in
                asked = name
                return .serve(identity: identity, sessionContext: [1], asksFor: nil)
            }
            let shaken = Self.untilSettled { connection.handshake() }
            #expect(shaken == .done(0))
            #expect(asked == "a.test")
            let version = connection.version
            #expect(version == "TLSv1.3")
            let agreed = connection.applicationProtocol
            #expect(agreed == .http11)
            let isResumed = connection.isResumed
            #expect(!isResumed)
            let hasCertificate =
                switch connection.peerCertificate() {
                case .some: true
                case .none: false
                }
            #expect(!hasCertificate)
            var bytes = [UInt8](repeating: 0, count: 100)
            let read = unsafe bytes.withUnsafeMutableBytes { buffer in
                Self.untilSettled { unsafe connection.read(into: buffer) }
            }
            #expect(read == .done(4))
            let hasMore = connection.hasPendingBytes
            #expect(!hasMore)
            let written = unsafe [UInt8]("pong".utf8).withUnsafeBytes { buffer in
                Self.untilSettled { unsafe connection.write(buffer) }
            }
            #expect(written == .done(4))
            connection.sendCloseNotify()
        }
        _ = close(pair.server)
        #expect(try await client.value == Array("pong".utf8))
    }

    @Test("what is no TLS fails, says why, and leaves the error queue empty")
    func garbage() throws {
        let pair = Self.makePair()
        defer {
            _ = close(pair.server)
            _ = close(pair.client)
        }
        _ = unsafe write(pair.client, "this is not TLS at all", 22)
        let context = try TLSContext.makeServer()
        let connection = try TLSConnection.accept(on: pair.server, context: context) { _ in
            .refuse(alert: 80)
        }
        let progress = Self.untilSettled { connection.handshake() }
        guard case .failed(let failure) = progress else {
            Issue.record("\(progress)")
            return
        }
        #expect(failure.peerAlert == nil)
        #expect(failure.detail.hasPrefix("SSL_do_handshake: "))
        #expect(OpenSSLError.drained(after: "nothing").reasons.isEmpty)
    }
}
