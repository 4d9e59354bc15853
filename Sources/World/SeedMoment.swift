internal import AccountModel

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

// What only seeds say.
extension JSONNode {
    /// Reads a text that has the form of an identifier.
    func identifier() throws(JSONProblem) -> String {
        let text = try text()
        guard Identifier.isUUID(text) else {
            throw problem("\"\(text)\" is no lower-case UUID")
        }
        return text
    }

    /// Reads a moment, absolute or relative.
    func moment(now: Timestamp) throws(JSONProblem) -> Timestamp {
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
    func day() throws(JSONProblem) -> CalendarDate {
        let text = try text()
        guard let day = CalendarDate.parse(text) else {
            throw problem("\"\(text)\" is no day of the form YYYY-MM-DD")
        }
        return day
    }
}
