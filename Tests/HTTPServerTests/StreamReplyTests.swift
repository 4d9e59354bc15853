import HTTP
import HTTPServer
import TestClient
import Testing

@Suite("Answers that come bit by bit", .timeLimit(.minutes(10)))
struct StreamReplyTests {
    private static func request(_ path: String, version: String = "1.1") -> String {
        "GET \(path) HTTP/\(version)\r\nHost: a\r\n\r\n"
    }

    @Test("HTTP/1.1: each part comes as a chunk, and the connection goes on after the last")
    func chunked() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector())
        let client = try TestClient(port: server.port)
        try client.send(Self.request("/follow"))
        let head = try client.read(until: "\r\n\r\n")
        #expect(head.hasPrefix("HTTP/1.1 200 OK\r\n"))
        #expect(head.contains("transfer-encoding: chunked\r\n"))
        #expect(!head.contains("content-length"))
        let writer = room.writer("/follow")
        #expect(writer.write(Array("data: 1\n\n".utf8)))
        #expect(try client.read(until: "\n\n\r\n") == "9\r\ndata: 1\n\n\r\n")
        #expect(writer.write(Array("data: 2\n\n".utf8)))
        #expect(try client.read(until: "\n\n\r\n") == "9\r\ndata: 2\n\n\r\n")
        // A request sent meanwhile waits for the end of the body.
        try client.send(Self.request("/next"))
        writer.write(Array("x".utf8))
        writer.end()
        #expect(!writer.write(Array("y".utf8)))
        #expect(try client.read(until: "0\r\n\r\n") == "1\r\nx\r\n0\r\n\r\n")
        #expect(try client.readAnswer().text == "GET\n/next\n")
        #expect(room.gone == ["/follow"])
        #expect(server.director.exchanges.map(\.status) == [200, 200])
    }

    @Test("HTTP/1.0: the body lasts until the connection ends (RFC 9112 §6.3)")
    func untilClose() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector())
        let client = try TestClient(port: server.port)
        try client.send(Self.request("/follow", version: "1.0"))
        let head = try client.read(until: "\r\n\r\n")
        #expect(!head.contains("transfer-encoding"))
        let writer = room.writer("/follow")
        writer.write(Array("one".utf8))
        #expect(try client.read(until: "one") == "one")
        writer.write(Array("two".utf8))
        writer.end()
        #expect(try client.readToEnd() == Array("two".utf8))
    }

    @Test("HTTP/2: each part comes as a frame, beside other streams")
    func frames() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector(), security: .tls)
        let peer = try HTTP2Peer(port: server.port)
        try peer.request("/follow", on: 1)
        let writer = room.writer("/follow")
        #expect(try !peer.next(on: 1, HTTP2Peer.FrameType.headers).endsStream)
        for part in ["one", "two"] {
            writer.write(Array(part.utf8))
            let frame = try peer.next(on: 1, HTTP2Peer.FrameType.data)
            #expect(frame.payload == Array(part.utf8))
            #expect(!frame.endsStream)
        }
        try peer.request("/other", on: 3)
        #expect(try peer.body(of: 3) == Array("GET\n/other\n".utf8))
        writer.write(Array("three".utf8))
        writer.end()
        // The end comes with the last part or in a frame of its own.
        let last = try peer.next(on: 1, HTTP2Peer.FrameType.data)
        #expect(last.payload == Array("three".utf8))
        if !last.endsStream {
            #expect(try peer.next(on: 1, HTTP2Peer.FrameType.data).endsStream)
        }
        #expect(room.gone == ["/follow"])
    }

    @Test("HEAD gets the head, and nothing is begun")
    func head() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector())
        let client = try TestClient(port: server.port)
        let answer = try client.exchange("HEAD /follow HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(answer["content-type"] == "text/event-stream")
        #expect(try client.exchange(Self.request("/next")).text == "GET\n/next\n")
    }

    @Test("whoever writes learns that the client left", arguments: [false, true])
    func left(isTLS: Bool) throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector(), security: isTLS ? .tls : .plain)
        var client: TestClient? =
            isTLS
            ? try TestClient(port: server.port, tls: .init()) : try TestClient(port: server.port)
        try client?.send(Self.request("/follow"))
        let writer = room.writer("/follow")
        _ = try client?.read(until: "\r\n\r\n")
        #expect(!writer.isClosed)
        client = nil
        while room.gone != ["/follow"] {}
        #expect(writer.isClosed)
        #expect(!writer.write([1]))
    }

    @Test("HTTP/2: whoever writes learns that the stream was reset")
    func resetStream() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector(), security: .tls)
        let peer = try HTTP2Peer(port: server.port)
        try peer.request("/follow", on: 1)
        _ = room.writer("/follow")
        try peer.reset(1)
        while room.gone != ["/follow"] {}
        try peer.request("/other", on: 3)
        #expect(try peer.body(of: 3) == Array("GET\n/other\n".utf8))
    }

    @Test("a client that does not read is cut off above the limit")
    func unread() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector()) {
            $0.streamUnsentBytesMax = 300_000
        }
        let client = try TestClient(port: server.port)
        try client.send(Self.request("/follow"))
        let writer = room.writer("/follow")
        // More than the socket's own buffers can hold on any machine.
        let part = [UInt8](repeating: 65, count: 100_000)
        var count = 0
        while writer.write(part), count < 2_000 { count += 1 }
        #expect(count < 2_000)
        #expect(writer.isClosed)
        while server.server.connectionCount > 0 {}
        #expect(room.gone == ["/follow"])
        // What it has of the body must not look like all of it.
        #expect(try client.readToEnd().suffix(5) != Array("0\r\n\r\n".utf8)[...])
    }

    @Test("HTTP/2: a client that gives no window has its stream reset above the limit")
    func noWindow() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector(), security: .tls) {
            $0.streamUnsentBytesMax = 300_000
        }
        let peer = try HTTP2Peer(port: server.port)
        try peer.request("/follow", on: 1)
        let writer = room.writer("/follow")
        let part = [UInt8](repeating: 65, count: 100_000)
        var count = 0
        while writer.write(part), count < 2_000 { count += 1 }
        #expect(count < 2_000)
        #expect(try peer.next(on: 1, HTTP2Peer.FrameType.reset).number == 8)
        #expect(room.gone == ["/follow"])
    }

    @Test("much is moved through a slow reader whole and in order")
    func much() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector(), security: .tls)
        let client = try TestClient(port: server.port, tls: .init())
        try client.send(Self.request("/follow", version: "1.0"))
        let writer = room.writer("/follow")
        _ = try client.read(until: "\r\n\r\n")
        let part = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        for _ in 0..<40 {
            writer.write(part)
            #expect(try client.read(count: part.count) == part)
        }
        for _ in 0..<10 { writer.write(part) }
        writer.end()
        #expect(try client.readToEnd().count == 10 * part.count)
    }

    @Test("a server that stops ends the body in good order, and is not held up")
    func stops() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector(), security: .tls) {
            $0.drainTimeout = .seconds(20)
        }
        let client = try TestClient(port: server.port, tls: .init())
        try client.send(Self.request("/follow/11"))
        let peer = try HTTP2Peer(port: server.port)
        try peer.request("/follow/2", on: 1)
        _ = (room.writer("/follow/11"), room.writer("/follow/2"))
        let elapsed = ContinuousClock().measure { server.server.drain() }
        #expect(elapsed < .seconds(10))
        #expect(try client.readToEnd().suffix(5) == Array("0\r\n\r\n".utf8)[...])
        #expect(try peer.body(of: 1) == [])
        #expect(Set(room.gone) == ["/follow/11", "/follow/2"])
    }
}
