/// Why a message is not taken as a request: the status to answer with, and the reason.
package struct Refusal: Error, Sendable, Hashable {
    /// The status code of the answer.
    package let status: Int

    /// What was wrong, with the section of the RFC that says so.
    package let message: String

    /// Makes a refusal.
    ///
    /// - Parameters:
    ///   - status: The status code of the answer.
    ///   - message: What was wrong, with the section of the RFC that says so.
    package init(status: Int, message: String) {
        self.status = status
        self.message = message
    }
}
