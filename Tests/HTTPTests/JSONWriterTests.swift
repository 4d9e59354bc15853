import Testing

@testable import HTTP

@Suite("JSONWriter")
struct JSONWriterTests {
    private func write(_ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test("writes members in order, with commas where they belong (RFC 8259 §4, §5)")
    func nests() {
        let text = write { writer in
            writer.beginObject()
            writer.member("a", "x")
            writer.member("b", nil)
            writer.member("c", 17)
            writer.member("d", true)
            writer.beginArray("e")
            writer.value("y")
            writer.value(-1)
            writer.beginObject()
            writer.endObject()
            writer.beginArray()
            writer.endArray()
            writer.null()
            writer.value(false)
            writer.endArray()
            writer.beginObject("f")
            writer.member("g", raw: Array("[1,2]".utf8))
            writer.name(dynamic: "h\n")
            writer.raw("{}")
            writer.endObject()
            writer.member("i", "z")
            writer.endObject()
        }
        #expect(
            text == #"{"a":"x","b":null,"c":17,"d":true,"e":["y",-1,{},[],null,false],"#
                + #""f":{"g":[1,2],"h\n":{}},"i":"z"}"#
        )
    }

    /// A text and its form in JSON.
    static let strings: [(text: String, json: String)] = [
        ("", #""""#), ("plain", #""plain""#), ("\"", #""\"""#), ("\\", #""\\""#),
        ("a/b", #""a/b""#), ("\n\r\t\u{8}\u{C}", #""\n\r\t\b\f""#),
        ("\0\u{1F}", #""\u0000\u001f""#), ("\u{7F}é\u{2028}😀", "\"\u{7F}é\u{2028}😀\""),
        ("-----BEGIN\nabc\n-----END\n", #""-----BEGIN\nabc\n-----END\n""#),
        ("\"\"", #""\"\"""#), ("end\\", #""end\\""#),
    ]

    @Test("escapes what must be escaped and nothing else (RFC 8259 §7)", arguments: strings)
    func escapes(text: String, json: String) {
        #expect(write { $0.value(text) } == json)
        #expect(write { $0.name(dynamic: text) } == json + ":")
    }

    @Test("finds what must be escaped wherever it stands")
    func everyPosition() {
        for byte in UInt8.min...0x7F {
            let text = String(UnicodeScalar(byte))
            let escaped = write { $0.value(text) }.dropFirst().dropLast()
            let isEscaped = byte < 0x20 || text == "\"" || text == "\\"
            #expect(escaped.hasPrefix("\\") == isEscaped)
            for position in 0...20 {
                let before =
                    String(repeating: "\u{FF}", count: position % 3)
                    + String(repeating: "a", count: position)
                let after = String(repeating: "z", count: 20 - position)
                let json = write { $0.value(before + text + after) }
                #expect(json == "\"" + before + escaped + after + "\"")
            }
        }
    }

    @Test("writes the extreme integers")
    func integers() {
        #expect(write { $0.value(Int.min) } == "-9223372036854775808")
        #expect(write { $0.value(Int.max) } == "9223372036854775807")
        #expect(write { $0.value(0) } == "0")
    }
}
