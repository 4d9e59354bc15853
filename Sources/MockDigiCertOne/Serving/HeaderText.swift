/// Text for the value of a header field.
package enum HeaderText {
    /// Characters of a value; the rest is cut off.
    private static let lengthMax = 1_024

    /// The text in printable ASCII (RFC 9110 section 5.5): anything else is escaped.
    ///
    /// - Parameter text: Any text, also from outside.
    /// - Returns: A field value that cannot end its line.
    package static func safe(_ text: String) -> String {
        let isSafe = text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        if isSafe, text.utf8.count <= lengthMax { return text }
        var value = ""
        for scalar in text.unicodeScalars.prefix(lengthMax) {
            if scalar == "§" {
                value += "section "
            } else if scalar.isASCII, scalar.value >= 0x20, scalar.value < 0x7F {
                value.unicodeScalars.append(scalar)
            } else {
                value += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return value
    }
}
