/// A day of the proleptic Gregorian calendar, in UTC, from 0000-01-01 to 9999-12-31.
///
/// Written `YYYY-MM-DD`, as in `service_period.from`.
package struct CalendarDate: Sendable, Hashable {
    /// The year, from 0 to 9999.
    package let year: Int

    /// The month, from 1 to 12.
    package let month: Int

    /// The day of the month, from 1 to 31.
    package let day: Int

    /// Makes a date from its three numbers, or nil when the calendar has no such day.
    ///
    /// - Parameters:
    ///   - year: The year, from 0 to 9999.
    ///   - month: The month, from 1.
    ///   - day: The day of the month, from 1.
    package init?(year: Int, month: Int, day: Int) {
        guard (0...9999).contains(year), (1...12).contains(month) else { return nil }
        guard (1...Self.dayCount(year: year, month: month)).contains(day) else { return nil }
        self.init(validYear: year, month: month, day: day)
    }

    /// The number of days since 1970-01-01; negative before it.
    package var daysSince1970: Int64 {
        // Counting years from March puts the leap day at the end of the year.
        let shiftedYear = Int64(month <= 2 ? year - 1 : year)
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let monthFromMarch = Int64((month + 9) % 12)
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + Int64(day) - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// The last day that a month has.
    ///
    /// - Parameters:
    ///   - year: The year, which decides about the leap day.
    ///   - month: The month, from 1 to 12.
    /// - Returns: A number from 28 to 31.
    package static func dayCount(year: Int, month: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    /// The first of this day and its anniversaries that is not before another day.
    ///
    /// The anniversary of a leap day is 28 February in other years.
    ///
    /// - Parameter earliest: The day that it may be, and may not come before.
    /// - Returns: The day; this one when no anniversary is late enough for the calendar.
    package func anniversary(notBefore earliest: CalendarDate) -> CalendarDate {
        guard self < earliest else { return self }
        for year in max(year, earliest.year)...earliest.year + 1 {
            let day = min(day, Self.dayCount(year: year, month: month))
            if let moved = CalendarDate(year: year, month: month, day: day), moved >= earliest {
                return moved
            }
        }
        return self
    }

    /// Inverts ``daysSince1970``; the caller keeps the count within years 0 to 9999.
    init(daysSince1970: Int64) {
        let shifted = daysSince1970 + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let leapDays = dayOfEra / 1460 - dayOfEra / 36_524 + dayOfEra / 146_096
        let yearOfEra = (dayOfEra - leapDays) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.init(
            validYear: Int(yearOfEra + era * 400 + (month <= 2 ? 1 : 0)),
            month: Int(month),
            day: Int(dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        )
    }

    private init(validYear year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    private static func isLeap(_ year: Int) -> Bool {
        (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
    }
}

extension CalendarDate {
    /// Reads `YYYY-MM-DD`, and nothing else.
    ///
    /// - Parameter text: Ten characters.
    /// - Returns: The date, or nil when the text has another form or names a day that is none.
    package static func parse(_ text: String) -> CalendarDate? {
        let bytes = Array(text.utf8)
        guard bytes.count == 10 else { return nil }
        return parse(bytes[...])
    }

    /// Reads the ten bytes of a date.
    static func parse(_ bytes: ArraySlice<UInt8>) -> CalendarDate? {
        let start = bytes.startIndex
        guard bytes.count == 10 else { return nil }
        guard bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-") else {
            return nil
        }
        guard let year = decimal(bytes[start..<start + 4]),
            let month = decimal(bytes[start + 5..<start + 7]),
            let day = decimal(bytes[start + 8..<start + 10])
        else { return nil }
        return CalendarDate(year: year, month: month, day: day)
    }

    /// Appends `YYYY-MM-DD`.
    ///
    /// - Parameter bytes: Where the ten bytes go.
    package func append(to bytes: inout [UInt8]) {
        appendDecimal(year / 100, to: &bytes)
        appendDecimal(year % 100, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendDecimal(month, to: &bytes)
        bytes.append(UInt8(ascii: "-"))
        appendDecimal(day, to: &bytes)
    }
}

extension CalendarDate: Comparable, CustomStringConvertible {
    package static func < (left: CalendarDate, right: CalendarDate) -> Bool {
        (left.year, left.month, left.day) < (right.year, right.month, right.day)
    }

    package var description: String {
        var bytes: [UInt8] = []
        append(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}

/// Reads decimal digits; a sign, a space or any other character makes it nil.
func decimal(_ digits: ArraySlice<UInt8>) -> Int? {
    var value = 0
    for digit in digits {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
        value = value * 10 + Int(digit - UInt8(ascii: "0"))
    }
    return value
}

/// Appends a number from 0 to 99 as two digits.
func appendDecimal(_ value: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "0") + UInt8(value / 10))
    bytes.append(UInt8(ascii: "0") + UInt8(value % 10))
}
