import HTTP
import HTTPServer
import OpenSSLBridge
import Synchronization

/// A director that answers what a test tells it to, and remembers what it saw.
final class TestDirector: ConnectionDirector {
    private struct Seen {
        var hellos: [ClientHello] = []
        var exchanges: [Exchange] = []
        var events: [ConnectionEvent] = []
        var connections: [ConnectionFacts] = []
    }

    private let seen = Mutex(Seen())
    private let answer: @Sendable (Request) -> Reply
    private let choose: @Sendable (ClientHello) -> TLSDirection

    /// Makes a director.
    init(
        answer: @escaping @Sendable (Request) -> Reply = TestDirector.echo,
        choose: @escaping @Sendable (ClientHello) -> TLSDirection = { _ in .refuse(alert: 80) }
    ) {
        self.choose = choose
        self.answer = answer
    }

    /// Answers with method, target and body, one a line.
    static let echo: @Sendable (Request) -> Reply = { request in
        let text = "\(request.method)\n\(request.target)\n"
        return .now(Response(status: 200, body: Array(text.utf8) + request.body))
    }

    var hellos: [ClientHello] { seen.withLock { $0.hellos } }
    var exchanges: [Exchange] { seen.withLock { $0.exchanges } }
    var events: [ConnectionEvent] { seen.withLock { $0.events } }
    var connections: [ConnectionFacts] { seen.withLock { $0.connections } }

    func direct(_ hello: ClientHello) -> TLSDirection {
        seen.withLock { $0.hellos.append(hello) }
        return choose(hello)
    }

    func world(ofPlainListener listener: String) -> String { "default" }

    func reply(to request: Request, in context: RequestContext) -> Reply {
        seen.withLock { $0.connections.append(context.connection) }
        return answer(request)
    }

    func refuse(_ refusal: Refusal, in context: RequestContext) -> Response {
        Response(
            status: refusal.status,
            body: Array(refusal.message.utf8),
            reason: refusal.message
        )
    }

    func finish(_ response: inout Response, in context: RequestContext) {
        response.fields.set("x-request-id", context.requestID)
    }

    func record(_ exchange: Exchange) { seen.withLock { $0.exchanges.append(exchange) } }

    func record(_ event: ConnectionEvent) { seen.withLock { $0.events.append(event) } }

    func flush(loop: Int) {}
}

/// A running server that stops with the test.
final class TestServer {
    let director: TestDirector
    let server: HTTPServer

    /// Starts a server with one listener on a free port.
    init(
        _ director: TestDirector = TestDirector(),
        security: ListenerConfiguration.Security = .plain,
        addresses: [String] = ["127.0.0.1"],
        loops: Int = 2,
        limits change: (inout ServerLimits) -> Void = { _ in }
    ) throws {
        var limits = ServerLimits()
        limits.drainTimeout = .seconds(2)
        limits.lingerTimeout = .milliseconds(300)
        change(&limits)
        self.director = director
        server = try HTTPServer.start(
            [ListenerConfiguration(name: "api", addresses: addresses, port: 0, security: security)],
            limits: limits,
            loops: loops,
            director: director
        )
    }

    deinit {
        server.drain()
    }

    var port: Int { server.listeners[0].port }
}

/// A door that a handler waits at until the test opens it.
final class Gate: Sendable {
    private let isOpen = Atomic<Bool>(false)

    /// Lets everyone through.
    func open() { isOpen.store(true, ordering: .releasing) }

    /// Waits, without a deadline of its own: the test's time limit is one.
    func wait() {
        while !isOpen.load(ordering: .acquiring) {}
    }
}
