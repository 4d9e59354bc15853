/// Ports from one to another: `9000-9099`.
package enum PortRange {
    /// Reads a range.
    ///
    /// - Parameter text: The first and the last port with a hyphen between them.
    /// - Returns: The ports, two at least; nil when the text is no such range.
    package static func parse(_ text: String) -> ClosedRange<Int>? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = port(parts[0]), let last = port(parts[1]),
            first < last
        else { return nil }
        return first...last
    }

    private static func port(_ text: Substring) -> Int? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int(text),
            (1...65_535).contains(number)
        else { return nil }
        return number
    }
}
