import Dispatch
import FoundationEssentials
import Glibc

/// The built program, serving on free ports.
final class MockServer: Sendable {
    /// What the `ready` line says.
    struct Ready: Decodable {
        let apiUrl: String
        let clientauthUrl: String
        let controlUrl: String
        let caFile: String
        let world: String
        let pid: Int32
        let httpsPort: Int?
    }

    /// The program's standard output, read by one thread from start to end.
    private final class Output: Sendable {
        private let descriptor: Descriptor
        private let queue = DispatchQueue(label: "standard output")

        init(_ descriptor: consuming Descriptor) {
            self.descriptor = descriptor
        }

        /// Reads up to the end of a line, or to the end of all.
        func text(untilLineEnd: Bool) async -> String {
            await withCheckedContinuation { continuation in
                queue.async { [self] in
                    var text: [UInt8] = []
                    while case let part = descriptor.read(), !part.isEmpty {
                        text += part
                        if untilLineEnd && part.last == UInt8(ascii: "\n") { break }
                    }
                    continuation.resume(returning: String(decoding: text, as: UTF8.self))
                }
            }
        }
    }

    let ready: Ready
    let folder: TemporaryFolder
    private let process: ChildProcess
    private let output: Output

    /// The port of the plain API.
    var apiPort: Int { URL(string: ready.apiUrl)?.port ?? 0 }

    /// The port that asks for a client certificate.
    var clientauthPort: Int { URL(string: ready.clientauthUrl)?.port ?? 0 }

    /// The port where the server name alone decides; nil without such a listener.
    var httpsPort: Int? { ready.httpsPort }

    private init(
        ready: Ready,
        folder: TemporaryFolder,
        process: ChildProcess,
        output: Output
    ) {
        self.ready = ready
        self.folder = folder
        self.process = process
        self.output = output
    }

    /// Starts the program and waits until it says that it is ready.
    ///
    /// - Parameters:
    ///   - options: Further options of `serve`.
    ///   - stateFolder: Where it keeps its state; nil lets it keep none.
    ///   - wrapper: A program with its arguments that starts it; empty starts it as it is.
    /// - Returns: The running server.
    /// - Throws: ``Program/Failure`` with what it said when it does not become ready.
    static func start(
        _ options: [String] = [],
        stateFolder: TemporaryFolder? = nil,
        under wrapper: [String] = []
    ) async throws -> MockServer {
        let folder = try stateFolder ?? TemporaryFolder()
        let state = stateFolder.map { ["--state-dir", $0.file("state")] } ?? ["--ephemeral"]
        let ports = ["--api-port", "0", "--clientauth-port", "0", "--control-port", "0"]
        let pipe = try Descriptor.pipe()
        let command = try wrapper + [binary(), "serve"] + ports + state + options
        let process = try ChildProcess(
            path: command[0],
            arguments: Array(command.dropFirst()),
            environment: Program.environment(adding: [:]),
            folder: nil,
            input: try Descriptor.open("/dev/null", O_RDONLY),
            output: pipe.writing,
            complaints: try Descriptor.open(folder.file("log"), O_WRONLY | O_CREAT | O_TRUNC)
        )
        let output = Output(pipe.takeReading())
        let line = await output.text(untilLineEnd: true)
        guard line.hasPrefix("ready "),
            let ready = try? JSON.decode(Ready.self, from: String(line.dropFirst(6)))
        else {
            let log = (try? folder.read("log")) ?? ""
            throw Program.Failure(description: "not ready: '\(line)'\n\(log)")
        }
        return MockServer(ready: ready, folder: folder, process: process, output: output)
    }

    /// What the server has said on its standard error so far.
    var log: String { (try? folder.read("log")) ?? "" }

    var isRunning: Bool { process.isRunning }

    /// Sends a signal and waits for the end.
    ///
    /// - Parameter signal: SIGTERM asks for an orderly end, SIGKILL for none.
    /// - Returns: How it ended, and what came after the `ready` line.
    func stop(_ signal: Int32 = SIGTERM) async -> (end: ChildProcess.End, rest: String) {
        process.send(signal)
        let end = await process.end()
        return (end, await output.text(untilLineEnd: false))
    }

    /// The program beside this test bundle, or the one that the environment names.
    static func binary() throws -> String {
        if let named = ProcessInfo.processInfo.environment["MOCK_BINARY"] {
            return named
        }
        let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let path = own.split(separator: "/").dropLast().joined(separator: "/")
        let binary = "/" + path + "/mock-digicert-one"
        guard FileManager.default.isExecutableFile(atPath: binary) else {
            throw Program.Failure(description: "There is no \(binary); `scripts/test` builds it.")
        }
        return binary
    }
}
