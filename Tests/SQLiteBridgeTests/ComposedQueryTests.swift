import Testing

@testable import SQLiteBridge

@Suite("ComposedQuery")
struct ComposedQueryTests {
    private static func connection() throws -> Connection {
        let connection = try Connection.open(path: ":memory:")
        try connection.execute(
            """
            CREATE TABLE t (n INTEGER PRIMARY KEY, a TEXT) STRICT;
            INSERT INTO t VALUES (1, 'one'), (2, 'two'), (3, 'it''s'), (4, 'one');
            """
        )
        return connection
    }

    private static func numbers(_ query: ComposedQuery) throws -> [Int64] {
        try connection().rows(of: query) { row in row.integer(0) }
    }

    @Test("values stand for the question marks in their order, also across parts")
    func values() throws {
        var inner = ComposedQuery("SELECT n FROM t WHERE a = ?", .text("one"))
        inner.append("AND n >= ?", .integer(2))
        #expect(try Self.numbers(inner) == [4])
        var outer = ComposedQuery("SELECT n FROM t WHERE n <= ? AND n NOT IN (", .integer(3))
        outer.append(inner)
        outer.append(") AND a != ?", .text("two"))
        #expect(try Self.numbers(outer) == [1, 3])
    }

    @Test("a list may have many texts or none, and a text is never a statement")
    func lists() throws {
        for (texts, expected) in [
            ([], []), (["two"], [2]), (["one", "it's"], [1, 3, 4]), (["') OR TRUE --"], []),
        ] as [([String], [Int64])] {
            var query = ComposedQuery("SELECT n FROM t WHERE a")
            query.append(in: texts)
            query.append("ORDER BY n")
            #expect(try Self.numbers(query) == expected)
        }
    }

    @Test("what SQLite does not understand is an error")
    func broken() throws {
        #expect(throws: SQLiteError.self) { _ = try Self.numbers(ComposedQuery("SELEKT")) }
    }
}
