internal import FoundationEssentials

/// A JSON value of any shape.
///
/// Seeds and configuration files are taken apart by hand, so that every complaint names its place
/// and no key is overlooked.
package indirect enum JSONTree: Sendable, Hashable {
    case null
    case flag(Bool)
    /// A number without a fraction, or with one that is zero.
    case integer(Int)
    case number(Double)
    case text(String)
    case array([JSONTree])
    case object([String: JSONTree])

    /// Reads a text of JSON with the liberties of JSON5: comments, trailing commas, bare keys.
    ///
    /// - Parameter bytes: The text in UTF-8.
    /// - Returns: Its value.
    /// - Throws: ``JSONFault`` with the place where the text is broken, as far as it can be told,
    ///   or where an object has a second member of one name.
    package static func parse(_ bytes: [UInt8]) throws(JSONFault) -> JSONTree {
        let decoder = JSONDecoder()
        decoder.allowsJSON5 = true
        let tree: JSONTree
        do {
            tree = try decoder.decode(JSONTree.self, from: Data(bytes))
        } catch {
            throw JSONFault.first(in: bytes) ?? .insideValue
        }
        if let fault = JSONFault.firstRepeatedMember(in: bytes) { throw fault }
        return tree
    }
}

extension JSONTree: Decodable {
    /// Reads whatever stands there.
    ///
    /// - Parameter decoder: Stands at the value.
    /// - Throws: `DecodingError` for broken JSON.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let flag = try? container.decode(Bool.self) {
            self = .flag(flag)
        } else if let integer = try? container.decode(Int.self) {
            self = .integer(integer)
        } else if let number = try? container.decode(Double.self) {
            self = .number(number)
        } else if let text = try? container.decode(String.self) {
            self = .text(text)
        } else if let array = try? container.decode([JSONTree].self) {
            self = .array(array)
        } else {
            self = .object(try container.decode([String: JSONTree].self))
        }
    }
}

extension JSONTree {
    /// The value as JSON (RFC 8259) without white space, members in the order of their names: equal
    /// values have equal texts.
    package var json: String {
        switch self {
        case .null: "null"
        case .flag(let flag): flag ? "true" : "false"
        case .integer(let integer): String(integer)
        case .number(let number): number.isFinite ? String(number) : "null"
        case .text(let text): Self.quoted(text)
        case .array(let values): "[" + values.map(\.json).joined(separator: ",") + "]"
        case .object(let members):
            "{"
                + members.sorted { $0.key < $1.key }
                .map { Self.quoted($0.key) + ":" + $0.value.json }.joined(separator: ",") + "}"
        }
    }

    /// A text in quotation marks, with what RFC 8259 section 7 wants escaped.
    private static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}

extension JSONTree: CustomStringConvertible {
    /// The value on one line, short enough for a complaint.
    package var description: String {
        switch self {
        case .null: "null"
        case .flag(let flag): String(flag)
        case .integer(let integer): String(integer)
        case .number(let number): String(number)
        case .text(let text): "\"\(text.prefix(80))\""
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// What a complaint calls the value's type.
    var typeName: String {
        switch self {
        case .null: "null"
        case .flag: "true or false"
        case .integer, .number: "a number"
        case .text: "a text"
        case .array: "a list"
        case .object: "an object"
        }
    }
}
