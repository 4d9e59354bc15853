/// A value in a JSON text, and where it stands: `users[1].tokens[0]`.
///
/// Seeds and the bodies of the control listener are read with it: every complaint names its place,
/// and no member is overlooked.
package struct JSONNode: Sendable {
    /// The value.
    package let value: JSONTree

    /// The way to it; empty for the whole text.
    package let path: String

    /// Stands at a value.
    ///
    /// - Parameters:
    ///   - value: The value.
    ///   - path: The way to it; empty for the whole text.
    package init(value: JSONTree, path: String = "") {
        self.value = value
        self.path = path
    }

    /// Complains about this place.
    ///
    /// - Parameter text: What is wrong, as it goes on after the place.
    /// - Returns: The complaint.
    package func problem(_ text: String) -> JSONProblem { JSONProblem(path: path, text: text) }

    /// Reads an object that has no other keys than the known ones.
    ///
    /// - Parameter known: The keys.
    /// - Returns: The object.
    /// - Throws: ``JSONProblem`` that names an unknown key and lists the known ones.
    package func object(known: [String]) throws(JSONProblem) -> JSONObject {
        let object = try object()
        if let key = object.members.keys.sorted().first(where: { !known.contains($0) }) {
            throw object.node(key, .null)
                .problem(
                    "unknown key; "
                        + (known.isEmpty
                            ? "none is known here" : "known are \(known.joined(separator: ", "))")
                )
        }
        return object
    }

    /// Reads an object with any keys.
    ///
    /// - Returns: The object.
    /// - Throws: ``JSONProblem`` when it is none.
    package func object() throws(JSONProblem) -> JSONObject {
        guard case .object(let members) = value else { throw wrongType("an object") }
        return JSONObject(members: members, node: self)
    }

    /// Reads a text.
    ///
    /// - Returns: The text.
    /// - Throws: ``JSONProblem`` when it is none.
    package func text() throws(JSONProblem) -> String {
        guard case .text(let text) = value else { throw wrongType("a text") }
        return text
    }

    /// Reads a truth value.
    ///
    /// - Returns: The truth value.
    /// - Throws: ``JSONProblem`` when it is none.
    package func flag() throws(JSONProblem) -> Bool {
        guard case .flag(let flag) = value else { throw wrongType("true or false") }
        return flag
    }

    /// Reads a whole number.
    ///
    /// - Parameter range: What it may be.
    /// - Returns: The number.
    /// - Throws: ``JSONProblem`` when it is none, or lies outside.
    package func integer(in range: ClosedRange<Int>) throws(JSONProblem) -> Int {
        guard case .integer(let number) = value, range.contains(number) else {
            throw problem(
                "must be a whole number from \(range.lowerBound) to \(range.upperBound), "
                    + "and is \(value)"
            )
        }
        return number
    }

    /// Reads a number with or without a fraction.
    ///
    /// - Parameter range: What it may be.
    /// - Returns: The number.
    /// - Throws: ``JSONProblem`` when it is none, or lies outside.
    package func number(in range: ClosedRange<Double>) throws(JSONProblem) -> Double {
        guard let number, range.contains(number) else {
            let ends = "from \(Self.text(range.lowerBound)) to \(Self.text(range.upperBound))"
            throw problem("must be a number \(ends), and is \(value)")
        }
        return number
    }

    /// Reads a number that is larger than one number, and no larger than another.
    ///
    /// - Parameters:
    ///   - bound: What it must be larger than.
    ///   - limit: The largest that it may be.
    /// - Returns: The number.
    /// - Throws: ``JSONProblem`` when it is none, or lies outside.
    package func number(
        above bound: Double,
        atMost limit: Double
    ) throws(JSONProblem) -> Double {
        guard let number, number > bound, number <= limit else {
            let ends = "above \(Self.text(bound)), and \(Self.text(limit)) at most"
            throw problem("must be a number \(ends), and is \(value)")
        }
        return number
    }

    private var number: Double? {
        switch value {
        case .integer(let integer): Double(integer)
        case .number(let number): number
        case .null, .flag, .text, .array, .object: nil
        }
    }

    /// A number as a person writes it: whole ones without a fraction.
    private static func text(_ number: Double) -> String {
        Int64(exactly: number).map { "\($0)" } ?? "\(number)"
    }

    /// Reads a list.
    ///
    /// - Returns: The elements.
    /// - Throws: ``JSONProblem`` when it is none.
    package func list() throws(JSONProblem) -> [JSONNode] {
        guard case .array(let values) = value else { throw wrongType("a list") }
        return values.enumerated().map { index, value in
            JSONNode(value: value, path: "\(path)[\(index)]")
        }
    }

    /// Reads one of several words.
    ///
    /// - Parameter type: The words.
    /// - Returns: The word.
    /// - Throws: ``JSONProblem`` that lists the words.
    package func choice<Choice: RawRepresentable & CaseIterable>(
        of type: Choice.Type
    ) throws(JSONProblem) -> Choice where Choice.RawValue == String {
        let text = try text()
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw problem("\"\(text)\" is none of \(words)")
        }
        return choice
    }

    private func wrongType(_ wanted: String) -> JSONProblem {
        problem("must be \(wanted), and is \(value.typeName)")
    }
}

