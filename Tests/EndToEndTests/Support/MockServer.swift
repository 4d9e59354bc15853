import Dispatch
import Foundation

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
    }

    let ready: Ready
    let folder: TemporaryFolder
    private let process: Process
    private let output: FileHandle

    /// The port of the plain API.
    var apiPort: Int { URL(string: ready.apiUrl)?.port ?? 0 }

    /// The port that asks for a client certificate.
    var clientauthPort: Int { URL(string: ready.clientauthUrl)?.port ?? 0 }

    private init(
        ready: Ready,
        folder: TemporaryFolder,
        process: Process,
        output: FileHandle
    ) {
        self.ready = ready
        self.folder = folder
        self.process = process
        self.output = output
    }

    deinit {
        if process.isRunning { process.terminate() }
    }

    /// Starts the program and waits until it says that it is ready.
    ///
    /// - Parameters:
    ///   - options: Further options of `serve`.
    ///   - stateFolder: Where it keeps its state; nil lets it keep none.
    /// - Returns: The running server.
    /// - Throws: ``Program/Failure`` with what it said when it does not become ready.
    static func start(
        _ options: [String] = [],
        stateFolder: TemporaryFolder? = nil
    ) async throws -> MockServer {
        let folder = try stateFolder ?? TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: try binary())
        process.arguments =
            ["serve", "--api-port", "0", "--clientauth-port", "0", "--control-port", "0"]
            + (stateFolder.map { ["--state-dir", $0.file("state")] } ?? ["--ephemeral"]) + options
        process.environment = Program.environment(adding: [:])
        let pipe = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = pipe
        process.standardError = try FileHandle(forWritingTo: folder.write("", to: "log"))
        try process.run()

        let output = pipe.fileHandleForReading
        let line = await firstLine(of: output)
        guard line.hasPrefix("ready "),
            let ready = try? JSON.decode(Ready.self, from: String(line.dropFirst(6)))
        else {
            process.terminate()
            throw Program.Failure(
                description: "not ready: '\(line)'\n\((try? folder.read("log")) ?? "")"
            )
        }
        return MockServer(ready: ready, folder: folder, process: process, output: output)
    }

    /// What the server has said on its standard error so far.
    var log: String { (try? folder.read("log")) ?? "" }

    var isRunning: Bool { process.isRunning }

    /// Sends a signal and waits for the end.
    ///
    /// - Parameter signal: SIGTERM asks for an orderly end, SIGKILL for none.
    /// - Returns: The exit status (of a signal, its number) and what came after the `ready` line.
    func stop(_ signal: Int32 = SIGTERM) async -> (status: Int32, rest: String) {
        kill(process.processIdentifier, signal)
        return await withCheckedContinuation { continuation in
            DispatchQueue.global().async { [process, output] in
                let rest = (try? output.readToEnd()) ?? Data()
                process.waitUntilExit()
                continuation.resume(
                    returning: (
                        process.terminationStatus, String(decoding: rest, as: UTF8.self)
                    )
                )
            }
        }
    }

    /// The program beside this test bundle, or the one that the environment names.
    private static func binary() throws -> String {
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

    private static func firstLine(of handle: FileHandle) async -> String {
        await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                var line = Data()
                while line.last != UInt8(ascii: "\n") {
                    let part = handle.availableData
                    if part.isEmpty { break }
                    line += part
                }
                continuation.resume(returning: String(decoding: line, as: UTF8.self))
            }
        }
    }
}
