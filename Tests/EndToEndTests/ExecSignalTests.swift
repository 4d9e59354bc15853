import Dispatch
import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    @Suite("exec and signals", .serialized, .timeLimit(.minutes(10)))
    struct ExecSignalTests {
        /// A running `exec` whose command has told that it is ready.
        private struct Run {
            let folder: TemporaryFolder
            let process: ChildProcess
            let lines: Lines

            /// What is left of `exec` in its folder for temporary files.
            var left: [String] {
                let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
                return (names ?? []).filter { $0.hasPrefix("mock-digicert-one.") }
            }
        }

        /// What a program writes, line by line.
        private final class Lines: Sendable {
            private let descriptor: Descriptor
            private let queue = DispatchQueue(label: "standard output")

            init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

            /// The rest of the output, up to its end: when every process that has it is gone.
            func rest() async -> String {
                await withCheckedContinuation { continuation in
                    queue.async { [self] in
                        var text: [UInt8] = []
                        while case let part = descriptor.read(), !part.isEmpty {
                            text += part
                        }
                        continuation.resume(returning: String(decoding: text, as: UTF8.self))
                    }
                }
            }

            /// What is there now, waiting until there is something.
            func next() async -> String {
                await withCheckedContinuation { continuation in
                    queue.async { [self] in
                        let part = descriptor.read()
                        continuation.resume(returning: String(decoding: part, as: UTF8.self))
                    }
                }
            }
        }

        private static func start(_ script: String, in folder: TemporaryFolder) throws -> Run {
            let pipe = try Descriptor.pipe()
            let process = try ChildProcess(
                path: try MockServer.binary(),
                arguments: ["exec", "--", "bash", "-c", script],
                environment: Program.environment(adding: ["TMPDIR": folder.path]),
                folder: nil,
                input: try Descriptor.open("/dev/null", O_RDONLY),
                output: pipe.writing,
                complaints: try Descriptor.open(folder.file("log"), O_WRONLY | O_CREAT)
            )
            return Run(folder: folder, process: process, lines: Lines(pipe.takeReading()))
        }

        /// Ends its wait at a signal: `sleep` is another process, for which a shell waits.
        private static let waiting = "sleep 60 & echo ready; wait $!"

        @Test(
            "a signal ends the command, and nothing is left behind",
            arguments: [(SIGTERM, 143), (SIGINT, 130), (SIGHUP, 129), (SIGQUIT, 131)]
                as [(Int32, Int32)]
        )
        func ends(_ signal: Int32, _ status: Int32) async throws {
            let run = try Self.start(
                "trap 'exit \(status)' TERM INT HUP QUIT; " + Self.waiting,
                in: TemporaryFolder()
            )
            #expect(await run.lines.next().hasPrefix("ready"))
            #expect(run.left.count == 2)
            run.process.send(signal)
            #expect(await run.process.end() == .exited(status))
            #expect(run.left == [])
            // Its end shows that `sleep`, which had it too, has gone as well.
            #expect(await run.lines.rest() == "")
            let log = try run.folder.read("log")
            #expect(log.contains("ended 1 process that the command had left running"))
        }

        @Test(
            "other signals mean to the command what it makes of them",
            arguments: [("USR1", SIGUSR1), ("USR2", SIGUSR2), ("WINCH", SIGWINCH)]
        )
        func passes(_ name: String, _ signal: Int32) async throws {
            let run = try Self.start(
                "trap 'exit 5' \(name); " + Self.waiting,
                in: TemporaryFolder()
            )
            #expect(await run.lines.next().hasPrefix("ready"))
            run.process.send(signal)
            #expect(await run.process.end() == .exited(5))
            #expect(run.left == [])
        }

        @Test("a command that ignores SIGTERM keeps its world until it ends by itself")
        func ignores() async throws {
            let script = """
                trap 'curl -sS "$MOCK_WORLD_CONTROL_URL/livez"; exit 4' TERM
                """
            let run = try Self.start(script + "\n" + Self.waiting, in: TemporaryFolder())
            #expect(await run.lines.next().hasPrefix("ready"))
            run.process.send(SIGTERM)
            #expect(await run.process.end() == .exited(4))
            #expect(await run.lines.rest() == #"{"status":"live"}"#)
        }

        @Test("kill -9 takes the command along, and the next start removes what was left")
        func killed() async throws {
            let folder = try TemporaryFolder()
            let run = try Self.start(
                "trap 'echo told; kill $!; exit' TERM; " + Self.waiting,
                in: folder
            )
            #expect(await run.lines.next().hasPrefix("ready"))
            run.process.send(SIGKILL)
            #expect(await run.process.end() == .signalled(SIGKILL))
            #expect(await run.lines.next() == "told\n")
            #expect(run.left.count == 2)
            let next = Program(
                path: try MockServer.binary(),
                arguments: ["exec", "--", "sh", "-c", "ls -d \"$TMPDIR\"/mock-digicert-one.*"],
                environment: ["TMPDIR": folder.path]
            )
            // Its own two, and none of the older ones.
            let names = try await next.succeed().lines.dropLast()
            #expect(names.count == 2)
            #expect(names.allSatisfy { name in !run.left.contains { name.hasSuffix($0) } })
            #expect(run.left == [])
        }
    }
}
