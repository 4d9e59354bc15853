import HTTP
import HTTPServer
import OpenSSLBridge
import TestClient
import Testing

extension TestDirector {
    /// The facts of handshakes that came to their end.
    var completed: [HandshakeFacts] {
        events.compactMap { event in
            guard case .handshakeCompleted(let facts, _) = event else { return nil }
            return facts
        }
    }

    /// The facts of handshakes that failed.
    var failed: [HandshakeFacts] {
        events.compactMap { event in
            guard case .handshakeFailed(let facts, _) = event else { return nil }
            return facts
        }
    }

    /// Waits until a number of handshakes have failed.
    func failures(_ count: Int) -> [HandshakeFacts] {
        while failed.count < count {}
        return failed
    }
}

@Suite("Facts of a handshake", .timeLimit(.minutes(10)))
struct HandshakeFactsTests {
    private typealias ClientCertificate = TLSBehaviourTests.ClientCertificate

    @Test("a complete handshake is told before its requests", arguments: [Int32(0x0303), 0x0304])
    func complete(version: Int32) throws {
        let server = try TLSBehaviourTests.makeServer()
        let certificate = try ClientCertificate(commonName: "somebody")
        let above = try ClientCertificate(commonName: "above")
        let client = try TestClient(
            port: server.port,
            tls: .init(
                serverName: "clientauth.Test",
                protocols: ["spdy/3", "http/1.1"],
                version: version,
                certificate: (certificate.certificatePEM, certificate.keyPEM),
                chainPEM: [above.certificatePEM]
            )
        )
        _ = try client.exchange(TLSBehaviourTests.request)
        let facts = try #require(server.director.completed.first)
        let connection = server.director.connections[0]
        #expect(facts.connectionID == connection.id)
        #expect(facts.loop == connection.loop)
        #expect(facts.listener == "api")
        #expect(facts.remoteAddress == connection.remoteAddress)
        #expect(facts.localPort == server.port)
        #expect(facts.serverName == "clientauth.Test")
        #expect(facts.world == "default")
        #expect(facts.asksForClientCertificate)
        #expect(facts.offeredProtocols == ["spdy/3", "http/1.1"])
        #expect(facts.applicationProtocol == "http/1.1")
        #expect(facts.tlsVersion == (version == 0x0303 ? "TLSv1.2" : "TLSv1.3"))
        #expect(facts.cipher == connection.cipher)
        #expect(!facts.isResumed)
        #expect(facts.presentedChain.map(\.sha256) == [certificate.sha256, above.sha256])
        #expect(facts.presentedChain.first == connection.presentedCertificate)
        #expect(facts.alertReceived == nil && facts.alertSent == nil && facts.detail == nil)
        #expect(facts.microseconds > 0)
        #expect(server.director.failed.isEmpty)
    }

    @Test("a resumed session is told with its leaf")
    func resumed() throws {
        let server = try TLSBehaviourTests.makeServer()
        let certificate = try ClientCertificate(commonName: "somebody")
        var options = TestClient.TLSOptions(
            serverName: "clientauth.test",
            certificate: (certificate.certificatePEM, certificate.keyPEM)
        )
        let first = try TestClient(port: server.port, tls: options)
        _ = try first.exchange(TLSBehaviourTests.request)
        options.session = first.session
        options.certificate = nil
        let second = try TestClient(port: server.port, tls: options)
        _ = try second.exchange(TLSBehaviourTests.request)
        #expect(server.director.completed.map(\.isResumed) == [false, true])
        #expect(
            server.director.completed.last?.presentedChain.map(\.sha256) == [certificate.sha256]
        )
        #expect(server.director.completed.last?.offeredProtocols == [])
        #expect(server.director.completed.last?.applicationProtocol == nil)
    }

    @Test("a refused ClientHello is told with the alert that was sent")
    func refused() throws {
        let server = try TLSBehaviourTests.makeServer()
        #expect(throws: TestClient.Failure.self) {
            try TestClient(
                port: server.port,
                tls: .init(serverName: "refused.test", protocols: ["h2"])
            )
        }
        let facts = server.director.failures(1)[0]
        #expect(facts.serverName == "refused.test")
        #expect(facts.alertSent == 112 && facts.alertReceived == nil)
        #expect(facts.offeredProtocols == ["h2"] && facts.applicationProtocol == nil)
        #expect(facts.tlsVersion == nil && facts.cipher == nil)
        #expect(facts.detail?.isEmpty == false)
        #expect(facts.world == nil)
    }

    @Test("protocols that none of ours is among are told", arguments: [Int32(0x0303), 0x0304])
    func noProtocol(version: Int32) throws {
        let server = try TLSBehaviourTests.makeServer()
        #expect(throws: TestClient.Failure.self) {
            try TestClient(port: server.port, tls: .init(protocols: ["spdy/3"], version: version))
        }
        let facts = server.director.failures(1)[0]
        #expect(facts.alertSent == 120)
        #expect(facts.offeredProtocols == ["spdy/3"] && facts.applicationProtocol == nil)
        #expect(facts.world == "default")
    }

    @Test("a client that does not trust the server is told with its alert, whenever it comes")
    func distrusts() throws {
        let server = try TLSBehaviourTests.makeServer()
        for version in [Int32(0x0303), 0x0304] {
            #expect(throws: TestClient.Failure.self) {
                try TestClient(
                    port: server.port,
                    tls: .init(version: version, trustsServer: false)
                )
            }
        }
        // Two loops tell of them in an order of their own.
        let failed = server.director.failures(2)
            .sorted { ($0.tlsVersion ?? "") < ($1.tlsVersion ?? "") }
        #expect(failed.map(\.alertReceived) == [48, 48])
        #expect(failed.map(\.tlsVersion) == ["TLSv1.2", "TLSv1.3"])
        // In TLS 1.3 our side was complete by then.
        #expect(server.director.completed.allSatisfy { $0.connectionID == failed[1].connectionID })
    }

    @Test("a client that falls silent or leaves in the middle is told; one that never began is not")
    func unfinished() throws {
        let identity = try TLSBehaviourTests.makeIdentity()
        let server = try TestServer(
            TestDirector(choose: { _ in .serve(identity: identity, world: "w", asksFor: nil) }),
            security: .tls
        ) { $0.handshakeTimeout = .milliseconds(300) }
        let never = try TestClient(port: server.port)
        let silent = try TestClient(port: server.port)
        var leaving: TestClient? = try TestClient(port: server.port)
        try silent.send([22, 3, 1])
        try leaving?.send([22, 3, 1, 0, 200, 1])
        leaving = nil
        #expect(try silent.isAtEnd())
        #expect(try never.isAtEnd())
        let failed = server.director.failures(2)
        #expect(failed.count == 2)
        #expect(failed.allSatisfy { $0.serverName == nil && $0.world == nil })
        #expect(failed.allSatisfy { $0.localPort == server.port })
        #expect(Set(failed.map(\.connectionID)).count == 2)
    }
}
