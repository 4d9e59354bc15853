import Testing

@testable import SQLiteBridge

@Suite("Statement")
struct StatementTests {
    @Test("what was bound is what is read")
    func values() throws {
        let connection = try Connection.open(path: ":memory:")
        let sql: StaticString = "SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, typeof(?3), typeof(?5)"
        for _ in 1...2 {
            try connection.statement(sql) { (statement) throws(SQLiteError) in
                try statement.bind(Int64.min, at: 1)
                try statement.bind("naïve \0 text 🙂", at: 2)
                try statement.bind("", at: 3)
                try statement.bind([0, 255, 7], at: 4)
                try statement.bind([UInt8](), at: 5)
                try statement.bind(nil as String?, at: 6)
                try statement.bind(nil as Int64?, at: 7)
                try statement.bind(true, at: 8)
                #expect(try statement.step())
                #expect(statement.integer(0) == .min)
                #expect(statement.text(1) == "naïve \0 text 🙂")
                #expect(statement.optionalText(2) == "")
                #expect(statement.blob(3) == [0, 255, 7])
                #expect(statement.blob(4) == [])
                #expect(statement.isNull(4) == false)
                #expect(statement.optionalText(5) == nil)
                #expect(statement.optionalInteger(6) == nil)
                #expect(statement.flag(7) == true)
                #expect(statement.text(8) == "text")
                #expect(statement.text(9) == "blob")
                #expect(try !statement.step())
            }
        }
    }

    @Test("bound values do not outlive their use")
    func clears() throws {
        let connection = try Connection.open(path: ":memory:")
        let sql: StaticString = "SELECT ?1"
        try connection.statement(sql) { (statement) throws(SQLiteError) in
            try statement.bind("secret", at: 1)
            _ = try statement.step()
        }
        try connection.statement(sql) { (statement) throws(SQLiteError) in
            _ = try statement.step()
            #expect(statement.isNull(0) == true)
        }
    }
}
