import HTTP
import HTTPServer
import OpenSSLBridge
import TestClient
import Testing

@Suite("Session resumption", .timeLimit(.minutes(10)))
struct ResumptionTests {
    private static let request = TLSBehaviourTests.request
    static let versions: [Int32] = [0x0303, 0x0304]

    private static func connect(
        _ server: TestServer,
        _ name: String,
        version: Int32,
        session: TestSession? = nil,
        certificate: (String, String)? = nil
    ) throws -> TestClient {
        let client = try TestClient(
            port: server.port,
            tls: .init(
                serverName: name,
                version: version,
                certificate: certificate,
                session: session
            )
        )
        _ = try client.exchange(request)
        return client
    }

    @Test("a session is resumed without a certificate", arguments: versions)
    func plain(version: Int32) throws {
        let server = try TLSBehaviourTests.makeServer()
        let first = try Self.connect(server, "test", version: version)
        let second = try Self.connect(server, "test", version: version, session: first.session)
        #expect(second.isResumed)
        #expect(server.director.connections.map(\.isResumed) == [false, true])
    }

    @Test("a resumed session carries the certificate it was made with", arguments: versions)
    func withCertificate(version: Int32) throws {
        let server = try TLSBehaviourTests.makeServer()
        let certificate = try TLSBehaviourTests.ClientCertificate(commonName: "client")
        let first = try Self.connect(
            server,
            "clientauth.test",
            version: version,
            certificate: (certificate.certificatePEM, certificate.keyPEM)
        )
        let second = try Self.connect(
            server,
            "clientauth.test",
            version: version,
            session: first.session
        )
        #expect(second.isResumed)
        let seen = server.director.connections.map { $0.presentedCertificate?.sha256 }
        #expect(seen == [certificate.sha256, certificate.sha256])
    }

    @Test(
        "a session is resumed only in the mode and world that made it",
        arguments: [
            ("test", "clientauth.test"), ("clientauth.test", "test"), ("test", "other.test"),
        ],
        versions
    )
    func separated(names: (String, String), version: Int32) throws {
        let server = try TLSBehaviourTests.makeServer()
        let certificate = try TLSBehaviourTests.ClientCertificate(commonName: "client")
        let pair = (certificate.certificatePEM, certificate.keyPEM)
        let first = try Self.connect(server, names.0, version: version, certificate: pair)
        let second = try Self.connect(
            server,
            names.1,
            version: version,
            session: first.session,
            certificate: pair
        )
        #expect(!second.isResumed)
        let isGate = names.1.hasPrefix("clientauth.")
        #expect((server.director.connections[1].presentedCertificate != nil) == isGate)
    }
}
