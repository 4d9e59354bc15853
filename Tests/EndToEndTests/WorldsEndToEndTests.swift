import FoundationEssentials
import Testing

extension EndToEnd {
    @Suite("Worlds of many tests", .serialized, .timeLimit(.minutes(10)))
    struct WorldsEndToEndTests {
        /// Runs one of the clients against a server of its own.
        private static func run(
            _ script: String,
            count: Int,
            options: [String] = []
        ) async throws -> Program.Output {
            let fast = ["--ca-key-algorithm", "p-256", "--log-level", "error"]
            let server = try await MockServer.start(fast + options)
            let folder = try TemporaryFolder()
            let output = try await Toolbox.python(
                script,
                [
                    "control": server.ready.controlUrl, "ca": server.ready.caFile,
                    "folder": folder.path, "count": "\(count)",
                ],
                secondsMax: 240
            )
            #expect(output.status == 0, "\(output)\n\(server.log)")
            await expectOrderlyEnd(of: server)
            return output
        }

        @Test("two hundred tests at one time, each with its own, see nothing of each other")
        func parallel() async throws {
            let output = try await Self.run("worlds.py", count: 200)
            #expect(output.lines.first == "200 tests, 4 ways")
        }

        @Test("forks, snapshots and resets of a thousand certificates, and the end of idle worlds")
        func copies() async throws {
            let output = try await Self.run("copies.py", count: 1000)
            let expected = ["filled", "fork", "snapshot", "reset", "expire", ""]
            #expect(output.lines == expected, "\(output)")
        }

        @Test("two processes with one seed make worlds of the same bytes")
        func repeats() async throws {
            let options = ["--random-seed", "42", "--clock", "2026-01-01T00:00:00Z"]
            let first = try await Self.run("repeated_worlds.py", count: 3, options: options)
            let second = try await Self.run("repeated_worlds.py", count: 3, options: options)
            #expect(first.lines.count > 3 * 10)
            #expect(second.lines == first.lines)
        }
    }
}
