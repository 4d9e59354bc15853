/// Why the program cannot run as configured: one line that names the culprit and the remedy.
public struct ConfigurationError: Error, Hashable, CustomStringConvertible {
    /// The setting, file or variable at fault, with where it came from.
    public let subject: String
    /// What is wrong with it.
    public let problem: String
    /// What to do about it.
    public let remedy: String

    /// Makes the error; text that came from outside is kept on one line.
    ///
    /// - Parameters:
    ///   - subject: The setting, file or variable at fault.
    ///   - problem: What is wrong with it.
    ///   - remedy: What to do about it.
    package init(subject: String, problem: String, remedy: String) {
        self.subject = subject
        self.problem = problem
        self.remedy = remedy
    }

    /// Takes over a sentence that names culprit and remedy already.
    ///
    /// - Parameter sentence: The whole line.
    package init(sentence: String) {
        self.init(subject: "", problem: sentence, remedy: "")
    }

    /// The whole line, without its line feed.
    public var description: String {
        let subject = subject.isEmpty ? "" : "\(subject): "
        let remedy = remedy.isEmpty ? "" : "; \(remedy)"
        return LogText.escaped(subject + problem + remedy)
    }
}
