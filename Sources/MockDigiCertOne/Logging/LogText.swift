/// Escaping for log lines: what a client sends must not forge a second line.
package enum LogText {
    /// The text with every control character made visible.
    ///
    /// - Parameter text: Text that may come from outside.
    /// - Returns: The text on one line, for a terminal without escape sequences.
    package static func escaped(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isControl) else { return text }
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\n": escaped += "\\n"
            case "\r": escaped += "\\r"
            case "\t": escaped += "\\t"
            case _ where isControl(scalar): escaped += "\\u{\(String(scalar.value, radix: 16))}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Whether a terminal or a log reader may take the character for an instruction.
    ///
    /// C0 and C1 controls, DEL, line and paragraph separators, and the marks that turn the
    /// direction of writing around. All of them have at most four hexadecimal digits.
    ///
    /// - Parameter scalar: The character.
    /// - Returns: Whether it has to be escaped.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028...0x202E, 0x2066...0x2069, 0x200E, 0x200F, 0xFEFF: true
        default: false
        }
    }
}
