import HTTP
import HTTPServer
import Synchronization
import TestClient
import Testing

/// Holds responders and writers for a test, by the path they were asked for.
final class WaitingRoom: Sendable {
    private struct Guests {
        var responders: [String: Responder] = [:]
        var writers: [String: StreamWriter] = [:]
        var gone: [String] = []
    }

    private let guests = Mutex(Guests())

    /// What became gone or closed, in order.
    var gone: [String] { guests.withLock(\.gone) }

    /// Waits until somebody waits for a path.
    func responder(_ path: String) -> Responder {
        while true {
            if let responder = guests.withLock({ $0.responders[path] }) { return responder }
        }
    }

    /// Waits until somebody follows a path.
    func writer(_ path: String) -> StreamWriter {
        while true {
            if let writer = guests.withLock({ $0.writers[path] }) { return writer }
        }
    }

    /// A director whose paths below `/wait` are held back, and below `/follow` come bit by bit.
    func makeDirector() throws -> TestDirector {
        let identity = try TLSBehaviourTests.makeIdentity()
        return TestDirector(
            answer: { [self] request in
                let path = request.path
                if path.hasPrefix("/wait") {
                    return .whenever { [self] responder in
                        guests.withLock { $0.responders[path] = responder }
                        responder.onGone { [self] in leave(path) }
                    }
                }
                guard path.hasPrefix("/follow") else { return TestDirector.echo(request) }
                let head = Response(status: 200, fields: ["content-type": "text/event-stream"])
                return .stream(head) { [self] writer in
                    guests.withLock { $0.writers[path] = writer }
                    writer.onClose { [self] in leave(path) }
                }
            },
            choose: { _ in .serve(identity: identity, world: "default", asksFor: nil) }
        )
    }

    private func leave(_ path: String) {
        guests.withLock { $0.gone.append(path) }
    }
}

@Suite("Answers held back", .timeLimit(.minutes(10)))
struct WaitingReplyTests {
    private static func request(_ path: String) -> String {
        "GET \(path) HTTP/1.1\r\nHost: a\r\n\r\n"
    }

    private static let done = Response(status: 200, body: Array("done".utf8))

    @Test("an answer comes when somebody has it, and what is pipelined waits behind it")
    func answers() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector())
        let client = try TestClient(port: server.port)
        try client.send(Self.request("/first") + Self.request("/wait") + Self.request("/last"))
        #expect(try client.readAnswer().text == "GET\n/first\n")
        #expect(room.responder("/wait").respond(Self.done))
        #expect(!room.responder("/wait").respond(Self.done))
        #expect(try client.readAnswer().text == "done")
        #expect(try client.readAnswer().text == "GET\n/last\n")
        #expect(server.director.exchanges.map(\.path) == ["/first", "/wait", "/last"])
        #expect(room.gone.isEmpty)
    }

    @Test("an answer may be given before the handler has returned")
    func atOnce() throws {
        let director = TestDirector { _ in .whenever { $0.respond(Self.done) } }
        let server = try TestServer(director)
        let client = try TestClient(port: server.port)
        for _ in 0..<3 { #expect(try client.exchange(Self.request("/")).text == "done") }
    }

    @Test("HTTP/2: other streams are answered while one waits")
    func streams() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector(), security: .tls)
        let peer = try HTTP2Peer(port: server.port)
        try peer.request("/wait", on: 1)
        let responder = room.responder("/wait")
        try peer.request("/other", on: 3)
        #expect(try peer.body(of: 3) == Array("GET\n/other\n".utf8))
        responder.respond(Self.done)
        #expect(try peer.body(of: 1) == Array("done".utf8))
    }

    @Test("whoever holds the answer learns that the client left", arguments: [false, true])
    func left(isTLS: Bool) throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector(), security: isTLS ? .tls : .plain)
        var client: TestClient? =
            isTLS
            ? try TestClient(port: server.port, tls: .init()) : try TestClient(port: server.port)
        try client?.send(Self.request("/wait"))
        let responder = room.responder("/wait")
        #expect(!responder.isGone)
        client = nil
        while room.gone != ["/wait"] {}
        #expect(responder.isGone)
        #expect(!responder.respond(Self.done))
        while server.server.connectionCount > 0 {}
    }

    @Test("HTTP/2: whoever holds the answer learns that the stream was reset, or the client left")
    func resetStream() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector(), security: .tls)
        var peer: HTTP2Peer? = try HTTP2Peer(port: server.port)
        try peer?.request("/wait/1", on: 1)
        try peer?.request("/wait/3", on: 3)
        _ = (room.responder("/wait/1"), room.responder("/wait/3"))
        try peer?.reset(1)
        while room.gone != ["/wait/1"] {}
        #expect(!room.responder("/wait/3").isGone)
        peer = nil
        while room.gone != ["/wait/1", "/wait/3"] {}
    }

    @Test("the time limit for idle connections does not end the wait, that for waiting does")
    func limits() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector()) {
            $0.idleTimeout = .milliseconds(100)
            $0.waitingTimeout = .milliseconds(1_500)
        }
        let client = try TestClient(port: server.port)
        let started = ContinuousClock.now
        try client.send(Self.request("/wait"))
        #expect(try client.isAtEnd())
        #expect(ContinuousClock.now - started >= .milliseconds(1_400))
        #expect(room.gone == ["/wait"])
    }

    @Test("a server that stops answers 503 at once, and holds nothing up")
    func stops() throws {
        let room = WaitingRoom()
        let server = try TestServer(try room.makeDirector(), security: .tls) {
            $0.drainTimeout = .seconds(20)
        }
        let peer = try HTTP2Peer(port: server.port)
        let client = try TestClient(port: server.port, tls: .init())
        try client.send(Self.request("/wait/11"))
        try peer.request("/wait/2", on: 1)
        _ = (room.responder("/wait/11"), room.responder("/wait/2"))
        let elapsed = ContinuousClock().measure { server.server.drain() }
        #expect(elapsed < .seconds(10))
        let answer = try client.readAnswer()
        #expect(answer.status == 503)
        #expect(answer["connection"] == "close")
        #expect(try client.isAtEnd())
        #expect(String(decoding: try peer.body(of: 1), as: UTF8.self).contains("stopping"))
        #expect(Set(room.gone) == ["/wait/11", "/wait/2"])
    }
}
