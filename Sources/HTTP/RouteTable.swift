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
/// Where two patterns fit one path, the one that spells more of it out decides alone (`/user/me`
/// before `/user/{id}`), whatever the order of the rows: the other's methods do not count. Patterns
/// of which neither is the narrower one would leave that to chance, and are refused when the table
/// is made.
package struct RouteTable<Handler> {
    /// The rows in the order they were written.
    package let rows: [Route<Handler>]

    private let index: RouteIndex

    /// Makes a table; contradicting rows are a programmer's error and stop the program at start.
    ///
    /// - Parameter rows: The rows.
    package init(_ rows: [Route<Handler>]) {
        let keys = rows.map { (method: $0.method, pattern: $0.pattern) }
        let contradiction = RoutePattern.contradiction(in: keys)
        precondition(contradiction == nil, contradiction ?? "")
        self.rows = rows
        index = RouteIndex(keys)
    }

    /// Finds the row for a request.
    ///
    /// - Parameters:
    ///   - method: The method of the request.
    ///   - path: The path, still percent-encoded, without the query.
    /// - Returns: The row, or why there is none.
    package func match(method: String, path: String) -> RouteMatch<Handler> {
        switch index.find(method: method, path: path) {
        case .row(let row, let parameters): .matched(rows[row].handler, parameters: parameters)
        case .allow(let methods): .methodNotAllowed(allow: methods)
        case .nothing: .notFound
        }
    }
}

extension RouteTable: Sendable where Handler: Sendable {}
