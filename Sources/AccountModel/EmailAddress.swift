/// What an e-mail address may look like.
package enum EmailAddress {
    /// Whether a text is a mailbox of RFC 2821 §4.1.2, which RFC 5280 §4.2.1.6 wants: words with
    /// dots between them, `@`, and a host name of two labels or more.
    ///
    /// - Parameter text: Any text.
    /// - Returns: Whether it is one; quoted words are not.
    package static func isMailbox(_ text: String) -> Bool {
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count <= 64 else { return false }
        let dot = UInt8(ascii: ".")
        let words = parts[0].split(separator: dot, omittingEmptySubsequences: false)
        let labels = parts[1].split(separator: dot, omittingEmptySubsequences: false)
        return words.allSatisfy { !$0.isEmpty && $0.allSatisfy(isInWord) }
            && labels.count >= 2 && labels.allSatisfy(isLabel)
            && labels.last?.allSatisfy(isLetterOrHyphen) == true
    }

    private static func isInWord(_ byte: UInt8) -> Bool {
        isLetterOrHyphen(byte) || isDigit(byte) || "!#$%&'*+/=?^_`{|}~".utf8.contains(byte)
    }

    private static func isLabel(_ label: Substring.UTF8View) -> Bool {
        let hyphen = UInt8(ascii: "-")
        return (1...63).contains(label.count) && label.first != hyphen && label.last != hyphen
            && label.allSatisfy { isLetterOrHyphen($0) || isDigit($0) }
    }

    private static func isLetterOrHyphen(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "-")
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
