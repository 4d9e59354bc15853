/// The form of the vendor's identifiers: lower-case UUIDs (RFC 9562).
package enum Identifier {
    /// Makes a version 4 UUID (RFC 9562 §5.4).
    ///
    /// - Parameter randomBytes: 16 random bytes; further ones are ignored, missing ones are 0.
    /// - Returns: 36 lower-case characters.
    package static func uuid(randomBytes: [UInt8]) -> String {
        var bytes = Array(randomBytes.prefix(16))
        bytes.append(contentsOf: repeatElement(0, count: 16 - bytes.count))
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80

        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0x0f)])
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Whether a text has the form of an identifier, of any UUID version.
    ///
    /// - Parameter text: Any text.
    /// - Returns: Whether it is 8-4-4-4-12 lower-case hex digits.
    package static func isUUID(_ text: String) -> Bool {
        var count = 0
        for byte in text.utf8 {
            switch count {
            case 8, 13, 18, 23: guard byte == UInt8(ascii: "-") else { return false }
            default:
                guard
                    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                        || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
                else { return false }
            }
            count += 1
        }
        return count == 36
    }
}
