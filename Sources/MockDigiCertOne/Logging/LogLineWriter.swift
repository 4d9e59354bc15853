import AccountModel

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
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: level.utf8)
            bytes.append(UInt8(ascii: " "))
            appendPlain(message)
        case .json:
            bytes.append(contentsOf: #"{"time":""#.utf8)
            appendTime(nanoseconds)
            bytes.append(contentsOf: #"","level":""#.utf8)
            bytes.append(contentsOf: level.utf8)
            bytes.append(contentsOf: #"","message":"#.utf8)
            appendQuoted(message)
        }
    }

    /// Adds a field with a text value.
    ///
    /// - Parameters:
    ///   - name: The name, which needs no escaping.
    ///   - value: The value, which may come from outside.
    package mutating func field(_ name: String, _ value: String) {
        appendName(name)
        switch format {
        case .text where Self.isWord(value): bytes.append(contentsOf: value.utf8)
        case .text, .json: appendQuoted(value)
        }
    }

    /// Adds a field with a number.
    ///
    /// - Parameters:
    ///   - name: The name, which needs no escaping.
    ///   - value: The number.
    package mutating func field(_ name: String, _ value: Int) {
        appendName(name)
        bytes.append(contentsOf: String(value).utf8)
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

    private mutating func appendName(_ name: String) {
        switch format {
        case .text:
            bytes.append(UInt8(ascii: " "))
            bytes.append(contentsOf: name.utf8)
            bytes.append(UInt8(ascii: "="))
        case .json:
            bytes.append(contentsOf: ",\"".utf8)
            bytes.append(contentsOf: name.utf8)
            bytes.append(contentsOf: "\":".utf8)
        }
    }

    /// Appends `2025-10-20T00:00:00.000Z`; the calendar is computed once per second.
    private mutating func appendTime(_ nanoseconds: Int64) {
        let second = nanoseconds / 1_000_000_000
        if second != cachedSecond {
            cachedSecond = second
            cachedTime.removeAll(keepingCapacity: true)
            Timestamp(secondsSince1970: second).appendISO8601(to: &cachedTime)
            cachedTime.removeLast()
        }
        bytes.append(contentsOf: cachedTime)
        let milliseconds = Int(nanoseconds / 1_000_000 % 1_000)
        bytes.append(UInt8(ascii: "."))
        bytes.append(UInt8(ascii: "0") + UInt8(milliseconds / 100))
        bytes.append(UInt8(ascii: "0") + UInt8(milliseconds / 10 % 10))
        bytes.append(UInt8(ascii: "0") + UInt8(milliseconds % 10))
        bytes.append(UInt8(ascii: "Z"))
    }

    /// Whether a text value needs no quotation marks.
    private static func isWord(_ value: String) -> Bool {
        !value.isEmpty
            && value.utf8.allSatisfy { byte in
                byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "\"")
                    && byte != UInt8(ascii: "\\")
            }
    }

    private mutating func appendPlain(_ text: String) {
        bytes.append(contentsOf: LogText.escaped(text).utf8)
    }

    /// Appends a string literal of JSON, which text lines use as well.
    private mutating func appendQuoted(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        if text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }) {
            bytes.append(contentsOf: text.utf8)
        } else {
            for scalar in text.unicodeScalars { appendEscaped(scalar) }
        }
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
