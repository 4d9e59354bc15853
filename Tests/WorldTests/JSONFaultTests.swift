import Testing

@testable import World

@Suite("JSONFault")
struct JSONFaultTests {
    @Test(
        "names line, column and expectation",
        arguments: [
            ("", "line 1, column 1: a value is expected here"),
            ("{\n  users: [}", "line 2, column 11: a value is expected here"),
            ("{\n  a: 1\n  b: 2\n}", "line 3, column 3: a comma is missing"),
            ("[1 2]", "line 1, column 4: a comma is missing"),
            ("{ a 1 }", "line 1, column 5: a colon is missing"),
            ("{ a: 'b\n}", "line 1, column 6: this text has no closing quote on its line"),
            ("{ a: \"b\\\"", "line 1, column 6: this text has no closing quote on its line"),
            ("{ a: 1", "line 1, column 7: the text ends within an object: } is missing"),
            ("[", "line 1, column 2: the text ends within a list: ] is missing"),
            ("{ , }", "line 1, column 3: a key is expected here"),
            ("{} {}", "line 1, column 4: nothing more is expected here"),
            ("/* a", "line 1, column 1: this comment has no end"),
            ("/a", "line 1, column 1: a comment begins with // or /*"),
            ("/", "line 1, column 1: a comment begins with // or /*"),
            ("{ a: # }", "line 1, column 6: a value is expected here"),
        ]
    )
    func faults(text: String, expected: String) {
        #expect(JSONFault.first(in: Array(text.utf8))?.description == expected)
    }

    @Test(
        "finds nothing in what is sound",
        arguments: [
            "{}", "[]", "1", "// a\n{ a: 1, 'b': \"c\\\"d\", }",
            "[ -1.5e+3, null, [true,], ] // end",
            "/* a * / ** */ {\"a\": {}}",
        ]
    )
    func sound(text: String) {
        #expect(JSONFault.first(in: Array(text.utf8)) == nil)
    }

    @Test("nesting without end is a fault and no crash")
    func deep() {
        let text = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(JSONFault.first(in: text)?.problem == "the nesting is too deep")
    }

    @Test("every beginning of a sound text is broken in some place")
    func beginnings() throws {
        let bytes = Array("{ a: [1, 'b', { \"c\": null }], /* d */ e: \"\\\"\" }".utf8)
        for count in 0..<bytes.count {
            #expect(JSONFault.first(in: Array(bytes.prefix(count))) != nil, "\(count) bytes")
        }
        #expect(JSONFault.first(in: bytes) == nil)
    }
}