/// The members of an object in a JSON text; `null` is as good as absent.
package struct JSONObject: Sendable {
    /// The members by their keys.
    package let members: [String: JSONTree]

    /// Where the object stands.
    package let node: JSONNode

    /// Complains about the object.
    ///
    /// - Parameter text: What is wrong, as it goes on after the place.
    /// - Returns: The complaint.
    package func problem(_ text: String) -> JSONProblem { node.problem(text) }

    /// The member of a key, if it is there.
    ///
    /// - Parameter key: The key.
    /// - Returns: The member.
    package func optional(_ key: String) -> JSONNode? {
        switch members[key] {
        case nil, .null?: nil
        case .some(let value): node(key, value)
        }
    }

    /// The member of a key.
    ///
    /// - Parameter key: The key.
    /// - Returns: The member.
    /// - Throws: ``JSONProblem`` when it is missing.
    package func required(_ key: String) throws(JSONProblem) -> JSONNode {
        guard let member = optional(key) else { throw problem("\(key) is missing") }
        return member
    }

    /// The elements of a list; none when the list is not there.
    ///
    /// - Parameter key: The key.
    /// - Returns: The elements.
    /// - Throws: ``JSONProblem`` when it is no list.
    package func list(_ key: String) throws(JSONProblem) -> [JSONNode] {
        try optional(key)?.list() ?? []
    }

    /// A text that may be absent.
    ///
    /// - Parameter key: The key.
    /// - Returns: The text.
    /// - Throws: ``JSONProblem`` when it is no text.
    package func text(_ key: String) throws(JSONProblem) -> String? { try optional(key)?.text() }

    /// A truth value with a default.
    ///
    /// - Parameters:
    ///   - key: The key.
    ///   - default: What an absent one stands for.
    /// - Returns: The truth value.
    /// - Throws: ``JSONProblem`` when it is none.
    package func flag(_ key: String, default: Bool) throws(JSONProblem) -> Bool {
        try optional(key)?.flag() ?? `default`
    }

    func node(_ key: String, _ value: JSONTree) -> JSONNode {
        JSONNode(value: value, path: node.path.isEmpty ? key : "\(node.path).\(key)")
    }
}

/// What is wrong in a JSON text, and where.
package struct JSONProblem: Error, Hashable, CustomStringConvertible {
    /// The way to the place; empty for the whole text.
    package let path: String

    /// What is wrong, as it goes on after the place.
    package let text: String

    /// Complains about a place.
    ///
    /// - Parameters:
    ///   - path: The way to the place; empty for the whole text.
    ///   - text: What is wrong, as it goes on after the place.
    package init(path: String, text: String) {
        self.path = path
        self.text = text
    }

    /// The complaint as a control client reads it: `$.clock.rate must be a number, …`.
    package var description: String {
        // The elements of a list stand right behind it: `$[0].request`.
        "$" + (path.isEmpty || path.hasPrefix("[") ? path : ".\(path)") + " \(text)"
    }
}
