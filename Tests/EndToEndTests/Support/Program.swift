import FoundationEssentials
import Glibc

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
        // Files and not pipes: however much the program writes, it never waits for a reader.
        let scratch = try TemporaryFolder()
        try scratch.write(input, to: "in")
        let standardInput = try Descriptor.open(scratch.file("in"), O_RDONLY)
        let output = try Descriptor.open(scratch.file("out"), O_WRONLY | O_CREAT)
        let complaints = try Descriptor.open(scratch.file("err"), O_WRONLY | O_CREAT)
        let process = try ChildProcess(
            path: path,
            arguments: arguments,
            environment: Self.environment(adding: environment),
            folder: folder,
            input: standardInput,
            output: output,
            complaints: complaints
        )
        process.limit(seconds: secondsMax)
        let end = await process.end()
        guard case .exited(let status) = end else {
            let said = try scratch.read("out") + scratch.read("err")
            throw Failure(description: "\(path) \(arguments) was ended: \(end)\n\(said)")
        }
        return Output(
            status: status,
            text: try scratch.read("out"),
            complaints: try scratch.read("err")
        )
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
}

/// A folder that disappears with its last reference.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        path =
            FileManager.default.temporaryDirectory.path + "/mock-digicert-one-" + UUID().uuidString
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
