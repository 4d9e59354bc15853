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
    /// - Parameter name: The name.
    package mutating func name(_ name: StaticString) {
        separate()
        unsafe quote(UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
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

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func quote(_ text: String) {
        var text = text
        text.withUTF8 { unsafe quote($0) }
    }

    private mutating func quote(_ text: UnsafeBufferPointer<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        var clean = 0
        for index in 0..<text.count {
            let byte = unsafe text[index]
            guard byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") else {
                continue
            }
            unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[clean..<index]))
            escape(byte)
            clean = index + 1
        }
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: text[clean...]))
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
