import HTTP
import HTTPServer
import TestClient
import Testing

/// Deadlines of a request among others on the same connection.
@Suite("Deadlines", .timeLimit(.minutes(10)))
struct DeadlineTests {
    /// Goes on long enough for a deadline of a second to pass if it were not moved.
    private static func whileDeadlinesPass(_ body: () throws -> Void) rethrows {
        let end = ContinuousClock.now + .milliseconds(2_500)
        while ContinuousClock.now < end { try body() }
    }

    private static func makeServer() throws -> TestServer {
        let identity = try TLSBehaviourTests.makeIdentity()
        // Without a body: nobody here widens the client's HTTP/2 window.
        let director = TestDirector(
            answer: { _ in .now(Response(status: 204)) },
            choose: { _ in .serve(identity: identity, world: "default", asksFor: nil) }
        )
        return try TestServer(director, security: .tls) {
            $0.headerTimeout = .seconds(1)
            $0.bodyTimeout = .seconds(1)
        }
    }

    @Test("each pipelined request has its own time", arguments: ["header", "body"])
    func pipelined(cutIn part: String) throws {
        let server = try Self.makeServer()
        let client = try TestClient(port: server.port, tls: TestClient.TLSOptions())
        let request = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok"
        let cut = part == "header" ? 8 : request.utf8.count - 1
        let bytes = Array(request.utf8)
        try client.send(Array(bytes[..<cut]))
        // Each packet ends one request and begins the next: the connection is never idle.
        try Self.whileDeadlinesPass {
            try client.send(Array(bytes[cut...] + bytes[..<cut]))
            #expect(try client.readAnswer().status == 204)
        }
    }

    @Test("each HTTP/2 body has its own time, and 408 ends one stream only")
    func streams() throws {
        let server = try Self.makeServer()
        let options = TestClient.TLSOptions(protocols: ["h2"])
        let client = try TestClient(port: server.port, tls: options)
        try client.send(HTTP2Bytes.preface)
        // Each packet begins one request and ends the one before it.
        var last = 1
        try client.send(HTTP2Bytes.headers(stream: last))
        try Self.whileDeadlinesPass {
            try client.send(
                HTTP2Bytes.headers(stream: last + 2) + HTTP2Bytes.endOfBody(stream: last)
            )
            last += 2
            _ = try client.readSome()
        }
        #expect(server.director.exchanges.allSatisfy { $0.status == 204 })

        // The last one is left alone, and then answered; the connection lives on.
        while !server.director.exchanges.contains(where: { $0.status == 408 }) {
            _ = try client.readSome()
        }
        let count = server.director.exchanges.count
        try client.send(
            HTTP2Bytes.headers(stream: last + 2) + HTTP2Bytes.endOfBody(stream: last + 2)
        )
        while server.director.exchanges.count == count { _ = try client.readSome() }
        #expect(server.director.exchanges.last?.status == 204)
    }
}
