import HTTP
import HTTPServer
import TestClient
import Testing

@Suite("Listeners of a world", .timeLimit(.minutes(10)))
struct WorldListenerTests {
    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func listener(
        _ world: String,
        port: Int = 0,
        security: ListenerConfiguration.Security = .plain
    ) -> ListenerConfiguration {
        ListenerConfiguration(
            name: "api",
            addresses: ["127.0.0.1", "::1"],
            port: port,
            security: security,
            world: world
        )
    }

    @Test("a listener opened at run time serves its world on every address")
    func opens() throws {
        let server = try TestServer()
        let bound = try server.server.open([Self.listener("red"), Self.listener("blue")])
        #expect(bound.map(\.world) == ["red", "blue"])
        #expect(server.server.listeners.map(\.world) == [nil])
        for listener in bound {
            for address in listener.addresses {
                let client = try TestClient(address: address, port: listener.port)
                #expect(try client.exchange(Self.request).status == 200)
                #expect(server.director.connections.last?.world == listener.world)
            }
        }
        let client = try TestClient(port: server.port)
        #expect(try client.exchange(Self.request).status == 200)
        #expect(server.director.connections.last?.world == "default")
    }

    @Test("a ClientHello tells the world of its listener")
    func tellsWorld() throws {
        let identity = try TLSBehaviourTests.makeIdentity()
        let director = TestDirector(choose: { hello in
            .serve(identity: identity, world: hello.listenerWorld ?? "none", asksFor: nil)
        })
        let server = try TestServer(director, security: .tls)
        let bound = try server.server.open([Self.listener("red", security: .tls)])
        for (port, world) in [(bound[0].port, "red"), (server.port, "none")] {
            let client = try TestClient(port: port, tls: .init())
            #expect(try client.exchange(Self.request).status == 200)
            #expect(director.connections.last?.world == world)
        }
        #expect(director.hellos.map(\.listenerWorld) == ["red", nil])
    }

    @Test("closing frees the port at once, and connections already there go on")
    func closes() throws {
        let server = try TestServer()
        var port = 0
        for round in 0..<20 {
            port = try server.server.open([Self.listener("red", port: port)])[0].port
            let client = try TestClient(port: port)
            #expect(try client.exchange(Self.request).status == 200)
            server.server.close(world: "red")
            #expect(throws: TestClient.Failure.self, "round \(round)") {
                try TestClient(port: port)
            }
            #expect(try client.exchange(Self.request).status == 200)
        }
        #expect(try TestClient(port: server.port).exchange(Self.request).status == 200)
    }

    @Test("the connections of a world can be ended, and no others are")
    func endsConnections() throws {
        let gate = Gate()
        let director = TestDirector { request in
            guard request.path == "/wait" else { return .now(Response(status: 204)) }
            return .later {
                gate.wait()
                return Response(status: 200)
            }
        }
        let server = try TestServer(director)
        let red = try server.server.open([Self.listener("red")])[0].port
        let blue = try server.server.open([Self.listener("blue")])[0].port
        let (idle, silent, busy) = (
            try TestClient(port: red), try TestClient(port: red), try TestClient(port: red)
        )
        let other = try TestClient(port: blue)
        #expect(try idle.exchange(Self.request).status == 204)
        #expect(try other.exchange(Self.request).status == 204)
        try busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n")
        while director.connections.count < 3 || server.server.connectionCount < 4 {}

        server.server.closeConnections(world: "red")
        #expect(try idle.isAtEnd())
        #expect(try silent.isAtEnd())
        #expect(try other.exchange(Self.request).status == 204)
        gate.open()
        let last = try busy.readAnswer()
        #expect(last.status == 200)
        #expect(last["connection"] == "close")
        #expect(try busy.isAtEnd())
        // The listener itself was not closed.
        #expect(try TestClient(port: red).exchange(Self.request).status == 204)
    }

    @Test("all listeners are opened or none")
    func allOrNone() throws {
        let server = try TestServer()
        let bound = try server.server.open([Self.listener("red")])[0]
        let free = try server.server.open([Self.listener("blue")])[0].port
        server.server.close(world: "blue")
        let error = #expect(throws: ServerStartError.self) {
            try server.server.open([
                Self.listener("blue", port: free), Self.listener("blue", port: bound.port),
            ])
        }
        #expect(
            error == .portTaken(listener: "api", address: "127.0.0.1", port: bound.port)
        )
        #expect(throws: TestClient.Failure.self) { try TestClient(port: free) }
    }

    @Test("a server that has stopped opens nothing")
    func stopped() throws {
        let server = try TestServer()
        server.server.drain()
        let error = #expect(throws: ServerStartError.self) {
            try server.server.open([Self.listener("red")])
        }
        #expect(error == .system(operation: "listen", detail: "the server is stopping"))
        server.server.close(world: "red")
    }
}
