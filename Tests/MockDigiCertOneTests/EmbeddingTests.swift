import FoundationEssentials
import MockDigiCertOne
import Testing

@Suite("An embedded server", .timeLimit(.minutes(10)))
struct EmbeddingTests {
    private static func mock() async throws -> MockServer {
        try await MockDigiCertOne.start(["world.caKeyAlgorithm": "p-256"])
    }

    @Test("the example in docs/embedding.md is a test that runs")
    func example() throws {
        let folder = URL(filePath: #filePath).deletingLastPathComponent()
        let example = try String(
            contentsOf: folder.appending(path: "EmbeddingExample.swift"),
            encoding: .utf8
        )
        let page = folder.appending(path: "../../docs/embedding.md").standardized
        let text = try String(contentsOf: page, encoding: .utf8)
        #expect(text.contains("```swift\n\(example)```"))
    }

    @Test("makes, finds, lists and deletes worlds")
    func worlds() async throws {
        let mock = try await Self.mock()
        var options = MockWorldOptions(name: "t1")
        options.settings = ["refusedKeyStatus": "403"]
        options.clock = "2027-01-01T00:00:00Z"
        options.isClockFrozen = true
        options.ownsPorts = true
        let world = try mock.makeWorld(options)
        #expect(mock.worldNames == ["default", "t1"])
        #expect(try mock.world(named: "t1").clock.now() == "2027-01-01T00:00:00Z")
        #expect(try world.settings().contains(#""refusedKeyStatus":"#))
        #expect(world.apiURL != mock.apiURL)
        #expect(world.adminToken == "ADMIN_API_TOKEN.t1")
        #expect(mock.world.adminToken == "ADMIN_API_TOKEN")
        try mock.deleteWorld("t1")
        #expect(mock.worldNames == ["default"])
        #expect(throws: MockError.self) { try world.reset() }
        #expect(throws: MockError.self) { _ = try mock.world(named: "t1") }
    }

    @Test("refuses a name that no world can have, and says why")
    func wrongName() async throws {
        let mock = try await Self.mock()
        let error = try #require(throws: MockError.self) {
            _ = try mock.makeWorld(MockWorldOptions(name: "No Name"))
        }
        #expect(error.description.contains("name"))
    }

    @Test("steers a clock, tells what happened, and brings the world back")
    func clock() async throws {
        let world = try await Self.mock().world
        try world.clock.freeze()
        #expect(try world.clock.isFrozen())
        _ = try world.environment()
        try world.saveSnapshot("before")
        let before = try world.clock.now()
        let happened = try world.clock.advanceToNextEvent()
        #expect(happened.contains { $0.contains("entered its last 90 days") })
        #expect(try world.mailbox().isEmpty == false)
        #expect(throws: MockError.self) { try world.clock.set("2001-01-01T00:00:00Z") }
        #expect(throws: MockError.self) { try world.clock.advance(by: .seconds(-1)) }
        try world.clock.advance(by: .seconds(3600))
        try world.clock.advance(by: "1d")
        try world.restoreSnapshot("before")
        #expect(try world.clock.now() == before)
        #expect(try world.snapshotNames() == ["before"])
        try world.clock.run(rate: 60)
        #expect(try !world.clock.isFrozen())
    }

    @Test("forks, exports and imports")
    func copies() async throws {
        let mock = try await Self.mock()
        let fork = try mock.world.fork(name: "fork")
        try fork.saveSnapshot("one")
        try mock.world.importSnapshot(fork.exportSnapshot("one"), as: "two")
        #expect(try mock.world.snapshotNames() == ["two"])
        try mock.world.deleteSnapshot("two")
        try fork.reset()
        #expect(throws: MockError.self) { try fork.importSnapshot([1, 2, 3], as: "three") }
    }

    @Test("answers whatever the control listener does, in process and without its token")
    func control() async throws {
        let mock = try await MockDigiCertOne.start([
            "world.caKeyAlgorithm": "p-256", "controlToken": "secret",
        ])
        let report = try mock.control("GET", "/worlds/default/report?format=markdown")
        #expect(report.status == 200 && report.contentType.hasPrefix("text/markdown"))
        let list = try mock.control("GET", "/worlds/default/client-ca.crl")
        #expect(list.status == 200 && list.body.first == 0x30)
        let made = try mock.control("POST", "/worlds", json: #"{"name":"t9"}"#)
        #expect(made.status == 201 && mock.worldNames == ["default", "t9"])
        #expect(try mock.control("GET", "/nowhere").status == 404)
        #expect(throws: MockError.self) {
            _ = try mock.control("GET", "/worlds/default/journal/stream")
        }
    }

    @Test("hands out what a client needs, for the world that it is asked of")
    func environment() async throws {
        let mock = try await Self.mock()
        let world = try mock.makeWorld(MockWorldOptions(name: "kit"))
        let variables = try world.environment()
        #expect(variables["MOCK_WORLD_NAME"] == "kit")
        #expect(variables["MOCK_WORLD_TOKEN"] == "SERVICE_USER_TOKEN.kit")
        #expect(variables["MOCK_WORLD_API_URL"] == world.apiURL)
        #expect(throws: MockError.self) { _ = try world.environment(user: "nobody") }
    }

    @Test("adds and removes faults, and names what is wrong with one")
    func faults() async throws {
        let world = try await Self.mock().world
        let ids = try world.addFault(json: #"{"action":{"status":503}}"#)
        #expect(ids.count == 1)
        #expect(try world.faults().count == 1)
        try world.removeFault(ids[0])
        #expect(throws: MockError.self) { try world.removeFault(ids[0]) }
        let error = try #require(throws: MockError.self) {
            try world.addFault(json: #"{"acton":{}}"#)
        }
        #expect(error.description.contains("acton"))
        try world.clearFaults()
    }

    @Test("reads, verifies and forgets a journal, and says what it does not know")
    func journal() async throws {
        let world = try await Self.mock().world
        #expect(try world.journal().isEmpty)
        #expect(throws: MockError.self) { _ = try world.journal(["colour": "red"]) }
        #expect(throws: MockError.self) { _ = try world.explain("nope") }
        let one = #"[{"request":{"method":"GET"},"exactly":1}]"#
        let verdict = try world.verify(json: one)
        #expect(!verdict.passed && verdict.failures.count == 1)
        try world.clearJournal()
        await #expect(throws: MockError.self) {
            _ = try await world.waitForJournal(timeout: .milliseconds(10))
        }
    }

    @Test("waits for a mail that the moving clock brings, and not for ever")
    func mail() async throws {
        let world = try await Self.mock().world
        try world.clock.freeze()
        _ = try world.environment()
        await #expect(throws: MockError.self) {
            _ = try await world.waitForMail(containing: "zebra", timeout: .milliseconds(10))
        }
        async let mail = world.waitForMail(kind: "certificate_expiring")
        _ = try world.clock.advanceToNextEvent()
        #expect(try await mail.subject.isEmpty == false)
        try world.clearMailbox()
        #expect(try world.mailbox().isEmpty)
        #expect(throws: MockError.self) { _ = try world.mailbox(kind: "spam") }
    }

    @Test("ends with the last reference to it")
    func scope() async throws {
        let url: String
        do {
            let mock = try await Self.mock()
            url = mock.controlURL
            _ = try ControlClient(url: url).send(ControlRequest("GET", ["livez"]))
        }
        let client = try ControlClient(url: url)
        #expect(throws: ControlFailure.self) {
            _ = try client.send(ControlRequest("GET", ["livez"]))
        }
    }
}
