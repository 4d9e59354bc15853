import Dispatch
import Foundation

/// One run of another program, from its start to its end.
struct Program {
    /// What a program left behind.
    struct Output: CustomStringConvertible {
        let status: Int32
        let text: String
        let complaints: String

        var description: String { "status \(status)\n\(text)\n\(complaints)" }

        /// The lines of the standard output, without an empty last one.
        var lines: [String] {
            text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        }
    }

    /// Why a run is of no use to a test.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let path: String
    let arguments: [String]
    var environment: [String: String] = [:]
    var folder: String?
    var input = ""
    var secondsMax = 120

    /// Runs the program and waits for its end without holding a thread of the tests.
    ///
    /// - Returns: Its status and what it wrote.
    /// - Throws: ``Failure`` when it cannot be started or does not end in time.
    func run() async throws -> Output {
        let scratch = try TemporaryFolder()
        let process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.environment = Self.environment(adding: environment)
        if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
        // Files and not pipes: however much the program writes, it never waits for a reader.
        process.standardInput = try FileHandle(forReadingFrom: scratch.write(input, to: "in"))
        process.standardOutput = try FileHandle(forWritingTo: scratch.write("", to: "out"))
        process.standardError = try FileHandle(forWritingTo: scratch.write("", to: "err"))

        let end = try await Self.end(of: process, within: secondsMax)
        let output = Output(
            status: end,
            text: try scratch.read("out"),
            complaints: try scratch.read("err")
        )
        guard process.terminationReason == .exit else {
            throw Failure(description: "\(path) \(arguments) was ended: \(output)")
        }
        return output
    }

    /// Runs the program and insists on its success.
    ///
    /// - Returns: What it wrote to its standard output.
    /// - Throws: ``Failure`` with everything it said when it fails.
    @discardableResult
    func succeed() async throws -> Output {
        let output = try await run()
        guard output.status == 0 else {
            throw Failure(description: "\(path) \(arguments.joined(separator: " ")): \(output)")
        }
        return output
    }

    /// This process's environment without what would make a client trust another authority.
    ///
    /// - Parameter additions: What the program gets beside it.
    /// - Returns: The program's environment.
    static func environment(adding additions: [String: String]) -> [String: String] {
        var environment = ProcessInfo.processInfo.environment
        for name in environment.keys
        where name.hasPrefix("MOCK_DIGICERT_ONE_") || name.contains("CA_BUNDLE")
            || name.hasPrefix("SSL_CERT_") || name == "NODE_EXTRA_CA_CERTS"
        {
            environment[name] = nil
        }
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        return environment.merging(additions) { _, added in added }
    }

    private static func end(of process: Process, within seconds: Int) async throws -> Int32 {
        try await withCheckedThrowingContinuation { continuation in
            process.terminationHandler = { ended in
                continuation.resume(returning: ended.terminationStatus)
            }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                continuation.resume(throwing: error)
                return
            }
            let number = process.processIdentifier
            DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) {
                [weak process] in
                if let process, process.isRunning { kill(number, SIGKILL) }
            }
        }
    }
}

/// A folder that disappears with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path = NSTemporaryDirectory() + "mock-digicert-one-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// The path of a file in the folder.
    func file(_ name: String) -> String { path + "/" + name }

    @discardableResult
    func write(_ text: String, to name: String) throws -> URL {
        let url = URL(fileURLWithPath: file(name))
        try Data(text.utf8).write(to: url)
        return url
    }

    func read(_ name: String) throws -> String {
        String(decoding: try Data(contentsOf: URL(fileURLWithPath: file(name))), as: UTF8.self)
    }
}
