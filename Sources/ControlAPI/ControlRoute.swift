package import HTTP

/// One row of the control listener's table.
package struct ControlRoute: Sendable {
    /// Who answers; on the event loop, so it must be quick or answer with ``Reply/later(_:)``.
    package typealias Handler = @Sendable (ControlCall) throws(ControlRefusal) -> Reply

    /// The method; GET answers HEAD as well.
    package let method: String

    /// The path; a segment in braces matches any one segment.
    package let pattern: String

    /// What the index prints about it.
    package let summary: String

    /// Who answers.
    let handler: Handler

    /// Makes a row.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - pattern: The path, with parameters in braces.
    ///   - summary: What the index prints about it.
    ///   - handler: Who answers.
    init(_ method: String, _ pattern: String, _ summary: String, _ handler: @escaping Handler) {
        self.method = method
        self.pattern = pattern
        self.summary = summary
        self.handler = handler
    }
}

/// Why the control listener does not do what was asked.
package struct ControlRefusal: Error, Hashable {
    /// The status.
    package let status: Int

    /// What was wrong, where, and what to do.
    package let message: String

    /// Refuses.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - message: What was wrong, where, and what to do.
    package init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }
}
