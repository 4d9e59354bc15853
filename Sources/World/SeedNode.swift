internal import AccountModel
internal import FoundationEssentials
internal import OpenSSLBridge

/// A value in a seed, and where it stands: `users[1].tokens[0]`.
struct SeedNode {
    let value: JSONTree
    let path: String

    /// Complains about this place.
    func problem(_ text: String) -> SeedError {
        SeedError(path.isEmpty ? "the seed \(text)" : "\(path): \(text)")
    }

    /// Reads an object that has no other keys than the known ones.
    func object(known: [String]) throws(SeedError) -> SeedObject {
        guard case .object(let members) = value else {
            throw problem("must be an object, and is \(value.typeName)")
        }
        if let key = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw SeedNode(value: value, path: path.isEmpty ? key : "\(path).\(key)")
                .problem("unknown key; known are \(known.joined(separator: ", "))")
        }
        return SeedObject(members: members, node: self)
    }

    /// Reads a text.
    func text() throws(SeedError) -> String {
        guard case .text(let text) = value else {
            throw problem("must be a text, and is \(value.typeName)")
        }
        return text
    }

    /// Reads a text that has the form of an identifier.
    func identifier() throws(SeedError) -> String {
        let text = try text()
        guard Identifier.isUUID(text) else {
            throw problem("\"\(text)\" is no lower-case UUID")
        }
        return text
    }

    /// Reads a list.
    func list() throws(SeedError) -> [SeedNode] {
        guard case .array(let values) = value else {
            throw problem("must be a list, and is \(value.typeName)")
        }
        return values.enumerated().map { index, value in
            SeedNode(value: value, path: "\(path)[\(index)]")
        }
    }

    /// Reads one of several words.
    func choice<Choice: RawRepresentable & CaseIterable>(
        of type: Choice.Type
    ) throws(SeedError) -> Choice where Choice.RawValue == String {
        let text = try text()
        guard let choice = Choice(rawValue: text) else {
            let words = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw problem("\"\(text)\" is none of \(words)")
        }
        return choice
    }

    /// Reads a moment, absolute or relative.
    func moment(now: Timestamp) throws(SeedError) -> Timestamp {
        let text = try text()
        guard let moment = SeedMoment.resolve(text, now: now) else {
            throw problem(
                "\"\(text)\" is no time: write 2025-10-20T00:00:00Z, or -300d, +12h, +30m from "
                    + "the world's beginning"
            )
        }
        return moment
    }

    /// Reads a day.
    func day() throws(SeedError) -> CalendarDate {
        let text = try text()
        guard let day = CalendarDate.parse(text) else {
            throw problem("\"\(text)\" is no day of the form YYYY-MM-DD")
        }
        return day
    }
}

/// The members of an object in a seed; `null` is as good as absent.
struct SeedObject {
    let members: [String: JSONTree]
    let node: SeedNode

    /// The member of a key, if it is there.
    func optional(_ key: String) -> SeedNode? {
        switch members[key] {
        case nil, .null?: nil
        case .some(let value):
            SeedNode(value: value, path: node.path.isEmpty ? key : "\(node.path).\(key)")
        }
    }

    /// The member of a key.
    func required(_ key: String) throws(SeedError) -> SeedNode {
        guard let member = optional(key) else { throw node.problem("\(key) is missing") }
        return member
    }

    /// The elements of a list; none when the list is not there.
    func list(_ key: String) throws(SeedError) -> [SeedNode] {
        try optional(key)?.list() ?? []
    }

    /// A text that may be absent.
    func text(_ key: String) throws(SeedError) -> String? { try optional(key)?.text() }

    /// A truth value with a default.
    func flag(_ key: String, default: Bool) throws(SeedError) -> Bool {
        guard let member = optional(key) else { return `default` }
        guard case .flag(let flag) = member.value else {
            throw member.problem("must be true or false, and is \(member.value.typeName)")
        }
        return flag
    }
}

/// The times of a seed: `2025-10-20T00:00:00Z`, or relative to the world's beginning.
enum SeedMoment {
    private static let unitSeconds: [Character: Int64] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]

    /// Reads a time.
    ///
    /// - Parameters:
    ///   - text: An absolute time, or a sign, digits and one of `d`, `h`, `m`, `s`.
    ///   - now: The world's time at its beginning.
    /// - Returns: The moment, or nil when the text has neither form.
    static func resolve(_ text: String, now: Timestamp) -> Timestamp? {
        if let moment = Timestamp.parse(iso8601: text) { return moment }
        guard let sign = text.first, sign == "+" || sign == "-",
            let unit = text.last.flatMap({ unitSeconds[$0] })
        else { return nil }
        let digits = text.dropFirst().dropLast()
        // Nine digits of days are more years than a Timestamp has, and cannot overflow.
        guard (1...9).contains(digits.count),
            digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
            let count = Int64(digits)
        else { return nil }
        return now.adding(seconds: (sign == "-" ? -count : count) * unit)
    }
}
