internal import AccountModel

/// What is wrong with a filter or an expectation that somebody wrote.
package struct JournalProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// Where: `status`, `$[2].request.method`.
    package let place: String

    /// What, to follow the place in a sentence.
    package let text: String

    /// The whole sentence.
    package var description: String { "\(place) \(text)" }

    /// Makes a complaint.
    ///
    /// - Parameters:
    ///   - place: Where.
    ///   - text: What.
    package init(_ place: String, _ text: String) {
        self.place = place
        self.text = text
    }
}

extension JournalFilter {
    /// The names that both a query and a matcher in a body may have.
    static let commonNames = [
        "kind", "method", "path", "path_prefix", "status", "outcome", "user", "certificate",
        "token", "reason", "since", "until",
    ]

    /// The names that a query may have.
    package static let queryNames = commonNames + ["after", "before", "limit", "order"]

    /// The same where entries are shown as they come.
    package static let streamNames = commonNames + ["after"]

    /// Reads a filter from the pairs of a query.
    ///
    /// - Parameter items: Names and values, decoded.
    /// - Returns: The filter.
    /// - Throws: ``JournalProblem`` that names the parameter.
    package static func read(
        _ items: [(name: String, value: String)]
    ) throws(JournalProblem) -> JournalFilter {
        var filter = JournalFilter()
        var seen: Set<String> = []
        for (name, value) in items {
            guard seen.insert(name).inserted else {
                throw JournalProblem(name, "is there more than once; once is enough")
            }
            switch name {
            case "after": filter.after = try sequence(name, value)
            case "before": filter.before = try sequence(name, value)
            case "limit":
                guard let limit = Int(value), limit > 0 else {
                    throw JournalProblem(name, "must be a number of entries, such as 100")
                }
                filter.limit = limit
            case "order": filter.order = try word(name, value)
            default: try filter.set(name, to: value, known: queryNames)
            }
        }
        return filter
    }

    /// Sets one of the common members.
    mutating func set(
        _ name: String,
        to text: String,
        known: [String]
    ) throws(JournalProblem) {
        switch name {
        case "kind": kind = try Self.word(name, text)
        case "method": method = text.uppercased()
        case "path": path = PathMatcher(text)
        case "path_prefix": path = .prefix(text)
        case "status":
            guard let matcher = StatusMatcher(text) else {
                throw JournalProblem(name, "must be a status such as 403, or a class such as 4xx")
            }
            status = matcher
        case "outcome": outcome = try Self.word(name, text)
        case "user": user = text
        case "certificate":
            guard text.contains(where: \.isHexDigit) else {
                throw JournalProblem(name, "must be a serial number, or how one begins")
            }
            certificate = text
        case "token": token = text
        case "reason": reason = text
        case "since": since = try Self.moment(name, text)
        case "until": until = try Self.moment(name, text)
        default:
            throw JournalProblem(name, "is not known; known are \(known.joined(separator: ", "))")
        }
    }

    private static func sequence(
        _ name: String,
        _ text: String
    ) throws(JournalProblem) -> UInt64 {
        guard let sequence = UInt64(text) else {
            throw JournalProblem(name, "must be the sequence number of an entry")
        }
        return sequence
    }

    private static func moment(
        _ name: String,
        _ text: String
    ) throws(JournalProblem) -> Timestamp {
        guard let moment = Timestamp.parse(iso8601: text) else {
            throw JournalProblem(name, "must be a time such as 2025-10-20T00:00:00Z")
        }
        return moment
    }

    private static func word<Word: RawRepresentable & CaseIterable>(
        _ name: String,
        _ text: String
    ) throws(JournalProblem) -> Word where Word.RawValue == String {
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw JournalProblem(name, "must be one of \(words)")
        }
        return word
    }
}
