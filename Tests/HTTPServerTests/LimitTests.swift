import HTTP
import HTTPServer
import TestClient
import Testing

@Suite("Limits", .timeLimit(.minutes(10)))
struct LimitTests {
    @Test(
        "a body of the limit is taken, one byte more is 413",
        arguments: [(99, 200), (100, 200), (101, 413)]
    )
    func body(count: Int, status: Int) throws {
        let server = try TestServer { $0.http.bodyBytesMax = 100 }
        let client = try TestClient(port: server.port)
        let body = String(repeating: "x", count: count)
        let answer = try client.exchange(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: \(count)\r\n\r\n\(body)"
        )
        #expect(answer.status == status)
    }

    @Test(
        "as many fields as the limit are taken, one more is 431",
        arguments: [(9, 200), (10, 200), (11, 431)]
    )
    func fieldCount(count: Int, status: Int) throws {
        let server = try TestServer { $0.http.headerCountMax = 10 }
        let client = try TestClient(port: server.port)
        let others = (1..<count).map { "F\($0): v\r\n" }.joined()
        #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\(others)\r\n").status == status)
    }

    @Test(
        "a target of the limit is taken, one byte more is 414",
        arguments: [(99, 200), (100, 200), (101, 414)]
    )
    func target(count: Int, status: Int) throws {
        let server = try TestServer { $0.http.targetBytesMax = 100 }
        let client = try TestClient(port: server.port)
        let target = "/" + String(repeating: "x", count: count - 1)
        #expect(try client.exchange("GET \(target) HTTP/1.1\r\nHost: a\r\n\r\n").status == status)
    }

    @Test("one connection more than the limit is closed, and there is room again after one ends")
    func connections() throws {
        let server = try TestServer { $0.connectionsMax = 2 }
        let request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"
        let first = try TestClient(port: server.port)
        #expect(try first.exchange(request).status == 200)
        do {
            let second = try TestClient(port: server.port)
            #expect(try second.exchange(request).status == 200)
            #expect(try TestClient(port: server.port).isAtEnd())
            #expect(
                server.director.events.contains {
                    if case .connectionLimitReached = $0 { true } else { false }
                }
            )
            #expect(
                try second.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").status
                    == 200
            )
            #expect(try second.isAtEnd())
        }
        while server.server.connectionCount > 1 {}
        #expect(try TestClient(port: server.port).exchange(request).status == 200)
    }

    /// A request that stops midway, and what the client then sees.
    struct Unfinished: CustomTestStringConvertible {
        let part: String
        let status: Int?

        var testDescription: String { part.isEmpty ? "nothing" : part.debugDescription }
    }

    static let unfinished = [
        Unfinished(part: "", status: nil),
        Unfinished(part: "GET / HT", status: 408),
        Unfinished(part: "GET / HTTP/1.1\r\nHost: a\r\n", status: 408),
        Unfinished(part: "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab", status: 408),
    ]

    @Test("a request that does not go on is given up", arguments: unfinished)
    func timeouts(_ unfinished: Unfinished) throws {
        let server = try TestServer {
            $0.headerTimeout = .milliseconds(150)
            $0.bodyTimeout = .milliseconds(150)
            $0.idleTimeout = .milliseconds(150)
        }
        let client = try TestClient(port: server.port)
        try client.send(unfinished.part)
        if let status = unfinished.status { #expect(try client.readAnswer().status == status) }
        #expect(try client.isAtEnd())
    }

    @Test("a header that trickles in is given up by its beginning, not by its last byte")
    func trickle() throws {
        let server = try TestServer { $0.headerTimeout = .milliseconds(300) }
        let client = try TestClient(port: server.port)
        try client.send("GET / HTTP/1.1\r\n")
        // Far more bytes than the time allows, each of them progress of a kind.
        let sending = Result {
            for _ in 0..<2_000_000 { try client.send("a") }
        }
        let answer = try? client.readAnswer()
        #expect(answer?.status == 408 || answer?.status == 431 || (try? sending.get()) == nil)
    }

    @Test("a TLS handshake that does not go on is given up and noted")
    func handshakeTimeout() throws {
        let server = try TestServer(security: .tls) { $0.handshakeTimeout = .milliseconds(150) }
        let client = try TestClient(port: server.port)
        try client.send([0x16, 0x03, 0x01])
        #expect(try client.isAtEnd())
        #expect(server.director.events.count == 1)
    }
}
