package import AccountModel

/// A length of time as people write it: `90s`, `15m`, `36h`, `30d`, `1y6mo`, `PT36H`, `P1Y`.
package struct ClockSpan: Sendable, Hashable {
    /// How the calendar's units are counted, in months.
    package let months: Int

    /// The rest, in seconds.
    package let seconds: Int64

    /// What can be written, for those who wrote something else.
    package static let grammar =
        "90s, 15m, 36h, 30d, 2w, 6mo, 1y, several of them together (1d12h), or ISO 8601 (P1Y, "
        + "PT36H)"

    /// Makes one.
    ///
    /// - Parameters:
    ///   - months: Months of the calendar.
    ///   - seconds: Seconds.
    package init(months: Int = 0, seconds: Int64 = 0) {
        self.months = months
        self.seconds = seconds
    }

    /// The moment so much later.
    ///
    /// - Parameter time: The moment before.
    /// - Returns: The moment, held at the limits of the type; from 31 January, one month later is
    ///   the last day of February.
    package func later(than time: Timestamp) -> Timestamp {
        let date = time.date
        let month = date.year * 12 + date.month - 1 + months
        let (year, monthOfYear) = (month / 12, month % 12 + 1)
        guard year <= 9999 else { return .latest }
        let day = min(date.day, CalendarDate.dayCount(year: year, month: monthOfYear))
        guard let moved = CalendarDate(year: year, month: monthOfYear, day: day) else {
            return .latest
        }
        let secondOfDay = time.secondsSince1970 - time.startOfDay.secondsSince1970
        return Timestamp(startOf: moved).adding(seconds: secondOfDay).adding(seconds: seconds)
    }
}

extension ClockSpan {
    private static let day: Int64 = 86_400

    private static let short: [String: ClockSpan] = [
        "s": ClockSpan(seconds: 1), "m": ClockSpan(seconds: 60), "h": ClockSpan(seconds: 3600),
        "d": ClockSpan(seconds: day), "w": ClockSpan(seconds: 7 * day),
        "mo": ClockSpan(months: 1), "y": ClockSpan(months: 12),
    ]

    private static let dates: [String: ClockSpan] = [
        "y": ClockSpan(months: 12), "m": ClockSpan(months: 1), "w": ClockSpan(seconds: 7 * day),
        "d": ClockSpan(seconds: day),
    ]

    private static let times: [String: ClockSpan] = [
        "h": ClockSpan(seconds: 3600), "m": ClockSpan(seconds: 60), "s": ClockSpan(seconds: 1),
    ]

    /// Reads a length of time.
    ///
    /// Each unit stands once at most, the larger before the smaller; numbers have no sign and no
    /// fraction.
    ///
    /// - Parameter text: What somebody wrote, in any case of letters.
    /// - Returns: The length, or nil when the text is none.
    package static func parse(_ text: String) -> ClockSpan? {
        let text = text.lowercased()
        guard text.utf8.count <= 64 else { return nil }
        guard text.hasPrefix("p") else { return sum(text[...], of: short) }
        let parts = text.dropFirst().split(
            separator: "t",
            maxSplits: 1,
            omittingEmptySubsequences: false
        )
        let hasTime = parts.count == 2
        guard !(hasTime && parts[1].isEmpty), hasTime || !parts[0].isEmpty else { return nil }
        guard let date = parts[0].isEmpty ? ClockSpan() : sum(parts[0], of: dates),
            let time = hasTime ? sum(parts[1], of: times) : ClockSpan()
        else { return nil }
        return date.adding(time)
    }

    /// Adds up numbers and units.
    private static func sum(_ text: Substring, of units: [String: ClockSpan]) -> ClockSpan? {
        var rest = text
        var total = ClockSpan()
        var last: ClockSpan?
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isASCII && $0.isNumber }
            rest = rest.dropFirst(digits.count)
            let letters = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(letters.count)
            // Nine digits of years are more than a Timestamp has, and cannot overflow.
            guard (1...9).contains(digits.count), let count = Int64(digits),
                let unit = units[String(letters)], last.map({ unit.isShorter(than: $0) }) ?? true
            else { return nil }
            last = unit
            total = total.adding(
                ClockSpan(months: unit.months * Int(count), seconds: unit.seconds * count)
            )
        }
        return last == nil ? nil : total
    }

    private func isShorter(than other: ClockSpan) -> Bool {
        (months, seconds) < (other.months, other.seconds)
    }

    private func adding(_ other: ClockSpan) -> ClockSpan {
        ClockSpan(months: months + other.months, seconds: seconds + other.seconds)
    }
}
