internal import AccountModel

// What rules need to read beside what every JSON text needs.

extension JSONNode {
    /// Reads a text of some length in bytes.
    func text(bytes length: ClosedRange<Int>) throws(JSONProblem) -> String {
        let text = try text()
        guard length.contains(text.utf8.count) else {
            throw problem(
                "has \(text.utf8.count) bytes, and may have \(length.lowerBound) to "
                    + "\(length.upperBound)"
            )
        }
        return text
    }

    /// Reads a text that says something.
    func filled() throws(JSONProblem) -> String {
        let text = try text()
        guard !text.isEmpty else { throw problem("is empty; leave it out where any will do") }
        return text
    }

    /// Reads a text or a list of texts.
    func texts() throws(JSONProblem) -> [String] {
        guard case .array = value else { return [try text()] }
        var texts: [String] = []
        for element in try list() { texts.append(try element.text()) }
        return texts
    }

    /// Reads a whole number from 1 on.
    func count() throws(JSONProblem) -> Int {
        guard case .integer(let number) = value, number > 0 else {
            throw problem("must be a whole number from 1 on, and is \(value)")
        }
        return number
    }

    /// Reads what draws follow from.
    func seed() throws(JSONProblem) -> UInt64 { UInt64(try integer(in: 0...Int.max)) }

    /// Reads a span of time in milliseconds.
    func milliseconds(_ range: ClosedRange<Int>) throws(JSONProblem) -> Int {
        guard case .text(let text) = value, let span = DurationText.milliseconds(text) else {
            throw problem("is \(value); write \(DurationText.form)")
        }
        guard range.contains(span) else {
            let from = DurationText.text(milliseconds: range.lowerBound)
            let to = DurationText.text(milliseconds: range.upperBound)
            throw problem("is \(value); it may be from \(from) to \(to)")
        }
        return span
    }

    /// Reads the id of a rule, which has to fit into a path.
    ///
    /// - Returns: Letters, digits, hyphens and underscores.
    /// - Throws: ``JSONProblem`` when it is anything else.
    package func faultID() throws(JSONProblem) -> String {
        let text = try text(bytes: 1...40)
        let isPlain = text.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isPlain else { throw problem("is \(value); letters, digits, - and _ will do") }
        return text
    }

    /// Reads a moment of the world.
    func moment() throws(JSONProblem) -> Timestamp {
        guard case .text(let text) = value, let moment = Timestamp.parse(iso8601: text) else {
            throw problem("is \(value); write a time as 2025-10-20T00:00:00Z")
        }
        return moment
    }

    /// Reads a text that a header field can carry.
    func headerText() throws(JSONProblem) -> String {
        let text = try text(bytes: 1...1000)
        guard text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw problem("has a character that no header field can carry")
        }
        return text
    }
}

extension JSONObject {
    /// Whether a member is there and `true`.
    func isSet(_ name: String) throws(JSONProblem) -> Bool { try flag(name, default: false) }
}
