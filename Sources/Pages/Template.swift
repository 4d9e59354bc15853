/// A page with gaps: the part of Mustache that pages need.
///
/// `{{name}}` is replaced by a text, escaped; `{{#name}}…{{/name}}` stands once for a flag that is
/// set or a text that is not empty, and once for each item of a list; `{{^name}}…{{/name}}` stands
/// where the other would not. A name that is missing is like an empty text. Only ``PageValue/html``
/// goes out as it is, so that what somebody typed can never become markup.
package struct Template: Sendable {
    /// A template, taken apart.
    private indirect enum Part {
        case text(String)
        case value(String)
        case section(String, isInverted: Bool, [Part])
    }

    private let parts: [Part]

    /// What is wrong with the template; nil when nothing is.
    ///
    /// A template that is broken renders as this text.
    package let problem: String?

    /// Takes a template apart.
    ///
    /// - Parameter text: The template.
    package init(_ text: String) {
        var open: [(name: String, isInverted: Bool, parts: [Part])] = [("", false, [])]
        var problem: String?
        var rest = text[...]
        while let start = rest.firstRange(of: "{{") {
            open[open.count - 1].parts.append(.text(String(rest[..<start.lowerBound])))
            guard let end = rest[start.upperBound...].firstRange(of: "}}") else {
                problem = problem ?? "{{ is never closed"
                break
            }
            let tag = String(rest[start.upperBound..<end.lowerBound])
            rest = rest[end.upperBound...]
            let name = String(tag.drop { "#^/".contains($0) })
            if name.isEmpty || !name.allSatisfy({ $0.isLetter || $0.isNumber }) {
                problem = problem ?? "{{\(tag)}} has no name of letters and digits"
            }
            switch tag.first {
            case "#", "^": open.append((name, tag.first == "^", []))
            case "/":
                guard open.count > 1, let section = open.popLast(), section.name == name else {
                    problem = problem ?? "{{\(tag)}} closes nothing"
                    continue
                }
                open[open.count - 1].parts.append(
                    .section(name, isInverted: section.isInverted, section.parts)
                )
            default: open[open.count - 1].parts.append(.value(name))
            }
        }
        if problem == nil { open[open.count - 1].parts.append(.text(String(rest))) }
        if open.count > 1 {
            problem = problem ?? "{{#\(open[open.count - 1].name)}} is never closed"
        }
        self.problem = problem
        parts = problem.map { [.text("This page is broken: \($0).")] } ?? open[0].parts
    }

    /// Fills the gaps.
    ///
    /// - Parameter values: What goes in, by name.
    /// - Returns: HTML.
    package func render(_ values: PageValues) -> String {
        var text = ""
        Self.render(parts, [values], into: &text)
        return text
    }

    private static func render(_ parts: [Part], _ scopes: [PageValues], into text: inout String) {
        for part in parts {
            switch part {
            case .text(let words): text += words
            case .value(let name):
                switch lookUp(name, scopes) {
                case .text(let words): text += escape(words)
                case .html(let markup): text += markup
                case .flag, .list, nil: break
                }
            case .section(let name, let isInverted, let inner):
                let value = lookUp(name, scopes)
                if isInverted {
                    if value?.isSomething != true { render(inner, scopes, into: &text) }
                } else if case .list(let items) = value {
                    for item in items { render(inner, scopes + [item], into: &text) }
                } else if value?.isSomething == true {
                    render(inner, scopes, into: &text)
                }
            }
        }
    }

    private static func lookUp(_ name: String, _ scopes: [PageValues]) -> PageValue? {
        for scope in scopes.reversed() {
            if let value = scope[name] { return value }
        }
        return nil
    }

    /// Makes a text that HTML shows as it is, between tags and in attributes in double quotes.
    ///
    /// - Parameter text: Any text.
    /// - Returns: The text without the five characters that mean something.
    package static func escape(_ text: String) -> String {
        guard text.utf8.contains(where: { "&<>\"'".utf8.contains($0) }) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}

/// What goes into the gaps of a ``Template``, by name.
package typealias PageValues = [String: PageValue]

/// What goes into one gap of a ``Template``.
package enum PageValue: Sendable, Hashable, ExpressibleByStringLiteral,
    ExpressibleByStringInterpolation, ExpressibleByBooleanLiteral
{
    /// A text, which is escaped.
    case text(String)

    /// Whether a section stands.
    case flag(Bool)

    /// A section for each, with names of its own that hide those around it.
    case list([PageValues])

    /// Markup that a template made.
    case html(String)

    /// Makes a text of a literal.
    ///
    /// - Parameter value: The text, which is escaped like every other.
    package init(stringLiteral value: String) { self = .text(value) }

    /// Makes a flag of a literal.
    ///
    /// - Parameter value: Whether a section stands.
    package init(booleanLiteral value: Bool) { self = .flag(value) }

    /// Whether a section of it stands.
    var isSomething: Bool {
        switch self {
        case .text(let text), .html(let text): !text.isEmpty
        case .flag(let flag): flag
        case .list(let items): !items.isEmpty
        }
    }
}
