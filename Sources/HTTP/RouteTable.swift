/// One row of a route table: what is asked, and who answers.
package struct Route<Handler> {
    /// The method; GET answers HEAD as well.
    package let method: String

    /// The path; a segment in braces matches any one segment: `/certificate/{id}/enable`.
    package let pattern: String

    /// Who answers.
    package let handler: Handler

    /// Makes a row.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - pattern: The path, with parameters in braces.
    ///   - handler: Who answers.
    package init(_ method: String, _ pattern: String, _ handler: Handler) {
        self.method = method
        self.pattern = pattern
        self.handler = handler
    }
}

extension Route: Sendable where Handler: Sendable {}

/// What a route table says of one method and path.
package enum RouteMatch<Handler> {
    /// A row answers; its parameters are percent-decoded, in the order of the pattern.
    case matched(Handler, parameters: [String])

    /// The path exists, the method does not: 405, with these methods in `Allow`.
    case methodNotAllowed(allow: [String])

    /// No row has that path.
    case notFound
}

extension RouteMatch: Sendable where Handler: Sendable {}

/// The routes of one surface: rows of method, pattern and handler.
///
/// Where two patterns fit one path, the one that spells more of it out answers (`/user/me` before
/// `/user/{id}`), whatever the order of the rows. Patterns of which neither is the narrower one
/// would leave that to chance, and are refused when the table is made.
package struct RouteTable<Handler> {
    /// The rows in the order they were written.
    package let rows: [Route<Handler>]

    /// The patterns without repetitions; a narrower one stands before a wider one.
    private let entries: [Entry]

    /// The entries without parameters, by path: one look-up finds them.
    private let literals: [String: Int]

    /// One pattern and who answers each of its methods.
    struct Entry {
        let pattern: RoutePattern
        var handlers: [(method: String, handler: Handler)]
    }

    /// Makes a table; contradicting rows are a programmer's error and stop the program at start.
    ///
    /// - Parameter rows: The rows.
    package init(_ rows: [Route<Handler>]) {
        let contradiction = RoutePattern.contradiction(in: rows.map { ($0.method, $0.pattern) })
        precondition(contradiction == nil, contradiction ?? "")
        self.rows = rows

        var entries: [Entry] = []
        for row in rows {
            let pattern = RoutePattern(row.pattern)
            if let index = entries.firstIndex(where: { $0.pattern.isSame(as: pattern) }) {
                entries[index].handlers.append((row.method, row.handler))
            } else {
                let handlers = [(method: row.method, handler: row.handler)]
                entries.append(Entry(pattern: pattern, handlers: handlers))
            }
        }
        entries.sort { $0.pattern.parameterCount < $1.pattern.parameterCount }
        self.entries = entries
        literals = Dictionary(
            entries.indices.filter { entries[$0].pattern.parameterCount == 0 }.map { index in
                (entries[index].pattern.text, index)
            },
            uniquingKeysWith: { first, _ in first }
        )
    }

    /// Finds the row for a request.
    ///
    /// - Parameters:
    ///   - method: The method of the request.
    ///   - path: The path, still percent-encoded, without the query.
    /// - Returns: The row, or why there is none.
    package func match(method: String, path: String) -> RouteMatch<Handler> {
        if let index = literals[path], let handler = handler(method, in: entries[index]) {
            return .matched(handler, parameters: [])
        }
        guard let segments = RoutePattern.segments(of: path) else { return .notFound }
        var allow: [String] = []
        for entry in entries {
            guard let parameters = entry.pattern.match(segments) else { continue }
            if let handler = handler(method, in: entry) {
                return .matched(handler, parameters: parameters)
            }
            for method in methods(of: entry) where !allow.contains(method) { allow.append(method) }
        }
        return allow.isEmpty ? .notFound : .methodNotAllowed(allow: allow)
    }

    /// RFC 9110 §9.3.2: HEAD is GET without the body, so GET's row answers it unless it has its own.
    private func handler(_ method: String, in entry: Entry) -> Handler? {
        if let row = entry.handlers.first(where: { $0.method == method }) { return row.handler }
        guard method == "HEAD" else { return nil }
        return entry.handlers.first { $0.method == "GET" }?.handler
    }

    private func methods(of entry: Entry) -> [String] {
        var methods = entry.handlers.map(\.method)
        if let index = methods.firstIndex(of: "GET"), !methods.contains("HEAD") {
            methods.insert("HEAD", at: index + 1)
        }
        return methods
    }
}

extension RouteTable: Sendable where Handler: Sendable {}
extension RouteTable.Entry: Sendable where Handler: Sendable {}
