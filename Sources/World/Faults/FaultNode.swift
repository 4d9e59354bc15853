/// A value in a rule, and where it stands: `$.match.nth`.
struct FaultNode {
    let value: JSONTree
    let path: String

    /// Complains about this place.
    func problem(_ text: String) -> FaultProblem {
        FaultProblem(description: "\(path) \(text)")
    }

    /// Reads an object that has no other members than the known ones.
    func object(known: [String]) throws(FaultProblem) -> FaultObject {
        guard case .object(let members) = value else {
            throw problem("must be an object, and is \(value.typeName)")
        }
        if let name = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw FaultNode(value: value, path: "\(path).\(name)")
                .problem("is not known; known here are \(known.joined(separator: ", "))")
        }
        return FaultObject(members: members, node: self)
    }

    /// Reads a text of some length.
    func text(_ length: ClosedRange<Int> = 1...1000) throws(FaultProblem) -> String {
        guard case .text(let text) = value else {
            throw problem("must be a text, and is \(value.typeName)")
        }
        guard length.contains(text.utf8.count) else {
            throw problem(
                "has \(text.utf8.count) bytes; \(length.lowerBound) to \(length.upperBound) will do"
            )
        }
        return text
    }

    /// Reads a text or a list of texts.
    func texts() throws(FaultProblem) -> [String] {
        guard case .array(let values) = value else { return [try text()] }
        var texts: [String] = []
        for (index, value) in values.enumerated() {
            texts.append(try FaultNode(value: value, path: "\(path)[\(index)]").text())
        }
        return texts
    }

    /// Reads a whole number.
    func integer(_ range: ClosedRange<Int>) throws(FaultProblem) -> Int {
        guard case .integer(let number) = value else {
            throw problem("must be a whole number, and is \(value)")
        }
        guard range.contains(number) else {
            let end = range.upperBound == .max ? "on" : "to \(range.upperBound)"
            throw problem("is \(number); it may be a whole number from \(range.lowerBound) \(end)")
        }
        return number
    }

    /// Reads a number from 0 to 1.
    func fraction() throws(FaultProblem) -> Double {
        let number: Double? =
            switch value {
            case .integer(let integer): Double(integer)
            case .number(let number): number
            case .null, .flag, .text, .array, .object: nil
            }
        guard let number, (0...1).contains(number) else {
            throw problem("is \(value); it may be a number from 0 to 1")
        }
        return number
    }

    /// Reads true or false.
    func flag() throws(FaultProblem) -> Bool {
        guard case .flag(let flag) = value else {
            throw problem("must be true or false, and is \(value)")
        }
        return flag
    }

    /// Reads a span of time in milliseconds.
    func milliseconds(_ range: ClosedRange<Int>) throws(FaultProblem) -> Int {
        guard case .text(let text) = value, let span = DurationText.milliseconds(text) else {
            throw problem("is \(value); write \(DurationText.form)")
        }
        guard range.contains(span) else {
            let ends = [range.lowerBound, range.upperBound].map(DurationText.text)
            throw problem("is \(value); it may be from \(ends[0]) to \(ends[1])")
        }
        return span
    }

    /// Reads one of several words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        of type: Choice.Type
    ) throws(FaultProblem) -> Choice where Choice.RawValue == String {
        let text = try text()
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw problem("\"\(text)\" is none of \(words)")
        }
        return choice
    }
}

/// The members of an object in a rule; `null` is as good as absent.
struct FaultObject {
    let members: [String: JSONTree]
    let node: FaultNode

    /// The member of a name, if it is there.
    func optional(_ name: String) -> FaultNode? {
        switch members[name] {
        case nil, .null?: nil
        case .some(let value): FaultNode(value: value, path: "\(node.path).\(name)")
        }
    }

    /// The member of a name.
    func required(_ name: String) throws(FaultProblem) -> FaultNode {
        guard let member = optional(name) else { throw node.problem("needs the member \(name)") }
        return member
    }

    /// Whether a member is there and not `false`.
    func isSet(_ name: String) throws(FaultProblem) -> Bool {
        guard let member = optional(name) else { return false }
        return try member.flag()
    }
}

/// What is wrong with a rule or a magic name that somebody wrote.
package struct FaultProblem: Error, Hashable, CustomStringConvertible {
    /// One sentence that names the place, what is wrong and what is possible.
    package let description: String
}
