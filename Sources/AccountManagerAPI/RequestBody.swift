import AccountModel
import HTTP

/// The members of a JSON object that a client sent, and what is wrong with them so far.
///
/// Problems are collected instead of thrown, so that one answer names them all. Members that
/// nobody asks for are tolerated: a client may be written for a newer vendor than this mock.
struct RequestBody: Sendable {
    private let members: [String: JSONValue]
    private var problems: [String] = []

    /// Reads the body of a request.
    ///
    /// - Parameter request: The request.
    /// - Returns: The object in the body.
    /// - Throws: ``APIRefusal`` when the body is not declared as JSON, breaks the grammar, or is no
    ///   object.
    static func read(_ request: Request) throws(APIRefusal) -> RequestBody {
        try checkContentType(of: request)
        guard !request.body.isEmpty else {
            throw APIRefusal(.invalidInput, "the body is empty; a JSON object is expected")
        }
        let value: JSONValue
        do throws(JSONSyntaxError) {
            value = try JSONReader.read(request.body)
        } catch {
            let place = "line \(error.line), column \(error.column)"
            throw APIRefusal(.invalidInput, "the body is not JSON: \(place): \(error.problem)")
        }
        guard case .object(let members) = value else {
            let reason = "$ is \(value.kind); a JSON object is expected"
            throw APIRefusal(.invalidInput, reason)
        }
        return RequestBody(members: members)
    }

    private init(members: [String: JSONValue]) {
        self.members = members
    }

    /// Whether a member is there and is not null.
    ///
    /// - Parameter name: Its name.
    /// - Returns: Whether somebody sent it.
    func hasMember(_ name: String) -> Bool {
        guard let value = members[name] else { return false }
        return value != .null
    }

    /// A member as it was sent.
    ///
    /// - Parameter name: Its name.
    /// - Returns: Its value, or nil when it is absent.
    func value(_ name: String) -> JSONValue? { members[name] }

    /// A member that must be there.
    ///
    /// - Parameter name: Its name.
    /// - Returns: Its text, or nil after noting what is wrong.
    mutating func string(_ name: String) -> String? {
        guard let value = members[name] else {
            problems.append("$.\(name) is missing")
            return nil
        }
        return string(value, at: name)
    }

    /// A member that may be absent or null.
    ///
    /// - Parameter name: Its name.
    /// - Returns: Its text, or nil when it is absent or not a string.
    mutating func optionalString(_ name: String) -> String? {
        guard let value = members[name], value != .null else { return nil }
        return string(value, at: name)
    }

    /// A member that may be absent or null, and is one of several words.
    ///
    /// - Parameters:
    ///   - name: Its name.
    ///   - type: The words.
    /// - Returns: The word, or nil when it is absent or noted as wrong.
    mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ name: String,
        of type: Choice.Type
    ) -> Choice? where Choice.RawValue == String {
        guard let text = optionalString(name) else { return nil }
        guard let choice = Choice.allCases.first(where: { $0.rawValue == text }) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            note(name, "is \"\(text)\"; one of \(words) is expected")
            return nil
        }
        return choice
    }

    /// A member that must be true or false.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The value, or nil after noting what is wrong.
    mutating func bool(_ name: String) -> Bool? {
        switch members[name] {
        case .bool(let value):
            return value
        case let other?:
            problems.append("$.\(name) is \(other.kind); true or false is expected")
        case nil:
            problems.append("$.\(name) is missing")
        }
        return nil
    }

    /// Notes what is wrong with a member that has the right type.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - problem: What is wrong, to follow the member's path in a sentence.
    mutating func note(_ name: String, _ problem: String) {
        problems.append("$.\(name) \(problem)")
    }

    /// The refusal that names every problem noted so far.
    var refusal: APIRefusal {
        APIRefusal(.invalidInput, problems.joined(separator: "; "))
    }

    /// Whether nothing was noted.
    var isSound: Bool { problems.isEmpty }

    private mutating func string(_ value: JSONValue, at name: String) -> String? {
        guard case .string(let text) = value else {
            problems.append("$.\(name) is \(value.kind); a string is expected")
            return nil
        }
        return text
    }
}

// MARK: - Content type

extension RequestBody {
    /// Checks that a body is plain JSON (RFC 9110 §15.5.16).
    ///
    /// A body without any `Content-Type` is taken for JSON: the recipient may guess
    /// (RFC 9110 §8.3), and nothing else is ever expected here.
    private static func checkContentType(of request: Request) throws(APIRefusal) {
        for value in request.fields.all("content-type") {
            let essence = value.prefix { $0 != ";" }
            guard isEqual(essence, "application/json") else {
                let reason =
                    "Content-Type is \(value); send Content-Type: application/json"
                    + " (curl -d alone sends a form)"
                throw APIRefusal(.unsupportedMediaType, reason)
            }
        }
        for value in request.fields.all("content-encoding") where !isEqual(value[...], "identity") {
            throw APIRefusal(
                .unsupportedMediaType,
                "Content-Encoding is \(value); send the body without compression",
                fields: [(name: "accept-encoding", value: "identity")]
            )
        }
    }

    private static func isEqual(_ text: Substring, _ expected: String) -> Bool {
        var trimmed = text.utf8[...]
        while trimmed.last == 0x20 || trimmed.last == 0x09 { trimmed.removeLast() }
        while trimmed.first == 0x20 || trimmed.first == 0x09 { trimmed.removeFirst() }
        // Upper-case letters differ from lower-case ones by one bit; `expected` is lower-case.
        return trimmed.elementsEqual(expected.utf8) { sent, wanted in
            sent == wanted || (sent | 0x20 == wanted && (0x41...0x5A).contains(sent))
        }
    }
}
