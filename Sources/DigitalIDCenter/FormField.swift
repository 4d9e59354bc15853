import Pages

/// A field of a form, with what was entered and what is wrong with it.
struct FormField {
    enum Kind: String {
        case text, email, tel, password, area
    }

    let id: String
    let label: String
    var hint = ""
    var kind = Kind.text
    var value = ""
    var lengthMax = 0
    var autocomplete = "off"
    var example = ""
    var isOptional = false
    var isMonospaced = false

    init(_ id: String, _ label: String) {
        self.id = id
        self.label = label
    }

    /// The markup of the field.
    ///
    /// - Parameter problem: What is wrong with what was entered; nil when nothing is.
    /// - Returns: The markup.
    func markup(_ problem: String?) -> PageValue {
        let described =
            (hint.isEmpty ? [] : ["\(id)Hint"]) + (problem == nil ? [] : ["\(id)Error"])
        return Center.rendered(
            "field",
            [
                "id": .text(id), "label": .text(label), "hint": .text(hint),
                "kind": .text(kind.rawValue), "isArea": .flag(kind == .area),
                // A secret is never sent back.
                "value": .text(kind == .password ? "" : value),
                "lengthMax": .text(lengthMax > 0 ? "\(lengthMax)" : ""),
                "autocomplete": .text(autocomplete), "example": .text(example),
                "isOptional": .flag(isOptional), "error": .text(problem ?? ""),
                "described": .text(described.joined(separator: " ")),
                "isMonospaced": .flag(isMonospaced),
            ]
        )
    }

    /// Puts the fields of a form into a page, and before them a summary of what is wrong.
    ///
    /// - Parameters:
    ///   - fields: The fields; each becomes a gap of its own name.
    ///   - problems: What is wrong, by the fields' ids; other ids stand in the summary only.
    /// - Returns: The gaps.
    static func values(_ fields: [FormField], _ problems: [String: String]) -> PageValues {
        var values: PageValues = [:]
        for field in fields { values[field.id] = field.markup(problems[field.id]) }
        let known = fields.map(\.id)
        let rest = problems.keys.filter { !known.contains($0) }.sorted()
        let items = (known + rest).compactMap { id in problems[id].map { (id, $0) } }
        if !items.isEmpty {
            let list = items.map { id, text -> PageValues in
                ["id": .text(id), "text": .text(text)]
            }
            values["problems"] = Center.rendered("problems", ["items": .list(list)])
        }
        return values
    }
}
