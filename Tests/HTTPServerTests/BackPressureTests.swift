import HTTP
import HTTPServer
import TestClient
import Testing

/// Clients that send more than they read.
@Suite("Back-pressure", .timeLimit(.minutes(10)))
struct BackPressureTests {
    private static let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func director(
        bodyBytes: Int,
        _ wait: @escaping @Sendable (Request) -> Void = { _ in }
    ) throws -> TestDirector {
        let identity = try TLSBehaviourTests.makeIdentity()
        return TestDirector(
            answer: { request in
                wait(request)
                return .now(Response(status: 200, body: [UInt8](repeating: 65, count: bodyBytes)))
            },
            choose: { _ in .serve(identity: identity, world: "default", asksFor: nil) }
        )
    }

    @Test("a request behind answers that filled the buffer is answered, though TLS holds it")
    func heldByTLS() throws {
        let gate = Gate()
        let director = try Self.director(bodyBytes: 1_000) { request in
            if request.path == "/gate" { gate.wait() }
        }
        let server = try TestServer(director, security: .tls)
        let client = try TestClient(port: server.port, tls: TestClient.TLSOptions())
        // While the loop waits at the gate, two records arrive that it then reads as one.
        try client.send("GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
        let count = 500
        try client.send(String(repeating: Self.request, count: count))
        try client.send(Self.request)
        gate.open()
        for _ in 0..<(count + 2) { #expect(try client.readAnswer().status == 200) }
    }

    @Test("a client that sends requests and reads no answer is given up")
    func neverReads() throws {
        let director = try Self.director(bodyBytes: 200_000)
        let server = try TestServer(director) { $0.idleTimeout = .milliseconds(300) }
        let client = try TestClient(port: server.port)
        let requests = String(repeating: Self.request, count: 10_000)
        #expect(throws: TestClient.Failure.self) {
            for _ in 0..<1_000 { try client.send(requests) }
        }
        // Closed by the server, and not given up by the client.
        #expect(server.server.connectionCount == 0)
    }

    @Test("an HTTP/2 client that makes frames for itself and reads none is given up")
    func neverReadsFrames() throws {
        let server = try TestServer(try Self.director(bodyBytes: 1), security: .tls) {
            $0.idleTimeout = .milliseconds(300)
        }
        let options = TestClient.TLSOptions(protocols: ["h2"])
        let client = try TestClient(port: server.port, tls: options)
        try client.send(HTTP2Bytes.preface)
        // Streams beyond the limit: each is refused with a frame of its own (RFC 9113 §5.1.2).
        #expect(throws: TestClient.Failure.self) {
            for batch in 0..<2_000 {
                try client.send(
                    (0..<500).flatMap { HTTP2Bytes.headers(stream: (batch * 500 + $0) * 2 + 1) }
                )
            }
        }
    }
}
