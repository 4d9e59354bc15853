import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    @Suite("exec and pytest", .serialized, .timeLimit(.minutes(10)))
    struct ExecPytestTests {
        /// Whether this machine's Python has pytest; `scripts/test` does not install it.
        private static func hasPytest() async -> Bool {
            guard let python = try? await Toolbox.python.value else { return false }
            let question = Program(path: python, arguments: ["-c", "import pytest"])
            return (try? await question.run())?.status == 0
        }

        /// The processes that were given a folder for temporary files.
        private static func processes(with folder: TemporaryFolder) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: "/proc").filter { name in
                guard name.allSatisfy(\.isNumber),
                    let bytes = FileManager.default.contents(atPath: "/proc/\(name)/environ")
                else { return false }
                return String(decoding: bytes, as: UTF8.self).contains("TMPDIR=\(folder.path)\0")
            }
        }

        @Test(
            "a suite that passes, and one that fails, leave no file, no process and no port",
            .enabled("python3 -m pytest is not there") { await hasPytest() },
            arguments: [[], ["-k", "curl", "--maxfail=1", "--curl-is-unknown"]]
        )
        func leavesNothing(_ options: [String]) async throws {
            let folder = try TemporaryFolder()
            let pytest = [
                "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider",
                Toolbox.clients + "/suite_of_exec.py",
            ]
            let program = Program(
                path: try MockServer.binary(),
                arguments: try await ["exec", "--", Toolbox.python.value] + pytest + options,
                environment: ["TMPDIR": folder.path]
            )
            let output = try await program.run()
            let addresses = output.lines.map { $0.drop { $0 == "." } }
                .filter { $0.hasPrefix("http") }
            if options.isEmpty {
                #expect(output.status == 0 && output.text.contains("6 passed"), "\(output)")
                #expect(addresses.count == 3, "\(output)")
            } else {
                // pytest's status for a command line that it does not understand.
                #expect(output.status == 4, "\(output)")
            }
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
            #expect(try Self.processes(with: folder) == [])
            for address in addresses {
                let answer = try await Program(
                    path: Toolbox.path(of: "curl"),
                    arguments: ["-sk", String(address)]
                ).run()
                // curl's status for a connection that nobody takes.
                #expect(answer.status == 7, "\(address): \(answer)")
            }
        }

        @Test(
            "killed in the middle of a suite, exec takes pytest along; the next one tidies up",
            .enabled("python3 -m pytest is not there") { await hasPytest() }
        )
        func killed() async throws {
            let folder = try TemporaryFolder()
            let waiting = "import time\ndef test_wait():\n    print('waits', flush=True)\n"
            try folder.write(waiting + "    time.sleep(60)\n", to: "test_wait.py")
            let pipe = try Descriptor.pipe()
            let process = try ChildProcess(
                path: try MockServer.binary(),
                arguments: try await [
                    "exec", "--", Toolbox.python.value, "-m", "pytest", "-s", "-q", "-p",
                    "no:cacheprovider", folder.file("test_wait.py"),
                ],
                environment: Program.environment(adding: ["TMPDIR": folder.path]),
                folder: nil,
                input: try Descriptor.open("/dev/null", O_RDONLY),
                output: pipe.writing,
                complaints: try Descriptor.open("/dev/null", O_WRONLY)
            )
            let reading = pipe.takeReading()
            let first = String(decoding: reading.read(), as: UTF8.self)
            #expect(first.contains("waits"), "\(first)")
            process.send(SIGKILL)
            #expect(await process.end() == .signalled(SIGKILL))
            // The end of the output: everybody who could write to it is gone.
            while !reading.read().isEmpty {}
            #expect(try Self.left(in: folder).isEmpty == false)
            let next = Program(
                path: try MockServer.binary(),
                arguments: ["exec", "--", "true"],
                environment: ["TMPDIR": folder.path]
            )
            #expect(try await next.run().status == 0)
            #expect(try Self.left(in: folder) == [])
            #expect(try Self.processes(with: folder) == [])
        }

        private static func left(in folder: TemporaryFolder) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasPrefix("mock-digicert-one.") }
        }
    }
}
