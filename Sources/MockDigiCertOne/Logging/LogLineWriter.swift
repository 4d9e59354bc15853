import AccountModel

/// The name of a field of log lines, with the punctuation around it put together beforehand.
package struct LogFieldName: Sendable {
    /// A blank, the name and an equals sign.
    let text: [UInt8]

    /// A comma, the name in quotation marks and a colon.
    let json: [UInt8]

    /// Makes a name.
    ///
    /// - Parameter name: The name, which needs no escaping.
    package init(_ name: String) {
        text = Array(" \(name)=".utf8)
        json = Array(",\"\(name)\":".utf8)
    }
}

/// Appends log lines to a byte buffer, as text or as JSON.
///
/// One line is `begin`, any number of fields and `end`. It is written once for the access log,
/// which may cost a microsecond per request, and serves the other lines as well.
package struct LogLineWriter: Sendable {
    /// The finished lines, and the one being written.
    package private(set) var bytes: [UInt8] = []

    private let format: LogFormat
    private var cachedSecond = Int64.min
    private var cachedTime: [UInt8] = []

    /// Makes a writer with an empty buffer.
    ///
    /// - Parameter format: How the lines look.
    package init(format: LogFormat) {
        self.format = format
    }

    /// Starts a line.
    ///
    /// - Parameters:
    ///   - nanoseconds: The wall-clock time in nanoseconds since 1970.
    ///   - level: The level, or the kind of line.
    ///   - message: What happened.
    package mutating func begin(
        at nanoseconds: Int64,
        level: String,
        message: String
    ) {
        switch format {
        case .text:
            appendTime(nanoseconds)
            appendUnchanged(" ")
            appendUnchanged(level)
            appendUnchanged(" ")
            appendUnchanged(LogText.escaped(message))
        case .json:
            appendUnchanged(#"{"time":""#)
            appendTime(nanoseconds)
            appendUnchanged(#"","level":""#)
            appendUnchanged(level)
            appendUnchanged(#"","message":"#)
            appendQuoted(message)
        }
    }

    /// Adds a field with a text value.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value, which may come from outside.
    package mutating func field(_ name: LogFieldName, _ value: String) {
        appendName(name)
        var value = value
        value.withUTF8 { utf8 in
            switch unsafe Self.shape(of: utf8) {
            case .word where format == .text:
                unsafe bytes.append(contentsOf: utf8)
            case .word, .plain:
                bytes.append(UInt8(ascii: "\""))
                unsafe bytes.append(contentsOf: utf8)
                bytes.append(UInt8(ascii: "\""))
            case .other:
                unsafe appendQuoted(String(decoding: utf8, as: UTF8.self))
            }
        }
    }

    /// Adds a field with a number.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The number.
    package mutating func field(_ name: LogFieldName, _ value: Int) {
        appendName(name)
        var digits = String(value)
        digits.withUTF8 { unsafe bytes.append(contentsOf: $0) }
    }

    /// Ends the line.
    package mutating func end() {
        if format == .json { bytes.append(UInt8(ascii: "}")) }
        bytes.append(UInt8(ascii: "\n"))
    }

    /// Empties the buffer and keeps its memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
    }

    private mutating func appendName(_ name: LogFieldName) {
        switch format {
        case .text: bytes.append(contentsOf: name.text)
        case .json: bytes.append(contentsOf: name.json)
        }
    }

    /// Appends `2025-10-20T00:00:00.000Z`; the calendar is computed once per second.
    private mutating func appendTime(_ nanoseconds: Int64) {
        let second = nanoseconds / 1_000_000_000
        if second != cachedSecond {
            cachedSecond = second
            cachedTime.removeAll(keepingCapacity: true)
            Timestamp(secondsSince1970: second).appendISO8601(to: &cachedTime)
            cachedTime[cachedTime.count - 1] = UInt8(ascii: ".")
        }
        bytes.append(contentsOf: cachedTime)
        let milliseconds = Int(nanoseconds / 1_000_000 % 1_000)
        bytes.append(UInt8(ascii: "0") + UInt8(milliseconds / 100))
        bytes.append(UInt8(ascii: "0") + UInt8(milliseconds / 10 % 10))
        bytes.append(UInt8(ascii: "0") + UInt8(milliseconds % 10))
        bytes.append(UInt8(ascii: "Z"))
    }

    /// What a value needs before it can stand in a line.
    private enum Shape {
        /// Printable ASCII without a blank: no quotation marks in text lines.
        case word
        /// Printable ASCII: quotation marks, and nothing to escape.
        case plain
        /// Anything else.
        case other
    }

    private static func shape(of utf8: UnsafeBufferPointer<UInt8>) -> Shape {
        var hasBlank = utf8.isEmpty
        for index in 0..<utf8.count {
            let byte = unsafe utf8[index]
            guard byte >= 0x20, byte < 0x7F, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\")
            else { return .other }
            if byte == 0x20 { hasBlank = true }
        }
        return hasBlank ? .plain : .word
    }

    private mutating func appendUnchanged(_ text: String) {
        var text = text
        text.withUTF8 { unsafe bytes.append(contentsOf: $0) }
    }

    /// Appends a string literal of JSON, which text lines use as well.
    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars { appendEscaped(scalar) }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Escapes what JSON forbids (RFC 8259 section 7) and what a terminal would obey.
    private mutating func appendEscaped(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": bytes.append(contentsOf: "\\\"".utf8)
        case "\\": bytes.append(contentsOf: "\\\\".utf8)
        case "\n": bytes.append(contentsOf: "\\n".utf8)
        case "\r": bytes.append(contentsOf: "\\r".utf8)
        case "\t": bytes.append(contentsOf: "\\t".utf8)
        case _ where LogText.isControl(scalar):
            let digits = String(scalar.value, radix: 16)
            bytes.append(contentsOf: "\\u".utf8)
            bytes.append(contentsOf: String(repeating: "0", count: 4 - digits.utf8.count).utf8)
            bytes.append(contentsOf: digits.utf8)
        default:
            bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }
}
