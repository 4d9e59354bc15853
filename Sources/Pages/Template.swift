/// A page with gaps: the part of Mustache that pages need.
///
/// `{{name}}` is replaced by a text, escaped; `{{#name}}…{{/name}}` stands once for a flag that is
/// set or a text that is not empty, and once for each item of a list; `{{^name}}…{{/name}}` stands
/// where the other would not. A name that is missing is like an empty text. Only ``PageValue/html``
/// goes out as it is, so that what somebody typed can never become markup.
package struct Template: Sendable {
    /// A piece of a template, taken apart.
    private struct Part {
        enum Kind {
            /// Goes out as it is.
            case words
            /// The name of a value.
            case value
            /// The name of a value that decides whether, and how often, the inner pieces stand.
            case section
            /// The same the other way round.
            case invertedSection
        }

        let kind: Kind
        let text: String
        var inner: [Part] = []
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
        // The last one is not closed yet; the first one is the whole.
        var open = [Part(kind: .section, text: "")]
        var problem: String?
        var rest = text[...]
        while let start = rest.firstRange(of: "{{") {
            let words = String(rest[..<start.lowerBound])
            open[open.count - 1].inner.append(Part(kind: .words, text: words))
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
            case "#": open.append(Part(kind: .section, text: name))
            case "^": open.append(Part(kind: .invertedSection, text: name))
            case "/":
                guard open.count > 1, let section = open.popLast(), section.text == name else {
                    problem = problem ?? "{{\(tag)}} closes nothing"
                    continue
                }
                open[open.count - 1].inner.append(section)
            default: open[open.count - 1].inner.append(Part(kind: .value, text: name))
            }
        }
        open[open.count - 1].inner.append(Part(kind: .words, text: String(rest)))
        if open.count > 1 {
            problem = problem ?? "{{#\(open[open.count - 1].text)}} is never closed"
        }
        self.problem = problem
        parts =
            problem.map { [Part(kind: .words, text: "This page is broken: \($0).")] }
            ?? open[0].inner
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
            switch part.kind {
            case .words: text += part.text
            case .value:
                switch lookUp(part.text, scopes) {
                case .text(let words): text += escape(words)
                case .html(let markup): text += markup
                case .flag, .list, nil: break
                }
            case .section:
                switch lookUp(part.text, scopes) {
                case .list(let items):
                    for item in items { render(part.inner, scopes + [item], into: &text) }
                case let value?:
                    if value.isSomething { render(part.inner, scopes, into: &text) }
                case nil: break
                }
            case .invertedSection:
                if lookUp(part.text, scopes)?.isSomething != true {
                    render(part.inner, scopes, into: &text)
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
