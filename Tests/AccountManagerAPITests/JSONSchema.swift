@testable import AccountManagerAPI

/// As much of JSON Schema, in the form of OpenAPI 3.0, as `docs/openapi-public.json` uses.
struct JSONSchema {
    /// Where references lead.
    let document: JSONValue

    /// The words that are understood, and those that say nothing about a value.
    private static let known: Set<String> = [
        "$ref", "type", "nullable", "enum", "properties", "required", "additionalProperties",
        "items", "minItems", "minLength", "maxLength", "minimum", "maximum", "pattern", "allOf",
        "anyOf", "oneOf", "description", "example", "default", "format", "x-evidence",
    ]

    /// Compares a value with a schema.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - schema: The schema.
    ///   - place: Where the value stands.
    /// - Returns: One sentence for each thing that does not fit.
    func problems(of value: JSONValue, against schema: JSONValue, at place: String = "$")
        -> [String]
    {
        let schema = document.resolved(schema)
        let unknown = schema.members.keys.filter { !Self.known.contains($0) }
        guard unknown.isEmpty else { return ["\(place): \(unknown) is not understood"] }
        if value == .null, schema["nullable"] == .bool(true) { return [] }
        var problems =
            Self.matches(value, schema["type"].text)
            ? [] : ["\(place): is \(value.kind), not \(schema["type"])"]
        if schema["enum"] != .null, !schema["enum"].items.contains(value) {
            problems.append("\(place): is none of the words")
        }
        switch value {
        case .string(let text): problems += self.problems(of: text, against: schema, at: place)
        case .number: problems += Self.problems(of: value.integer, against: schema, at: place)
        case .array(let items):
            if items.count < schema["minItems"].integer ?? 0 { problems.append("\(place): short") }
            for (index, item) in items.enumerated() where schema["items"] != .null {
                problems += self.problems(
                    of: item,
                    against: schema["items"],
                    at: "\(place)[\(index)]"
                )
            }
        case .object(let members):
            problems += self.problems(of: members, against: schema, at: place)
        case .null, .bool: break
        }
        return problems + choices(value, schema, place)
    }

    private func choices(_ value: JSONValue, _ schema: JSONValue, _ place: String) -> [String] {
        var problems = schema["allOf"].items.flatMap {
            self.problems(of: value, against: $0, at: place)
        }
        for (word, counts) in [("anyOf", 1...Int.max), ("oneOf", 1...1)] {
            let parts = schema[word].items
            guard !parts.isEmpty else { continue }
            let outcomes = parts.map { self.problems(of: value, against: $0, at: place) }
            if !counts.contains(outcomes.count(where: \.isEmpty)) {
                problems += ["\(place): \(word) does not fit"] + outcomes.flatMap(\.self)
            }
        }
        return problems
    }

    private func problems(
        of members: [String: JSONValue],
        against schema: JSONValue,
        at place: String
    ) -> [String] {
        var problems = schema["required"].items.compactMap(\.text)
            .filter { members[$0] == nil }
            .map { "\(place).\($0): is missing" }
        for (name, member) in members {
            if let known = schema["properties"].members[name] {
                problems += self.problems(of: member, against: known, at: "\(place).\(name)")
            } else if schema["additionalProperties"] == .bool(false) {
                problems.append("\(place).\(name): is not documented")
            }
        }
        return problems
    }

    private func problems(
        of text: String,
        against schema: JSONValue,
        at place: String
    ) -> [String] {
        let length = text.unicodeScalars.count
        let lengths = (schema["minLength"].integer ?? 0)...(schema["maxLength"].integer ?? .max)
        var problems = lengths.contains(length) ? [] : ["\(place): has \(length) characters"]
        if let pattern = schema["pattern"].text {
            let isFitting = (try? Regex(pattern)).map { text.firstMatch(of: $0) != nil } ?? false
            if !isFitting { problems.append("\(place): \(text) does not fit \(pattern)") }
        }
        return problems
    }

    private static func problems(
        of number: Int?,
        against schema: JSONValue,
        at place: String
    ) -> [String] {
        let range = (schema["minimum"].integer ?? .min)...(schema["maximum"].integer ?? .max)
        return number.map(range.contains) == true ? [] : ["\(place): is out of range"]
    }

    private static func matches(_ value: JSONValue, _ type: String?) -> Bool {
        switch (type, value) {
        case (nil, _), ("string", .string), ("boolean", .bool), ("array", .array),
            ("object", .object):
            true
        case ("integer", .number): value.integer != nil
        default: false
        }
    }
}
