/// A strict reader of JSON texts (RFC 8259): bytes in, a value or the place of the mistake out.
struct JSONReader {
    /// How deep arrays and objects may nest, so that no body can exhaust the stack.
    static let depthMax = 64

    private let bytes: [UInt8]
    private var position = 0

    private init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Reads one JSON text and nothing after it.
    ///
    /// A byte order mark is skipped (RFC 8259 §8.1 allows it, and some editors write one).
    ///
    /// - Parameter bytes: The text in UTF-8.
    /// - Returns: Its value.
    /// - Throws: ``JSONSyntaxError`` at the first byte that breaks the grammar.
    static func read(_ bytes: [UInt8]) throws(JSONSyntaxError) -> JSONValue {
        var reader = JSONReader(bytes: bytes)
        try reader.checkEncoding()
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { reader.position = 3 }
        reader.skipSpace()
        let value = try reader.readValue(depth: 0)
        reader.skipSpace()
        guard reader.position == bytes.count else {
            throw reader.error("more text after the JSON value")
        }
        return value
    }

    /// Checks once that all is UTF-8 (RFC 8259 §8.1), so that no later step needs to.
    private func checkEncoding() throws(JSONSyntaxError) {
        do throws(UTF8.ValidationError) {
            _ = try UTF8Span(validating: bytes.span)
        } catch {
            throw self.error("not UTF-8", at: error.byteOffsets.lowerBound)
        }
    }

    private mutating func readValue(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        guard depth <= Self.depthMax else {
            throw error("nested deeper than \(Self.depthMax)")
        }
        guard let byte = peek else { throw error("the text ends where a value is expected") }
        switch byte {
        case UInt8(ascii: "{"): return try readObject(depth: depth)
        case UInt8(ascii: "["): return try readArray(depth: depth)
        case UInt8(ascii: "\""): return .string(try readString())
        case UInt8(ascii: "t"): return try readWord("true", as: .bool(true))
        case UInt8(ascii: "f"): return try readWord("false", as: .bool(false))
        case UInt8(ascii: "n"): return try readWord("null", as: .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try readNumber()
        default: throw error("a value is expected")
        }
    }

    private mutating func readObject(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        var members: [String: JSONValue] = [:]
        position += 1
        skipSpace()
        if skip(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipSpace()
            let nameStart = position
            guard peek == UInt8(ascii: "\"") else {
                throw error("a member name in double quotes is expected")
            }
            let name = try readString()
            skipSpace()
            guard skip(UInt8(ascii: ":")) else { throw error("a colon is expected") }
            skipSpace()
            let value = try readValue(depth: depth + 1)
            guard members.updateValue(value, forKey: name) == nil else {
                throw error("a second member of the same name", at: nameStart)
            }
            skipSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "}")) else { throw error("a comma or } is expected") }
        return .object(members)
    }

    private mutating func readArray(depth: Int) throws(JSONSyntaxError) -> JSONValue {
        var values: [JSONValue] = []
        position += 1
        skipSpace()
        if skip(UInt8(ascii: "]")) { return .array(values) }
        repeat {
            skipSpace()
            values.append(try readValue(depth: depth + 1))
            skipSpace()
        } while skip(UInt8(ascii: ","))
        guard skip(UInt8(ascii: "]")) else { throw error("a comma or ] is expected") }
        return .array(values)
    }

    private mutating func readWord(
        _ word: StaticString,
        as value: JSONValue
    ) throws(JSONSyntaxError) -> JSONValue {
        let expected = Array(word.description.utf8)
        guard bytes[position...].starts(with: expected) else {
            throw error("a value is expected")
        }
        position += expected.count
        return value
    }

    /// Reads a number (RFC 8259 §6): no plus sign, no leading zero, no bare point.
    private mutating func readNumber() throws(JSONSyntaxError) -> JSONValue {
        let start = position
        _ = skip(UInt8(ascii: "-"))
        if !skip(UInt8(ascii: "0")) { try readDigits() }
        if skip(UInt8(ascii: ".")) { try readDigits() }
        if skip(UInt8(ascii: "e")) || skip(UInt8(ascii: "E")) {
            if !skip(UInt8(ascii: "+")) { _ = skip(UInt8(ascii: "-")) }
            try readDigits()
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func readDigits() throws(JSONSyntaxError) {
        let start = position
        while let byte = peek, isDigit(byte) { position += 1 }
        guard position > start else { throw error("a digit is expected") }
    }
}

// MARK: - Strings (RFC 8259 §7)

extension JSONReader {
    private mutating func readString() throws(JSONSyntaxError) -> String {
        position += 1
        var text: [UInt8] = []
        while let byte = peek {
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"):
                position += 1
                try readEscape(into: &text)
            case 0x00..<0x20:
                throw error("a control character inside a string must be escaped")
            default:
                text.append(byte)
                position += 1
            }
        }
        throw error("the text ends inside a string")
    }

    private mutating func readEscape(into text: inout [UInt8]) throws(JSONSyntaxError) {
        guard let byte = peek else { throw error("the text ends inside a string") }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"): text.append(contentsOf: try readCodePoint().utf8)
        default: throw error("an unknown escape", at: position - 1)
        }
    }

    /// Reads what follows `\u`; two surrogates make one character, one alone is refused.
    private mutating func readCodePoint() throws(JSONSyntaxError) -> String {
        let start = position
        let first = try readHexDigits()
        if let scalar = Unicode.Scalar(first) { return String(scalar) }
        guard (0xD800..<0xDC00).contains(first), skip(UInt8(ascii: "\\")),
            skip(UInt8(ascii: "u"))
        else { throw error("half of a surrogate pair", at: start) }
        let second = try readHexDigits()
        guard (0xDC00..<0xE000).contains(second),
            let scalar = Unicode.Scalar(0x10000 + (first - 0xD800) << 10 + (second - 0xDC00))
        else { throw error("half of a surrogate pair", at: start) }
        return String(scalar)
    }

    private mutating func readHexDigits() throws(JSONSyntaxError) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = peek, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw error("four hexadecimal digits are expected")
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }
}

// MARK: - Bytes

extension JSONReader {
    private var peek: UInt8? {
        position < bytes.count ? bytes[position] : nil
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }

    private mutating func skip(_ byte: UInt8) -> Bool {
        guard peek == byte else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte = peek, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 {
            position += 1
        }
    }

    private func error(_ problem: String, at offset: Int? = nil) -> JSONSyntaxError {
        let before = bytes[..<(offset ?? position)]
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        return JSONSyntaxError(
            line: before.count { $0 == 0x0A } + 1,
            column: before.count - lineStart + 1,
            problem: problem
        )
    }
}
