internal import Pages

/// What a form shows: what was typed, and what is wrong with it.
struct ConsoleForm {
    /// What the fields hold; never a secret.
    var texts: [String: String] = [:]

    /// What is wrong, by field.
    private(set) var errors: [String: String] = [:]

    /// Whether anything is wrong.
    var isWrong: Bool { !errors.isEmpty }

    /// A form that was sent.
    ///
    /// - Parameters:
    ///   - form: What was sent.
    ///   - names: The fields whose texts are shown again.
    init(_ form: PageForm, _ names: [String]) {
        for name in names { texts[name] = form.text(name) }
    }

    /// A form that nobody has touched.
    ///
    /// - Parameter texts: What its fields hold.
    init(_ texts: [String: String] = [:]) { self.texts = texts }

    /// Says what is wrong with a field; the first complaint stays.
    mutating func complain(_ name: String, _ text: String) {
        if errors[name] == nil { errors[name] = text }
    }

    func text(_ name: String) -> String { texts[name] ?? "" }

    /// For the gaps of a template: `nameText` and `nameError` of each field, and `problem`, what is
    /// wrong in one sentence.
    var values: PageValues {
        var values: PageValues = [:]
        for (name, text) in texts { values[name + "Text"] = .text(text) }
        for (name, text) in errors { values[name + "Error"] = .text(text) }
        values["problem"] = .list(
            errors.sorted { $0.key < $1.key }.map { ["field": .text($0), "text": .text($1)] }
        )
        values["isWrong"] = .flag(isWrong)
        return values
    }
}

/// The entries of a `select`, one of them chosen.
enum ConsoleChoice {
    static func values(_ rows: [(value: String, name: String)], chosen: String) -> PageValue {
        .list(
            rows.map { value, name in
                [
                    "value": .text(value), "name": .text(name),
                    "isChosen": .flag(value == chosen),
                ]
            }
        )
    }
}

/// Texts in URLs (RFC 3986 section 2.3).
enum ConsoleURL {
    /// A text as it may stand in one segment or value.
    static func encoded(_ text: String) -> String {
        var encoded = ""
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
                encoded.unicodeScalars.append(Unicode.Scalar(byte))
            default:
                encoded += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
            }
        }
        return encoded
    }

    /// A path with a query; pairs without a value are left out.
    static func path(_ path: String, _ items: [(name: String, value: String)]) -> String {
        let pairs = items.filter { !$0.value.isEmpty }.map { "\($0.name)=\(encoded($0.value))" }
        return path + (pairs.isEmpty ? "" : "?" + pairs.joined(separator: "&"))
    }
}

/// The links to the stretches of a list before and after the one that is shown.
struct ConsolePaging {
    let offset: Int
    let limit: Int
    let hasMore: Bool

    func values(_ path: String, _ items: [(name: String, value: String)]) -> PageValues {
        var values: PageValues = [:]
        if offset > 0 {
            let before = max(0, offset - limit)
            values["previousPage"] = .text(
                ConsoleURL.path(path, items + [("offset", before == 0 ? "" : "\(before)")])
            )
        }
        if hasMore {
            values["nextPage"] = .text(
                ConsoleURL.path(path, items + [("offset", "\(offset + limit)")])
            )
        }
        values["hasPages"] = .flag(offset > 0 || hasMore)
        return values
    }
}
