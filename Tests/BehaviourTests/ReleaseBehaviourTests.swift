import AccountStore
import MockDigiCertOne
import TestClient
import TestCommand
import Testing
import World

@Suite("What a server that stopped leaves in memory", .timeLimit(.minutes(10)))
struct ReleaseBehaviourTests {
    /// What must be gone when nobody holds the server any more.
    private struct Traces {
        weak var server: MockServer?
        weak var worlds: Worlds?
        weak var journal: Journal?
        weak var store: AccountStore?
        weak var main: World?

        /// The world `default` before it was reset.
        weak var former: World?

        /// A world beside it, with ports of its own.
        weak var other: World?
    }

    private func control(
        _ server: MockServer,
        _ method: String,
        _ target: String,
        body: String? = nil
    ) throws -> TestClient {
        let port = try Mock.port(of: server.controlURL)
        let client = try TestClient(port: port)
        try client.send(.request(method, target, host: "127.0.0.1:\(port)", body: body))
        return client
    }

    /// Runs a server that is stopped while clients are connected and wait.
    private func run(_ settings: [String: String]) throws -> Traces {
        let mock = try Mock(settings)
        let server = mock.server
        let former = server.worlds.main
        let order = #"{"name":"other","ports":true}"#
        #expect(try control(server, "POST", "/worlds", body: order).readAnswer().status == 201)
        let reset = try control(server, "POST", "/worlds/default/reset", body: "{}")
        #expect(try reset.readAnswer().status == 200)
        let enrolled = try mock.enroll()
        let gate = try mock.connectToGate(.init(certificate: enrolled.pair))
        #expect(try gate.exchange(.request("GET", .me)).status == 200)

        let main = server.worlds.main
        let journal = try #require(server.worlds.journal(of: "default"))
        let path = "/worlds/default"
        let stream = try control(server, "GET", path + "/journal/stream")
        let waiting = [
            try control(server, "GET", path + "/journal/wait?count=10000&timeout=600s"),
            try control(server, "GET", path + "/mailbox/wait?to=nobody@example.com&timeout=600s"),
        ]
        while journal.observerCount < 2 || main.store.mailArrivals.count < 1 {}
        let traces = Traces(
            server: server,
            worlds: server.worlds,
            journal: journal,
            store: main.store,
            main: main,
            former: former,
            other: try server.worlds.world(named: "other")
        )
        server.stop()
        for client in waiting { #expect(try client.readAnswer().status == 503) }
        #expect(try !stream.readToEnd().isEmpty)
        return traces
    }

    @Test("nothing, neither its worlds nor who waited there", arguments: [false, true])
    func nothing(hasFaketimeFile: Bool) throws {
        let folder = try TemporaryDirectory()
        let file = hasFaketimeFile ? ["faketimeFile": folder.path + "/faketime"] : [:]
        let traces = try run(file)
        #expect(traces.server == nil)
        #expect(traces.worlds == nil)
        #expect(traces.journal == nil)
        #expect(traces.store == nil)
        #expect(traces.main == nil)
        #expect(traces.former == nil)
        #expect(traces.other == nil)
    }
}
