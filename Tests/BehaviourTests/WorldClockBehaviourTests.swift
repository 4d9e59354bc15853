import MockDigiCertOne
import Testing

@Suite("The clocks of new worlds", .timeLimit(.minutes(10)))
struct WorldClockBehaviourTests {
    private static let start = "2025-10-20T00:00:00Z"

    @Test("a world from the seed begins by the process's clock, unless its order names a time")
    func inherits() throws {
        let mock = try Mock(["clock": Self.start, "clockFrozen": "true"])
        _ = try mock.server.world.clock.advance(by: "1d")
        let plain = try mock.server.makeWorld(MockWorldOptions(name: "a"))
        #expect(try plain.clock.now() == Self.start)
        #expect(try plain.clock.isFrozen())
        var options = MockWorldOptions(name: "b")
        options.clock = "2026-01-01T00:00:00Z"
        let named = try mock.server.makeWorld(options)
        #expect(try named.clock.now() >= "2026-01-01T00:00:00Z")
        #expect(try !named.clock.isFrozen())
        var running = MockWorldOptions(name: "r")
        running.isClockFrozen = false
        let freed = try mock.server.makeWorld(running)
        #expect(try freed.clock.now() < "2025-10-21T00:00:00Z")
        #expect(try !freed.clock.isFrozen())
        var copy = MockWorldOptions(name: "c")
        copy.beginning = .fork(of: "default")
        let fork = try mock.server.makeWorld(copy)
        #expect(try fork.clock.now() == mock.server.world.clock.now())
    }
}
