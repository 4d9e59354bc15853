/// A JSON text as a tree of values (RFC 8259 §3).
///
/// Bodies are read by this project's own reader and not by `JSONDecoder`: that one accepts a comma
/// before a closing brace, takes the first of two members of one name, and cannot say in which
/// line a text breaks. A mock that accepts what the vendor refuses hides its user's mistake.
enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    /// The digits as they were sent: no request has a number, so none is ever converted.
    case number(String)
    case string(String)
    case array([JSONValue])
    /// The members by name; a text with two members of one name is refused.
    case object([String: JSONValue])

    /// What the value is, as a person says it: for reasons.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .number: "a number"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }
}

/// Where and why a JSON text breaks the grammar.
struct JSONSyntaxError: Error, Hashable {
    /// The line, from 1.
    let line: Int
    /// The byte in the line, from 1.
    let column: Int
    /// What was wrong there; holds nothing of the text itself, which may be secret.
    let problem: String
}
