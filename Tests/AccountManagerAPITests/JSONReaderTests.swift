import Testing

@testable import AccountManagerAPI

@Suite("JSONReader")
struct JSONReaderTests {
    /// A text and the value it stands for.
    struct Accepted: CustomTestStringConvertible {
        let text: String
        let value: JSONValue

        var testDescription: String { text }
    }

    static let accepted = [
        Accepted(text: "null", value: .null),
        Accepted(text: " true ", value: .bool(true)),
        Accepted(text: "\t\r\nfalse", value: .bool(false)),
        Accepted(text: "-0.5e+10", value: .number("-0.5e+10")),
        Accepted(text: "0", value: .number("0")),
        Accepted(text: "1E-2", value: .number("1E-2")),
        Accepted(text: "[]", value: .array([])),
        Accepted(text: "[1, [2]]", value: .array([.number("1"), .array([.number("2")])])),
        Accepted(text: "{ }", value: .object([:])),
        Accepted(
            text: #"{"a" : {"b":null} , "c":"d"}"#,
            value: .object(["a": .object(["b": .null]), "c": .string("d")])
        ),
        Accepted(text: #""\"\\\/\b\f\n\r\t""#, value: .string("\"\\/\u{8}\u{C}\n\r\t")),
        Accepted(text: #""\u00e9\ud83d\ude00é😀""#, value: .string("é😀é😀")),
        Accepted(text: #""\u0000""#, value: .string("\0")),
        Accepted(text: "\u{FEFF}{}", value: .object([:])),
    ]

    @Test("reads every form of RFC 8259", arguments: accepted)
    func reads(_ row: Accepted) throws {
        #expect(try JSONReader.read(Array(row.text.utf8)) == row.value)
    }

    /// A text and where it breaks.
    struct Broken: CustomTestStringConvertible {
        let text: String
        let line: Int
        let column: Int
        let problem: String

        init(_ text: String, _ line: Int, _ column: Int, _ problem: String) {
            self.text = text
            self.line = line
            self.column = column
            self.problem = problem
        }

        var testDescription: String { text.debugDescription }
    }

    static let broken = [
        Broken("", 1, 1, "the text ends where a value is expected"),
        Broken("  ", 1, 3, "the text ends where a value is expected"),
        Broken("nul", 1, 1, "a value is expected"),
        Broken("True", 1, 1, "a value is expected"),
        Broken("{}x", 1, 3, "more text after the JSON value"),
        Broken("{} {}", 1, 4, "more text after the JSON value"),
        Broken("{'a':1}", 1, 2, "a member name in double quotes is expected"),
        Broken("{a:1}", 1, 2, "a member name in double quotes is expected"),
        Broken("{\"a\":1,}", 1, 8, "a member name in double quotes is expected"),
        Broken("{\"a\"}", 1, 5, "a colon is expected"),
        Broken("{\n\"a\": 1\n\"b\": 2}", 3, 1, "a comma or } is expected"),
        Broken("{\"a\":1,\n \"a\":2}", 2, 2, "a second member of the same name"),
        Broken("[1,]", 1, 4, "a value is expected"),
        Broken("[1 2]", 1, 4, "a comma or ] is expected"),
        Broken("[1", 1, 3, "a comma or ] is expected"),
        Broken("+1", 1, 1, "a value is expected"),
        Broken(".5", 1, 1, "a value is expected"),
        Broken("1.", 1, 3, "a digit is expected"),
        Broken("-", 1, 2, "a digit is expected"),
        Broken("1e", 1, 3, "a digit is expected"),
        Broken("01", 1, 2, "more text after the JSON value"),
        Broken("NaN", 1, 1, "a value is expected"),
        Broken("\"a", 1, 3, "the text ends inside a string"),
        Broken("\"a\\", 1, 4, "the text ends inside a string"),
        Broken("\"\n\"", 1, 2, "a control character inside a string must be escaped"),
        Broken("\"\\x\"", 1, 3, "an unknown escape"),
        Broken("\"\\u12G4\"", 1, 6, "four hexadecimal digits are expected"),
        Broken("\"\\ud800\"", 1, 4, "half of a surrogate pair"),
        Broken("\"\\ud800\\u0041\"", 1, 4, "half of a surrogate pair"),
        Broken("\"\\udc00\"", 1, 4, "half of a surrogate pair"),
    ]

    @Test("refuses what the grammar does not allow and says where", arguments: broken)
    func refuses(_ row: Broken) throws {
        let error = try #require(throws: JSONSyntaxError.self) {
            _ = try JSONReader.read(Array(row.text.utf8))
        }
        #expect(error.line == row.line)
        #expect(error.column == row.column)
        #expect(error.problem == row.problem)
    }

    static let notUTF8: [[UInt8]] = [
        [0x22, 0xFF, 0x22],
        [0x22, 0xC0, 0xAF, 0x22],
        [0x22, 0xED, 0xA0, 0x80, 0x22],
        [0x22, 0xF4, 0x90, 0x80, 0x80, 0x22],
    ]

    @Test("refuses what is not UTF-8 (RFC 8259 §8.1)", arguments: notUTF8)
    func refusesOtherEncodings(_ bytes: [UInt8]) throws {
        let error = try #require(throws: JSONSyntaxError.self) {
            _ = try JSONReader.read(bytes)
        }
        #expect(error == JSONSyntaxError(line: 1, column: 2, problem: "not UTF-8"))
    }

    @Test("nests as deep as the limit and no deeper", arguments: ["[]", #"{"a":}"#])
    func depth(_ braces: String) throws {
        let closing = String(braces.suffix(1))
        let opening = String(braces.dropLast())
        func nested(_ depth: Int) -> [UInt8] {
            let text =
                String(repeating: opening, count: depth) + "0"
                + String(repeating: closing, count: depth)
            return Array(text.utf8)
        }

        _ = try JSONReader.read(nested(JSONReader.depthMax))
        let error = try #require(throws: JSONSyntaxError.self) {
            _ = try JSONReader.read(nested(JSONReader.depthMax + 1))
        }
        #expect(error.problem == "nested deeper than 64")
    }
}
