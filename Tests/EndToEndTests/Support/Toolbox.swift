import FoundationEssentials
import Testing

/// The clients that nobody here wrote, as this machine has them.
enum Toolbox {
    /// The folder of the repository.
    static let root: String = {
        let parts = #filePath.split(separator: "/").dropLast(4)
        return "/" + parts.joined(separator: "/")
    }()

    /// The folder of the client programs.
    static let clients = root + "/Tests/EndToEndTests/Clients"

    /// The programs by name; `scripts/test` installs what is missing.
    ///
    /// - Parameter name: The program's name.
    /// - Returns: Its path.
    /// - Throws: ``Program/Failure`` when it is in no folder of PATH.
    static func path(of name: String) throws -> String {
        let folders = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        for folder in folders.split(separator: ":") {
            let path = folder + "/" + name
            if FileManager.default.isExecutableFile(atPath: String(path)) { return String(path) }
        }
        throw Program.Failure(description: "There is no \(name); `scripts/test` installs it.")
    }

    /// A Python that has `requests` and `cryptography`.
    static let python = Task { () async throws -> String in
        let question = "import cryptography, requests, sys; print(sys.executable)"
        for candidate in [try? path(of: "python3"), "/usr/bin/python3"] {
            guard let candidate else { continue }
            let answer = try await Program(path: candidate, arguments: ["-c", question]).run()
            if answer.status == 0 { return answer.lines[0] }
        }
        throw Program.Failure(
            description: "No Python has requests and cryptography; `scripts/test` installs them."
        )
    }

    /// The folder of the compiled Java client.
    static let java = Task { () async throws -> TemporaryFolder in
        let folder = try TemporaryFolder()
        try await Program(
            path: path(of: "javac"),
            arguments: ["-d", folder.path, clients + "/Request.java"]
        ).succeed()
        return folder
    }

    /// Runs `openssl`.
    ///
    /// - Parameters:
    ///   - arguments: Its arguments.
    ///   - input: Its standard input.
    /// - Returns: What it wrote.
    /// - Throws: ``Program/Failure`` when it fails.
    @discardableResult
    static func openssl(_ arguments: [String], input: String = "") async throws -> Program.Output {
        try await Program(path: path(of: "openssl"), arguments: arguments, input: input).succeed()
    }

    /// Runs one of the Python clients.
    ///
    /// - Parameters:
    ///   - script: The file's name in `Clients`.
    ///   - arguments: `name=value` pairs.
    ///   - secondsMax: How long it may take.
    /// - Returns: What it wrote and how it ended.
    /// - Throws: ``Program/Failure`` when it cannot be run.
    static func python(
        _ script: String,
        _ arguments: [String: String],
        secondsMax: Int = 120
    ) async throws -> Program.Output {
        try await Program(
            path: python.value,
            arguments: [clients + "/" + script] + arguments.map { "\($0.key)=\($0.value)" },
            secondsMax: secondsMax
        ).run()
    }
}
