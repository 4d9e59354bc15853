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

    /// Does something that a wrong configuration can prevent.
    ///
    /// - Parameter body: What to do.
    /// - Returns: What `body` returns.
    /// - Throws: The error that ends the process with status 1, after the line is written.
    static func ofConfiguration<Result>(
        _ body: () throws(ConfigurationError) -> Result
    ) throws -> Result {
        do throws(ConfigurationError) {
            return try body()
        } catch {
            throw exit(saying: error.description)
        }
    }
}
