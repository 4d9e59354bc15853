import FoundationEssentials
import Glibc

/// A program that a test runs to its end, because what others make of our bytes is what counts.
package struct TestCommand {
    /// The exit status; 128 and the signal's number when a signal ended it.
    package let status: Int
    /// What it wrote to standard output.
    package let output: [UInt8]
    /// What it wrote to standard error.
    package let errors: String

    /// Standard output as text.
    package var text: String { String(decoding: output, as: UTF8.self) }

    /// Runs a program and waits for its end.
    ///
    /// - Parameters:
    ///   - arguments: The program, looked up in `PATH`, and its arguments.
    ///   - input: What it reads from standard input.
    /// - Returns: What it did.
    /// - Throws: ``TestCommandError`` when it cannot be started.
    package static func run(
        _ arguments: [String],
        input: [UInt8] = []
    ) throws -> TestCommand {
        let directory = try TemporaryDirectory()
        let files = ["input", "output", "errors"].map { directory.path + "/" + $0 }
        try Data(input).write(to: URL(filePath: files[0]))
        let process = try start(["/usr/bin/env"] + arguments, files: files)

        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0 {
            guard errno == EINTR else { throw TestCommandError(operation: "waitpid", code: errno) }
        }
        let signal = status & 0x7F
        return TestCommand(
            status: signal == 0 ? Int(status >> 8 & 0xFF) : 128 + Int(signal),
            output: try contents(of: files[1]),
            errors: String(decoding: try contents(of: files[2]), as: UTF8.self)
        )
    }

    /// Reads a file, but not an empty one: for those FoundationEssentials leaks the buffer that it
    /// made, and the leak gate would report it.
    private static func contents(of path: String) throws -> [UInt8] {
        var information = stat()
        guard unsafe stat(path, &information) == 0 else {
            throw TestCommandError(operation: "stat", code: errno)
        }
        return information.st_size == 0 ? [] : Array(try Data(contentsOf: URL(filePath: path)))
    }

    private static func start(_ arguments: [String], files: [String]) throws -> pid_t {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        let writing = O_WRONLY | O_CREAT | O_TRUNC
        unsafe posix_spawn_file_actions_addopen(&actions, 0, files[0], O_RDONLY, 0)
        unsafe posix_spawn_file_actions_addopen(&actions, 1, files[1], writing, 0o600)
        unsafe posix_spawn_file_actions_addopen(&actions, 2, files[2], writing, 0o600)

        var pointers = unsafe arguments.map { unsafe strdup($0) }
        unsafe pointers.append(nil)
        defer { unsafe pointers.forEach { unsafe free($0) } }
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, arguments[0], &actions, nil, pointers, environ)
        guard code == 0 else { throw TestCommandError(operation: "posix_spawn", code: code) }
        return process
    }
}

/// A call to the operating system that failed in a test's own preparations.
package struct TestCommandError: Error {
    /// The function.
    package let operation: String
    /// Its error number.
    package let code: Int32
}

/// A directory that is removed with its content when the test lets go of it.
package final class TemporaryDirectory: Sendable {
    /// Its absolute path.
    package let path: String

    /// Makes the directory, readable by its owner only.
    ///
    /// - Throws: ``TestCommandError``.
    package init() throws {
        var template = Array("/tmp/mock-digicert-one-test-XXXXXX".utf8CString)
        guard unsafe mkdtemp(&template) != nil else {
            throw TestCommandError(operation: "mkdtemp", code: errno)
        }
        path = String(decoding: template.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    deinit {
        // What cannot be removed lies under /tmp; no test depends on it.
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file into the directory.
    ///
    /// - Parameters:
    ///   - name: The name of the file.
    ///   - text: Its content.
    /// - Returns: Its path.
    /// - Throws: What writing throws.
    package func write(_ name: String, _ text: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(filePath: file))
        return file
    }
}
