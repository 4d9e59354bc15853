/// Writes JSON text (RFC 8259) straight into bytes, members in the order they are written.
///
/// For bodies on the hot path, where `JSONEncoder` costs too much. Commas are its own business;
/// that names and values alternate, and that what is begun is ended, is the caller's.
package struct JSONWriter: Sendable {
    /// The text written so far.
    package private(set) var bytes: [UInt8]

    private var needsComma = false

    /// Makes a writer.
    ///
    /// - Parameter capacity: The expected number of bytes.
    package init(reservingCapacity capacity: Int = 256) {
        bytes = []
        bytes.reserveCapacity(capacity)
    }

    /// Begins an object, as a value.
    package mutating func beginObject() {
        separate()
        bytes.append(UInt8(ascii: "{"))
        needsComma = false
    }

    /// Ends the innermost object.
    package mutating func endObject() {
        bytes.append(UInt8(ascii: "}"))
        needsComma = true
    }

    /// Begins an array, as a value.
    package mutating func beginArray() {
        separate()
        bytes.append(UInt8(ascii: "["))
        needsComma = false
    }

    /// Ends the innermost array.
    package mutating func endArray() {
        bytes.append(UInt8(ascii: "]"))
        needsComma = true
    }

    /// Writes the name of a member; its value comes next.
    ///
    /// - Parameter name: The name, which must need no escaping.
    package mutating func name(_ name: StaticString) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        unsafe bytes.append(
            contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        )
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a name that is known only at run time; its value comes next.
    ///
    /// - Parameter name: The name.
    package mutating func name(dynamic name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a string.
    ///
    /// - Parameter value: The string, escaped as RFC 8259 §7 says.
    package mutating func value(_ value: String) {
        separate()
        quote(value)
        needsComma = true
    }

    /// Writes an integer.
    ///
    /// - Parameter value: The integer.
    package mutating func value(_ value: Int) {
        separate()
        bytes.append(contentsOf: String(value).utf8)
        needsComma = true
    }

    /// Writes a Boolean.
    ///
    /// - Parameter value: The Boolean.
    package mutating func value(_ value: Bool) {
        raw(value ? "true" : "false")
    }

    /// Writes `null`.
    package mutating func null() {
        raw("null")
    }

    /// Writes a value that is JSON text already.
    ///
    /// - Parameter json: One complete JSON value.
    package mutating func raw(_ json: StaticString) {
        separate()
        unsafe bytes.append(
            contentsOf: UnsafeBufferPointer(start: json.utf8Start, count: json.utf8CodeUnitCount)
        )
        needsComma = true
    }

    /// Writes a value that is JSON text already.
    ///
    /// - Parameter json: One complete JSON value.
    package mutating func raw(_ json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    /// Writes members that are JSON text already.
    ///
    /// - Parameter json: One or more members of the object begun, with commas between them only.
    package mutating func members(raw json: [UInt8]) {
        separate()
        bytes.append(contentsOf: json)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func quote(_ text: String) {
        var text = text
        text.withUTF8 { unsafe quote($0) }
    }

    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var start = 0
        while true {
            let end = unsafe JSONEscapes.first(in: text, from: start)
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[start..<end]))
            guard end < text.count else { break }
            unsafe escape(text[end])
            start = end + 1
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Escapes what RFC 8259 §7 does not let stand: controls, the quotation mark, the backslash.
    private mutating func escape(_ byte: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        switch byte {
        case 0x08: bytes.append(UInt8(ascii: "b"))
        case 0x09: bytes.append(UInt8(ascii: "t"))
        case 0x0A: bytes.append(UInt8(ascii: "n"))
        case 0x0C: bytes.append(UInt8(ascii: "f"))
        case 0x0D: bytes.append(UInt8(ascii: "r"))
        case 0x22, 0x5C: bytes.append(byte)
        default:
            let digits = Array("0123456789abcdef".utf8)
            bytes.append(contentsOf: "u00".utf8)
            bytes.append(digits[Int(byte >> 4)])
            bytes.append(digits[Int(byte & 15)])
        }
    }
}

/// The search for what must be escaped: most text holds nothing of the kind.
private enum JSONEscapes {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Finds the first byte that must be escaped, or the end; eight bytes at a time.
    static func first(in text: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        let raw = UnsafeRawBufferPointer(text)
        var index = start
        while index + 8 <= text.count {
            let word = unsafe raw.loadUnaligned(fromByteOffset: index, as: UInt64.self)
            if isAny(in: word) { break }
            index += 8
        }
        while index < text.count {
            let byte = unsafe text[index]
            if byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                return index
            }
            index += 1
        }
        return index
    }

    /// Whether any of eight bytes is below 0x20, a quotation mark or a backslash.
    private static func isAny(in word: UInt64) -> Bool {
        let isControl = (word &- ones &* 0x20) & ~word
        let quotationMark = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
        let backslash = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
        let isMark = (quotationMark &- ones) & ~quotationMark
        let isBackslash = (backslash &- ones) & ~backslash
        return (isControl | isMark | isBackslash) & highBits != 0
    }
}

extension JSONWriter {
    /// Writes a member that is a string, or `null` for nil.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The string.
    package mutating func member(_ name: StaticString, _ value: String?) {
        self.name(name)
        if let value { self.value(value) } else { null() }
    }

    /// Writes a member that is an integer.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The integer.
    package mutating func member(_ name: StaticString, _ value: Int) {
        self.name(name)
        self.value(value)
    }

    /// Writes a member that is a Boolean.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The Boolean.
    package mutating func member(_ name: StaticString, _ value: Bool) {
        self.name(name)
        self.value(value)
    }

    /// Begins an object that is the value of a member.
    ///
    /// - Parameter name: The name of the member.
    package mutating func beginObject(_ name: StaticString) {
        self.name(name)
        beginObject()
    }

    /// Begins an array that is the value of a member.
    ///
    /// - Parameter name: The name of the member.
    package mutating func beginArray(_ name: StaticString) {
        self.name(name)
        beginArray()
    }

    /// Writes a member that is JSON text already.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - json: One complete JSON value.
    package mutating func member(_ name: StaticString, raw json: [UInt8]) {
        self.name(name)
        raw(json)
    }
}
