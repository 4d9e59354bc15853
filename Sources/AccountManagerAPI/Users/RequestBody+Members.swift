import AccountModel

// The members that bodies about users and tokens share.
extension RequestBody {
    /// The longest description in bytes.
    static let descriptionBytesMax = 2000

    /// The longest of other texts in bytes.
    static let textBytesMax = 255

    /// A text of one line.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - bytesMax: The largest number of bytes.
    ///   - canBeBlank: Whether an empty text says something.
    ///   - problem: What else may be wrong, to follow the member's path in a sentence.
    /// - Returns: What is wanted; `keep` also after noting what is wrong.
    mutating func text(
        _ name: String,
        bytesMax: Int = textBytesMax,
        canBeBlank: Bool = false,
        problem: (String) -> String? = { _ in nil }
    ) -> MemberChange<String> {
        guard let value = value(name) else { return .keep }
        guard value != .null else { return .clear }
        guard let text = optionalString(name) else { return .keep }
        if text.utf8.count > bytesMax {
            note(name, "is longer than \(bytesMax) bytes")
        } else if !canBeBlank, !text.utf8.contains(where: { $0 != 0x20 }) {
            note(name, "is blank")
        } else if text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        {
            note(name, "has a control character")
        } else if let problem = problem(text) {
            note(name, problem)
        } else {
            return .set(text)
        }
        return .keep
    }

    /// A name in the alphabet of certificates, tokens and service users.
    ///
    /// - Parameter name: The member.
    /// - Returns: What is wanted; `keep` also after noting what is wrong.
    mutating func friendlyName(_ name: String) -> MemberChange<String> {
        text(name, problem: CertificateOrder.problem(ofName:))
    }

    /// An end date: a day or a moment, and in either case the last second of that day.
    ///
    /// - Parameter names: The members that may have it; two that differ are refused.
    /// - Returns: What is wanted; `keep` also after noting what is wrong.
    mutating func endDate(_ names: String...) -> MemberChange<Timestamp> {
        var found: (name: String, change: MemberChange<Timestamp>)?
        for name in names {
            let change = endDate(at: name)
            guard change != .keep else { continue }
            if let found, found.change != change {
                note(name, "differs from $.\(found.name); send one of the two")
            }
            found = (name, change)
        }
        return found?.change ?? .keep
    }

    private mutating func endDate(at name: String) -> MemberChange<Timestamp> {
        guard let value = value(name) else { return .keep }
        guard value != .null else { return .clear }
        guard let text = optionalString(name) else { return .keep }
        let day = CalendarDate.parse(text).map(Timestamp.init(startOf:))
        guard let moment = day ?? Timestamp.parse(iso8601: text) else {
            note(name, "is no date of the form YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ")
            return .keep
        }
        return .set(moment.endOfDay)
    }

    /// Names of things: strings, or objects as answers have them.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - key: The member of such an object that names the thing.
    /// - Returns: The names in their order, each once; `keep` also after noting what is wrong.
    mutating func references(_ name: String, key: String) -> MemberChange<[String]> {
        switch value(name) {
        case nil: return .keep
        case .null: return .clear
        case .array(let items):
            var references: [String] = []
            for (index, item) in items.enumerated() {
                guard let text = Self.reference(item, key: key) else {
                    note("\(name)[\(index)]", "is neither a string nor an object with \(key)")
                    continue
                }
                if !references.contains(text) { references.append(text) }
            }
            return .set(references)
        case let other?:
            note(name, "is \(other.kind); an array is expected")
            return .keep
        }
    }

    private static func reference(_ item: JSONValue, key: String) -> String? {
        switch item {
        case .string(let text): text
        case .object(let members): members[key].flatMap { reference($0, key: key) }
        case .null, .bool, .number, .array: nil
        }
    }

    /// An e-mail address: something, `@`, something, without spaces.
    ///
    /// - Parameter name: The member.
    /// - Returns: What is wanted; `keep` also after noting what is wrong.
    mutating func email(_ name: String) -> MemberChange<String> {
        text(name, bytesMax: 254) { text in
            let parts = text.split(separator: "@", omittingEmptySubsequences: false)
            let isAddress =
                parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(" ")
            return isAddress ? nil : "is no e-mail address"
        }
    }

    /// A telephone number.
    ///
    /// - Parameter name: The member.
    /// - Returns: What is wanted; `keep` also after noting what is wrong.
    mutating func phone(_ name: String) -> MemberChange<String> {
        text(name, bytesMax: 32) { text in
            let isNumber = text.utf8.allSatisfy { "0123456789+-() ./x".utf8.contains($0) }
            return isNumber ? nil : "is no telephone number: digits, spaces and +-()./x are allowed"
        }
    }

    /// A language, one of those that `GET /locale` lists.
    ///
    /// - Parameter name: The member.
    /// - Returns: What is wanted; `keep` also after noting what is wrong.
    mutating func locale(_ name: String) -> MemberChange<String> {
        text(name) { text in
            let codes = Locale.known.map(\.code)
            return codes.contains(text) ? nil : "is none of \(codes.joined(separator: ", "))"
        }
    }

    /// Notes that a member which is there must have a value.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - change: What it asks for.
    mutating func refuseNull<Value>(_ name: String, _ change: MemberChange<Value>) {
        if change == .clear { note(name, "is null; it cannot be taken away") }
    }

    /// Notes that a member which cannot change has another value than the thing.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - present: What the thing has.
    ///   - remedy: What to do instead.
    mutating func refuseChange(of name: String, from present: String, _ remedy: String) {
        guard let value = value(name), value != .string(present) else { return }
        note(name, "cannot be changed by this operation; \(remedy)")
    }
}
