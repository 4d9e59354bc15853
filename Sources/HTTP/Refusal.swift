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

extension Refusal {
    /// A message that breaks a rule of the syntax (RFC 9110 §15.5.1).
    static func badRequest(_ message: String) -> Refusal {
        Refusal(status: 400, message: message)
    }

    /// A request line beyond the limit of its target (RFC 9110 §15.5.15).
    static func targetTooLong(_ limits: HTTPLimits) -> Refusal {
        Refusal(
            status: 414,
            message: "The target is longer than \(limits.targetBytesMax) bytes (RFC 9110 §15.5.15)."
        )
    }

    /// A header or trailer section beyond its limit of bytes (RFC 6585 §5).
    static func fieldsTooLong(_ limits: HTTPLimits) -> Refusal {
        Refusal(
            status: 431,
            message: "The fields are longer than \(limits.headerBytesMax) bytes (RFC 6585 §5)."
        )
    }

    /// A header or trailer section beyond its limit of lines (RFC 6585 §5).
    static func tooManyFields(_ limits: HTTPLimits) -> Refusal {
        Refusal(
            status: 431,
            message: "There are more than \(limits.headerCountMax) fields (RFC 6585 §5)."
        )
    }

    /// A body beyond its limit (RFC 9110 §15.5.14).
    static func bodyTooLarge(_ limits: HTTPLimits) -> Refusal {
        Refusal(
            status: 413,
            message: "The body is longer than \(limits.bodyBytesMax) bytes (RFC 9110 §15.5.14)."
        )
    }
}
