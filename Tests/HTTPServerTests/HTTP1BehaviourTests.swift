import HTTP
import HTTPServer
import Synchronization
import TestClient
import Testing

@Suite("HTTP/1.1 on a connection", .timeLimit(.minutes(10)))
struct HTTP1BehaviourTests {
    @Test("a connection is kept for the next request (RFC 9112 §9.3)")
    func keepsAlive() throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        for number in 1...3 {
            let answer = try client.exchange("GET /\(number) HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(answer.text == "GET\n/\(number)\n")
            #expect(answer["connection"] == nil)
        }
        #expect(Set(server.director.connections.map(\.id)).count == 1)
    }

    @Test("pipelined requests are answered in their order (RFC 9112 §9.3.2)")
    func pipelines() throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        let count = 500
        try client.send(
            (0..<count).map { "GET /\($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined()
        )
        for number in 0..<count {
            #expect(try client.readAnswer().text == "GET\n/\(number)\n")
        }
    }

    @Test("an answer made by a worker keeps its place among pipelined ones")
    func laterKeepsOrder() throws {
        let director = TestDirector { request in
            let body = Array(request.path.utf8)
            return request.path == "/slow"
                ? .later { Response(status: 200, body: body) }
                : .now(Response(status: 200, body: body))
        }
        let server = try TestServer(director)
        let client = try TestClient(port: server.port)
        let paths = ["/slow", "/1", "/slow", "/slow", "/2", "/3"]
        try client.send(paths.map { "GET \($0) HTTP/1.1\r\nHost: a\r\n\r\n" }.joined())
        for path in paths { #expect(try client.readAnswer().text == path) }
    }

    @Test("a slow answer holds up no other connection")
    func laterDoesNotBlock() throws {
        let gate = Gate()
        let director = TestDirector { request in
            request.path == "/slow"
                ? .later {
                    gate.wait()
                    return Response(status: 200)
                } : .now(Response(status: 204))
        }
        let server = try TestServer(director, loops: 1)
        let slow = try TestClient(port: server.port)
        try slow.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        let quick = try TestClient(port: server.port)
        #expect(try quick.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").status == 204)
        gate.open()
        #expect(try slow.readAnswer().status == 200)
    }

    @Test("HEAD tells the length and sends no body (RFC 9110 §9.3.2)")
    func head() throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        let answer = try client.exchange("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer["content-length"] == "7")
        #expect(try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n").text == "GET\n/\n")
    }

    @Test("a client that waits for 100 is told to go on (RFC 9110 §10.1.1)")
    func continues() throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        try client.send(
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n"
        )
        #expect(try client.readAnswer().status == 100)
        try client.send("ok")
        #expect(try client.readAnswer().text == "POST\n/\nok")
    }

    @Test("a large body arrives whole, fixed or chunked", arguments: [true, false])
    func largeBody(isChunked: Bool) throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        let body = String(repeating: "0123456789abcdef", count: 60_000)
        let head = "POST / HTTP/1.1\r\nHost: a\r\n"
        try client.send(
            isChunked
                ? head + "Transfer-Encoding: chunked\r\n\r\n"
                    + "\(String(body.utf8.count, radix: 16))\r\n\(body)\r\n0\r\n\r\n"
                : head + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        )
        #expect(try client.readAnswer().body.count == body.utf8.count + 7)
    }

    @Test("a client that takes its time to read gets every answer")
    func backPressure() throws {
        let director = TestDirector { _ in
            .now(Response(status: 200, body: [UInt8](repeating: 65, count: 100_000)))
        }
        let server = try TestServer(director)
        let client = try TestClient(port: server.port)
        // 20 MB of answers, far more than the sockets hold: the server must wait for the reader.
        try client.send(
            String(repeating: "GET / HTTP/1.1\r\nHost: a\r\n\r\n", count: 200)
        )
        for _ in 0..<200 { #expect(try client.readAnswer().body.count == 100_000) }
    }

    @Test("Connection: close is obeyed and told (RFC 9112 §9.6)")
    func closes() throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        let answer = try client.exchange("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
        #expect(answer["connection"] == "close")
        #expect(try client.isAtEnd())
    }

    @Test("a client that ends its side still gets its answer")
    func halfClose() throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        try client.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        client.finishSending()
        #expect(try client.readAnswer().text == "GET\n/\n")
        #expect(try client.isAtEnd())
    }

    @Test("bytes that are no request are refused, noted and the connection ended")
    func refuses() throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        let answer = try client.exchange("GET / HTTP/1.1\r\nHost : a\r\n\r\n")
        #expect(answer.status == 400)
        #expect(answer["x-request-id"] != nil)
        #expect(try client.isAtEnd())
        #expect(server.director.exchanges.map(\.status) == [400])
        #expect(server.director.exchanges[0].reason?.isEmpty == false)
    }

    @Test("the refusal arrives although the client goes on sending (RFC 9112 §9.6)")
    func lingers() throws {
        let server = try TestServer { $0.http.bodyBytesMax = 10 }
        let client = try TestClient(port: server.port)
        try client.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9000000\r\n\r\n")
        for _ in 0..<20 { try? client.send([UInt8](repeating: 65, count: 50_000)) }
        #expect(try client.readAnswer().status == 413)
    }

    @Test("every request has an id of its own")
    func requestIDs() throws {
        let server = try TestServer()
        let client = try TestClient(port: server.port)
        let ids = try (0..<50).map { _ in
            try client.exchange("GET / HTTP/1.1\r\nHost: a\r\n\r\n")["x-request-id"]
        }
        #expect(Set(ids).count == 50)
        #expect(server.director.exchanges.map(\.requestID) == ids)
    }
}
