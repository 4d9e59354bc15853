internal import CSQLite

/// A query that is put together from literals, with the values that its question marks stand for.
///
/// For lists, whose filters combine in more ways than there could be statements. As everywhere,
/// no text of a client's becomes part of the statement.
package struct ComposedQuery: Sendable, Hashable {
    /// A value that a question mark stands for.
    package enum Value: Sendable, Hashable {
        /// A text.
        case text(String)

        /// An integer.
        case integer(Int64)
    }

    private(set) var text: String
    private(set) var values: [Value]

    /// Begins a query.
    ///
    /// - Parameters:
    ///   - sql: Its first words.
    ///   - values: What the question marks among them stand for.
    package init(_ sql: StaticString, _ values: Value...) {
        text = sql.description
        self.values = values
    }

    /// Continues the query.
    ///
    /// - Parameters:
    ///   - sql: The next words.
    ///   - values: What the question marks among them stand for.
    package mutating func append(_ sql: StaticString, _ values: Value...) {
        text += " "
        text += sql.description
        self.values += values
    }

    /// Continues with `IN` and a list of texts, which may be empty.
    ///
    /// - Parameter texts: The texts.
    package mutating func append(in texts: [String]) {
        text += " IN ("
        text += repeatElement("?", count: texts.count).joined(separator: ", ")
        text += ")"
        values += texts.map { .text($0) }
    }

    /// Continues with another query.
    ///
    /// - Parameter query: The other one.
    package mutating func append(_ query: ComposedQuery) {
        text += " "
        text += query.text
        values += query.values
    }
}

extension Connection {
    /// Runs a composed query, which is prepared for this one use.
    ///
    /// - Parameters:
    ///   - query: The query.
    ///   - read: Reads the columns of one row.
    /// - Returns: What `read` returned for each row.
    /// - Throws: ``SQLiteError`` when SQLite fails.
    package func rows<Row>(
        of query: ComposedQuery,
        _ read: (borrowing Statement) -> Row
    ) throws(SQLiteError) -> [Row] {
        try temporaryStatement(query.text) { (statement) throws(SQLiteError) in
            for (index, value) in query.values.enumerated() {
                switch value {
                case .text(let text): try statement.bind(text, at: Int32(index + 1))
                case .integer(let integer): try statement.bind(integer, at: Int32(index + 1))
                }
            }
            var rows: [Row] = []
            while try statement.step() { rows.append(read(statement)) }
            return rows
        }
    }
}
