import FoundationEssentials
import Testing

@testable import MockDigiCertOne

@Suite("reset", .timeLimit(.minutes(10)))
struct WorldResettingTests {
    private func configuration(
        _ path: String,
        _ settings: [Setting: String] = [:]
    ) throws -> Configuration {
        let base: [Setting: String] = [.stateDir: path, .caKeyAlgorithm: "p-256"]
        return try resolve(flags: base.merging(settings) { $1 })
    }

    /// Makes the state of a server that ran and ended.
    private func makeState(_ path: String, clock: String = "2025-10-20T00:00:00Z") throws {
        let server = try MockServer.start(
            .embedded([
                "stateDir": path, "clock": clock, "clockFrozen": "true",
                "world.caKeyAlgorithm": "p-256",
            ])
        )
        server.stop()
    }

    @Test("tells what was there, what is now, and what is kept")
    func tells() throws {
        try TemporaryFile.withDirectory { path in
            try makeState(path)
            let trust = try TrustFile.open(try configuration(path), isRenewed: false)
            let lines = try WorldResetting.run(try configuration(path))
            #expect(lines.count == 3)
            #expect(lines[0].hasPrefix("The world default in \(path) is back at its seed: users "))
            #expect(lines[0].contains("certificates 0 (0)"))
            #expect(lines[1].hasSuffix(" and runs."))
            #expect(!lines[1].contains("2025-10-20"))
            #expect(lines[2].hasPrefix("Kept: the CA of its client certificates (SHA-256 "))
            let after = try TrustFile.open(try configuration(path), isRenewed: false)
            #expect(after.pem == trust.pem)
        }
    }

    @Test("begins at the clock that is given, also an earlier one")
    func clock() throws {
        try TemporaryFile.withDirectory { path in
            try makeState(path)
            let earlier = try configuration(
                path,
                [.clock: "2020-01-01T00:00:00Z", .clockFrozen: "true"]
            )
            let lines = try WorldResetting.run(earlier)
            #expect(lines.contains("Its clock is at 2020-01-01T00:00:00Z and stands still."))
        }
    }

    @Test("is refused while a server holds the state, with what to do")
    func held() throws {
        try TemporaryFile.withDirectory { path in
            try makeState(path)
            let directory = try StateDirectory.open(.directory(path))
            defer { directory.close() }
            let error = try #require(throws: ConfigurationError.self) {
                _ = try WorldResetting.run(try configuration(path))
            }
            #expect(error.description.contains("is in use by another mock-digicert-one (process"))
            #expect(error.description.contains("stop that one first"))
            #expect(!error.description.contains("--ephemeral"))
        }
    }

    @Test("has nothing to do, and makes nothing, where there is no world")
    func nothing() throws {
        try TemporaryFile.withDirectory { base in
            let path = base + "/none"
            let lines = try WorldResetting.run(try configuration(path))
            #expect(lines == ["There is no world in \(path): the next start begins one."])
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("does not say that there is no world where it cannot look for one")
    func unknown() throws {
        try TemporaryFile.with("no directory") { path in
            let error = try #require(throws: ConfigurationError.self) {
                _ = try WorldResetting.run(try configuration(path))
            }
            #expect(error.subject == path + "/worlds/default.sqlite")
            #expect(error.problem.hasPrefix("cannot be looked for: "))
        }
    }

    @Test("is refused where nothing is kept, and for a seed that cannot be read")
    func refused() throws {
        let ephemeral = try #require(throws: ConfigurationError.self) {
            _ = try WorldResetting.run(try resolve(flags: [.ephemeral: "true"]))
        }
        #expect(ephemeral.subject == "--ephemeral")
        try TemporaryFile.withDirectory { path in
            try makeState(path)
            let error = try #require(throws: ConfigurationError.self) {
                _ = try WorldResetting.run(
                    try configuration(path, [.seedFile: path + "/missing.json"])
                )
            }
            #expect(error.description.contains("missing.json"))
        }
    }
}

@Suite("Clock of an existing world", .timeLimit(.minutes(10)))
struct ExistingClockTests {
    @Test("is not set back at a start, which says so in one line")
    func back() throws {
        try TemporaryFile.withDirectory { path in
            let settings = ["stateDir": path, "world.caKeyAlgorithm": "p-256"]
            let clock = { settings.merging(["clock": $0]) { $1 } }
            try MockServer.start(.embedded(clock("2025-10-20T00:00:00Z"))).stop()
            // The same command again starts again, though time has passed.
            try MockServer.start(.embedded(clock("2025-10-20T00:00:00Z"))).stop()
            let error = try #require(throws: ConfigurationError.self) {
                _ = try MockServer.start(.embedded(clock("2024-01-01T00:00:00Z")))
            }
            #expect(error.description.contains("cannot be set back to 2024-01-01T00:00:00Z"))
            let forward = try MockServer.start(.embedded(clock("2026-01-01T00:00:00Z")))
            defer { forward.stop() }
            let banner = Banner.text(for: forward.announcement, world: forward.mainWorld)
            #expect(banner.contains("2026-01-01T00:0"))
        }
    }
}
