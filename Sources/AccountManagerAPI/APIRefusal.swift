/// A refused request: what the client is told, and why.
struct APIRefusal: Error {
    /// The row of the catalogue that becomes status and body.
    let error: APIError

    /// The message of the row with what the row leaves open filled in; nil where it leaves nothing.
    let message: String?

    /// What was presented, what is wrong with it and what to do; never on the wire by itself.
    ///
    /// It names certificates by serial number and name, and holds no part of a key or token.
    let reason: String

    /// Header fields that this refusal needs, such as `Allow`.
    let fields: [(name: String, value: String)]

    /// Makes a refusal.
    ///
    /// - Parameters:
    ///   - error: The row of the catalogue.
    ///   - reason: Why, for the person who reads the log.
    ///   - message: The message, where the row's own leaves something open.
    ///   - fields: Header fields to send along.
    init(
        _ error: APIError,
        _ reason: String,
        message: String? = nil,
        fields: [(name: String, value: String)] = []
    ) {
        self.error = error
        self.reason = reason
        self.message = message
        self.fields = fields
    }
}

/// The form of a reason that a log line and a header field can carry.
enum ReasonText {
    /// The longest reason in bytes; what is longer ends in three dots.
    static let bytesMax = 600

    /// Makes a text safe for one line: names in certificates and paths are a stranger's input.
    ///
    /// - Parameter text: Any text.
    /// - Returns: The text in printable ASCII; the sign of a section becomes that word, other
    ///   characters are replaced by `?`.
    static func printable(_ text: String) -> String {
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars where bytes.count <= bytesMax {
            switch scalar {
            case " "..."~": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            case "§": bytes.append(contentsOf: "section ".utf8)
            default: bytes.append(UInt8(ascii: "?"))
            }
        }
        guard bytes.count > bytesMax else { return String(decoding: bytes, as: UTF8.self) }
        return String(decoding: bytes.prefix(bytesMax - 3), as: UTF8.self) + "..."
    }
}
