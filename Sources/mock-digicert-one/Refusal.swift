import ArgumentParser
import MockDigiCertOne

/// How a command says that it cannot do what was asked.
enum Refusal {
    /// Writes one line to standard error.
    ///
    /// - Parameters:
    ///   - line: What is wrong and what to do about it.
    ///   - status: The exit status; 64 stays with wrong usage.
    /// - Returns: The error to throw, which ends the process without further words.
    static func exit(saying line: String, status: Int32 = 1) -> ExitCode {
        StandardStreams.writeError("mock-digicert-one: \(line)\n")
        return ExitCode(status)
    }
}
