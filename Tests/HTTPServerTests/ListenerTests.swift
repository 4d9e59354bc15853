import HTTP
import HTTPServer
import TestClient
import Testing

@Suite("Listeners", .timeLimit(.minutes(10)))
struct ListenerTests {
    @Test("each connection has a number of its own, whichever loop took it")
    func numbers() throws {
        let gate = Gate()
        let director = TestDirector { request in
            if request.path == "/wait" { gate.wait() }
            return .now(Response(status: 204))
        }
        let server = try TestServer(director, loops: 2)
        let first = try TestClient(port: server.port)
        try first.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        while director.connections.isEmpty {}
        // The loop of the first is held up, so the other one takes the second.
        let second = try TestClient(port: server.port)
        #expect(try second.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 204)
        gate.open()
        #expect(try first.readAnswer().status == 204)
        #expect(Set(director.connections.map(\.loop)).count == 2)
        #expect(Set(director.connections.map(\.id)).count == 2)
    }

    @Test("port 0 takes one port that is free on every address")
    func samePort() throws {
        let server = try TestServer(addresses: ["127.0.0.1", "::1"])
        let bound = server.server.listeners[0]
        #expect(bound.port > 0)
        for address in bound.addresses {
            let client = try TestClient(address: address, port: bound.port)
            #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        }
        #expect(bound.addresses.first == "127.0.0.1")
    }

    @Test("a taken port is an error that names listener, address and port")
    func taken() throws {
        let server = try TestServer()
        let error = #expect(throws: ServerStartError.self) {
            try HTTPServer.start(
                [
                    ListenerConfiguration(
                        name: "control",
                        addresses: ["127.0.0.1"],
                        port: server.port,
                        security: .plain
                    )
                ],
                limits: ServerLimits(),
                loops: 1,
                director: TestDirector()
            )
        }
        #expect(
            error == .portTaken(listener: "control", address: "127.0.0.1", port: server.port)
        )
    }

    @Test("an optional listener whose port is taken is left out, and the others accept")
    func optional() throws {
        let other = try TestServer()
        let names = ["first", "optional", "last"]
        let server = try HTTPServer.start(
            names.map { name in
                ListenerConfiguration(
                    name: name,
                    addresses: ["127.0.0.1"],
                    port: name == "optional" ? other.port : 0,
                    security: .plain,
                    isOptional: name == "optional"
                )
            },
            limits: ServerLimits(),
            loops: 1,
            director: TestDirector()
        )
        defer { server.drain() }
        #expect(server.listeners.map(\.name) == ["first", "last"])
        let refusal = ServerStartError.portTaken(
            listener: "optional",
            address: "127.0.0.1",
            port: other.port
        )
        #expect(server.refusals == [refusal])
        for listener in server.listeners {
            let client = try TestClient(port: listener.port)
            #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 200)
        }
    }

    @Test(
        "an address that is none is an error",
        arguments: ["localhost", "1.2.3", "", "::g", "192.0.2.1"]
    )
    func unusable(address: String) throws {
        let error = #expect(throws: ServerStartError.self) {
            try HTTPServer.start(
                [
                    ListenerConfiguration(
                        name: "api",
                        addresses: [address],
                        port: 0,
                        security: .plain
                    )
                ],
                limits: ServerLimits(),
                loops: 1,
                director: TestDirector()
            )
        }
        guard case .addressUnusable("api", address, _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test("the client's address and port are told")
    func remoteAddress() throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        _ = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(server.director.connections[0].remoteAddress.hasPrefix("127.0.0.1:"))
    }

    @Test("many connections at once are spread and served")
    func many() throws {
        let server = try TestServer()
        let clients = try (0..<200).map { _ in try TestClient(port: server.port) }
        for client in clients { try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") }
        for client in clients { #expect(try client.readAnswer().status == 200) }
        #expect(Set(server.director.connections.map(\.id)).count >= 100)
    }
}

@Suite("Draining", .timeLimit(.minutes(10)))
struct DrainTests {
    @Test("an idle connection is closed, and no new one is taken")
    func idle() throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        _ = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        server.server.drain()
        #expect(try client.isAtEnd())
        #expect(throws: TestClient.Failure.self) { try TestClient(port: server.port) }
    }

    @Test("a kept connection that its client does not watch holds nothing up")
    func unwatched() throws {
        let server = try TestServer {
            $0.lingerTimeout = .seconds(20)
            $0.drainTimeout = .seconds(20)
        }
        let client = try TestClient(port: server.port)
        _ = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        let elapsed = ContinuousClock().measure { server.server.drain() }
        #expect(elapsed < .seconds(10))
        #expect(try client.isAtEnd())
    }

    @Test("a request under way is answered, with Connection: close")
    func inFlight() async throws {
        let gate = Gate()
        let director = TestDirector { _ in
            .later {
                gate.wait()
                return Response(status: 200, body: Array("done".utf8))
            }
        }
        let server = try TestServer(director)
        let client = try TestClient(port: server.port)
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        while director.connections.isEmpty {}
        let draining = Aside { [server = server.server] in server.drain() }
        while (try? TestClient(port: server.port)) != nil {}
        gate.open()
        let answer = try client.readAnswer()
        #expect(answer.text == "done")
        #expect(answer["connection"] == "close")
        try await draining.value
    }

    @Test("a request that never ends holds up the drain no longer than its limit")
    func bounded() throws {
        let server = try TestServer { $0.drainTimeout = .milliseconds(200) }
        let client = try TestClient(port: server.port)
        try client.send("GET / HTTP/1.1\r\nHo")
        _ = try TestClient(port: server.port).exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        server.server.drain()
        #expect(try client.isAtEnd())
    }
}
