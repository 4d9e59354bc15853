/// Spans of time as people write them into rules and names: `250ms`, `3s`, `2m`, `1h`, `90d`.
package enum DurationText {
    private static let units = [
        (name: "ms", milliseconds: 1), (name: "s", milliseconds: 1000),
        (name: "m", milliseconds: 60_000), (name: "h", milliseconds: 3_600_000),
        (name: "d", milliseconds: 86_400_000),
    ]

    /// The form, for a sentence about what has another.
    package static let form = "a number with ms, s, m, h or d, such as \"250ms\" or \"3s\""

    /// Reads a span.
    ///
    /// - Parameter text: Digits and a unit.
    /// - Returns: Milliseconds, or nil when the text has another form or ten digits and more.
    package static func milliseconds(_ text: some StringProtocol) -> Int? {
        let digits = text.utf8.prefix { (0x30...0x39).contains($0) }
        guard (1...9).contains(digits.count),
            let number = Int(String(decoding: digits, as: UTF8.self))
        else { return nil }
        let unit = String(text.dropFirst(digits.count))
        return units.first { $0.name == unit }.map { number * $0.milliseconds }
    }

    /// Writes a span with the largest unit that divides it.
    ///
    /// - Parameter milliseconds: The span.
    /// - Returns: Digits and a unit.
    package static func text(milliseconds: Int) -> String {
        let unit = units.last { milliseconds % $0.milliseconds == 0 && milliseconds != 0 }
        guard let unit else { return "\(milliseconds)ms" }
        return "\(milliseconds / unit.milliseconds)\(unit.name)"
    }
}
