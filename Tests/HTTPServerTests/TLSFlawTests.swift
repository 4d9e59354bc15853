import HTTP
import HTTPServer
import OpenSSLBridge
import TestClient
import Testing

/// Handshakes that go wrong on purpose.
@Suite("Flaws of a handshake", .timeLimit(.minutes(10)))
struct TLSFlawTests {
    private static let versions = [Int32(0x0303), 0x0304]

    /// A server that asks for certificates, and whose handshakes have a flaw unless the name is
    /// `well.test`.
    private static func makeServer(
        flaw: TLSFlaw,
        limits: (inout ServerLimits) -> Void = { _ in }
    ) throws -> TestServer {
        let identity = try TLSBehaviourTests.makeIdentity()
        let names = try ClientCANames(names: [])
        return try TestServer(
            TestDirector(choose: { hello in
                .serve(
                    identity: identity,
                    world: "default",
                    asksFor: names,
                    flaw: hello.serverName == "well.test" ? nil : flaw
                )
            }),
            security: .tls,
            limits: limits
        )
    }

    private static func options(
        _ version: Int32 = 0,
        hasCertificate: Bool = true
    ) throws -> TestClient.TLSOptions {
        var options = TestClient.TLSOptions(version: version)
        guard hasCertificate else { return options }
        let certificate = try TLSBehaviourTests.ClientCertificate(commonName: "client")
        let above = try TLSBehaviourTests.ClientCertificate(commonName: "above")
        options.certificate = (certificate.certificatePEM, certificate.keyPEM)
        options.chainPEM = [above.certificatePEM]
        return options
    }

    /// The alert that a client gets which sends a request as soon as it can.
    private static func alert(
        from server: TestServer,
        _ options: TestClient.TLSOptions
    ) throws -> Int? {
        do {
            let client = try TestClient(port: server.port, tls: options)
            _ = try client.exchange(TLSBehaviourTests.request)
            return nil
        } catch let failure as TestClient.Failure {
            return failure.alert ?? -1
        }
    }

    @Test(
        "every alert that can answer a certificate does",
        arguments: TLSAlert.all.filter { $0.isSendableAtCertificate && $0 != .certificateRequired },
        versions
    )
    func certificate(alert: TLSAlert, version: Int32) throws {
        let server = try Self.makeServer(flaw: .alertAtCertificate(alert))
        #expect(try Self.alert(from: server, Self.options(version)) == Int(alert.number))
        let facts = server.director.failures(1)[0]
        #expect(facts.alertSent == alert.number)
        #expect(facts.presentedChain.map(\.subject) == ["CN=client", "CN=above"])
        #expect(facts.asksForClientCertificate)
        #expect(server.director.exchanges.isEmpty)
        // Who presents nothing has nothing to be refused.
        #expect(try Self.alert(from: server, Self.options(version, hasCertificate: false)) == nil)
    }

    @Test(
        "a missing certificate is answered with certificate_required, in TLS 1.2 handshake_failure",
        arguments: [(Int32(0x0303), 40), (0x0304, 116)]
    )
    func missing(version: Int32, number: Int) throws {
        let server = try Self.makeServer(flaw: .alertAtCertificate(.certificateRequired))
        let options = try Self.options(version, hasCertificate: false)
        #expect(try Self.alert(from: server, options) == number)
        #expect(server.director.failures(1)[0].alertSent == UInt8(number))
        #expect(try Self.alert(from: server, Self.options(version)) == nil)
    }

    @Test("every alert that can answer a ClientHello does", arguments: TLSAlert.all, versions)
    func hello(alert: TLSAlert, version: Int32) throws {
        guard alert.isSendableAtClientHello else { return }
        let director = TestDirector(choose: { _ in .refuse(alert: alert.number) })
        let server = try TestServer(director, security: .tls)
        let options = TestClient.TLSOptions(version: version)
        #expect(try Self.alert(from: server, options) == Int(alert.number))
        #expect(director.failures(1)[0].alertSent == alert.number)
    }

    @Test("a session made before does not get around a flaw", arguments: versions)
    func resumption(version: Int32) throws {
        let alert = try #require(TLSAlert.named("certificate_revoked"))
        let server = try Self.makeServer(flaw: .alertAtCertificate(alert))
        var options = try Self.options(version)
        options.serverName = "well.test"
        let client = try TestClient(port: server.port, tls: options)
        _ = try client.exchange(TLSBehaviourTests.request)
        options.session = client.session
        let again = try TestClient(port: server.port, tls: options)
        #expect(again.isResumed)
        options.serverName = "flawed.test"
        #expect(try Self.alert(from: server, options) == 44)
    }

    @Test("a handshake can be reset", arguments: versions)
    func resets(version: Int32) throws {
        let server = try Self.makeServer(flaw: .resetDuringHandshake)
        let error = #expect(throws: TestClient.Failure.self) {
            try TestClient(port: server.port, tls: Self.options(version))
        }
        #expect(error?.alert == nil)
        #expect(error?.wasReset == true)
        let facts = server.director.failures(1)[0]
        #expect(facts.serverName == "localhost")
        #expect(facts.alertSent == nil && facts.alertReceived == nil)
        #expect(facts.detail?.contains("reset") == true)
    }

    @Test("a handshake can stand still until the client leaves, longer than its time limit")
    func stalls() throws {
        let server = try Self.makeServer(flaw: .stallHandshake) {
            $0.handshakeTimeout = .milliseconds(50)
        }
        let other = try TestClient(port: server.port)
        var client: TestClient? = try TestClient(port: server.port)
        try client?.send(Self.clientHello)
        while server.director.hellos.isEmpty {}
        // Its limit has passed when that of a later one has.
        #expect(try other.isAtEnd())
        let later = try TestClient(port: server.port)
        #expect(try later.isAtEnd())
        #expect(server.director.failed.isEmpty)
        client = nil
        #expect(server.director.failures(1)[0].detail?.contains("stood still") == true)
        while server.server.connectionCount > 0 {}
    }

    @Test("a handshake that stands still is given up at the limit for waiting, and when all ends")
    func stallEnds() throws {
        let server = try Self.makeServer(flaw: .stallHandshake) {
            $0.waitingTimeout = .milliseconds(50)
        }
        let client = try TestClient(port: server.port)
        try client.send(Self.clientHello)
        #expect(try client.isAtEnd())
        #expect(server.director.failures(1).count == 1)

        let stopping = try Self.makeServer(flaw: .stallHandshake) {
            $0.drainTimeout = .seconds(20)
        }
        let last = try TestClient(port: stopping.port)
        try last.send(Self.clientHello)
        while stopping.director.hellos.isEmpty {}
        let elapsed = ContinuousClock().measure { stopping.server.drain() }
        #expect(elapsed < .seconds(10))
        #expect(try last.isAtEnd())
    }

    /// A ClientHello of TLS 1.2 with one cipher suite and no extension.
    private static let clientHello: [UInt8] =
        [22, 3, 1, 0, 45, 1, 0, 0, 41, 3, 3] + [UInt8](repeating: 7, count: 32)
        + [0, 0, 2, 0xC0, 0x2B, 1, 0]
}
