/// A moment in UTC, in whole seconds, between the years 0000 and 9999.
///
/// The vendor writes every moment as `YYYY-MM-DDTHH:MM:SSZ`. That form has four digits for the
/// year and no fraction, so this type has no more: what would lie outside is held at the limit,
/// and no arithmetic on dates that came from a client can overflow.
package struct Timestamp: Sendable, Hashable {
    /// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
    package let secondsSince1970: Int64

    /// 0000-01-01T00:00:00Z.
    package static let earliest = Timestamp(secondsSince1970: .min)

    /// 9999-12-31T23:59:59Z.
    package static let latest = Timestamp(secondsSince1970: .max)

    /// Makes a moment from a count of seconds.
    ///
    /// - Parameter secondsSince1970: Held between ``earliest`` and ``latest``.
    package init(secondsSince1970: Int64) {
        self.secondsSince1970 = min(max(secondsSince1970, -62_167_219_200), 253_402_300_799)
    }

    /// The day that contains this moment.
    package var date: CalendarDate { CalendarDate(daysSince1970: dayNumber) }

    /// 00:00:00 of the same day.
    package var startOfDay: Timestamp {
        Timestamp(secondsSince1970: dayNumber * Self.daySeconds)
    }

    /// 23:59:59 of the same day: what the vendor means by an end date.
    package var endOfDay: Timestamp {
        Timestamp(secondsSince1970: dayNumber * Self.daySeconds + Self.daySeconds - 1)
    }

    /// The moment some seconds later.
    ///
    /// - Parameter seconds: How many; negative means earlier.
    /// - Returns: The moment, held at the limits of the type.
    package func adding(seconds: Int64) -> Timestamp {
        let (sum, hasOverflowed) = secondsSince1970.addingReportingOverflow(seconds)
        guard hasOverflowed else { return Timestamp(secondsSince1970: sum) }
        return seconds > 0 ? .latest : .earliest
    }

    /// The moment some days of 86,400 seconds later.
    ///
    /// - Parameter days: How many; negative means earlier.
    /// - Returns: The moment, held at the limits of the type.
    package func adding(days: Int) -> Timestamp {
        let (seconds, hasOverflowed) = Int64(days).multipliedReportingOverflow(by: Self.daySeconds)
        guard hasOverflowed else { return adding(seconds: seconds) }
        return days > 0 ? .latest : .earliest
    }

    /// The same day and time of day in another year.
    ///
    /// - Parameter years: How many years later; negative means earlier.
    /// - Returns: The moment; from 29 February it is 28 February where the year has no leap day.
    package func adding(years: Int) -> Timestamp {
        let (year, hasOverflowed) = date.year.addingReportingOverflow(years)
        guard !hasOverflowed, (0...9999).contains(year) else {
            return years > 0 ? .latest : .earliest
        }
        let day = min(date.day, CalendarDate.dayCount(year: year, month: date.month))
        guard let moved = CalendarDate(year: year, month: date.month, day: day) else {
            return self
        }
        return Timestamp(secondsSince1970: moved.daysSince1970 * Self.daySeconds + secondOfDay)
    }

    private static let daySeconds: Int64 = 86_400

    private var dayNumber: Int64 { (secondsSince1970 - secondOfDay) / Self.daySeconds }

    private var secondOfDay: Int64 {
        let remainder = secondsSince1970 % Self.daySeconds
        return remainder >= 0 ? remainder : remainder + Self.daySeconds
    }
}

extension Timestamp {
    /// Midnight at the beginning of a day.
    ///
    /// - Parameter date: The day.
    package init(startOf date: CalendarDate) {
        self.init(secondsSince1970: date.daysSince1970 * Self.daySeconds)
    }

    /// Reads `YYYY-MM-DDTHH:MM:SSZ`, and nothing else.
    ///
    /// Fractions, other offsets than `Z`, lower-case letters and the 60th second are refused: the
    /// vendor documents this one form.
    ///
    /// - Parameter text: Twenty characters.
    /// - Returns: The moment, or nil when the text has another form or names none.
    package static func parse(iso8601 text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":")
        else { return nil }
        guard let date = CalendarDate.parse(bytes[0..<10]),
            let hour = decimal(bytes[11..<13]), hour < 24,
            let minute = decimal(bytes[14..<16]), minute < 60,
            let second = decimal(bytes[17..<19]), second < 60
        else { return nil }
        let secondOfDay = Int64((hour * 60 + minute) * 60 + second)
        return Timestamp(startOf: date).adding(seconds: secondOfDay)
    }

    /// The vendor's form: `2025-10-20T00:00:00Z`.
    package var iso8601: String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(20)
        appendISO8601(to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Appends the twenty bytes of ``iso8601`` without making a string first.
    ///
    /// - Parameter bytes: Where they go.
    package func appendISO8601(to bytes: inout [UInt8]) {
        date.append(to: &bytes)
        bytes.append(UInt8(ascii: "T"))
        appendTimeOfDay(to: &bytes)
        bytes.append(UInt8(ascii: "Z"))
    }

    /// The form of the `Date` header: `Mon, 20 Oct 2025 00:00:00 GMT` (RFC 9110 §5.6.7).
    package var httpDate: String {
        let date = date
        // 1970-01-01 was a Thursday.
        let weekday = Int(((dayNumber + 4) % 7 + 7) % 7)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(29)
        bytes.append(contentsOf: Self.weekdays[weekday].utf8)
        bytes.append(contentsOf: ", ".utf8)
        appendDecimal(date.day, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        bytes.append(contentsOf: Self.months[date.month - 1].utf8)
        bytes.append(UInt8(ascii: " "))
        appendDecimal(date.year / 100, to: &bytes)
        appendDecimal(date.year % 100, to: &bytes)
        bytes.append(UInt8(ascii: " "))
        appendTimeOfDay(to: &bytes)
        bytes.append(contentsOf: " GMT".utf8)
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let weekdays = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private func appendTimeOfDay(to bytes: inout [UInt8]) {
        let second = Int(secondOfDay)
        appendDecimal(second / 3600, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendDecimal(second / 60 % 60, to: &bytes)
        bytes.append(UInt8(ascii: ":"))
        appendDecimal(second % 60, to: &bytes)
    }
}

extension Timestamp: Comparable, CustomStringConvertible {
    package static func < (left: Timestamp, right: Timestamp) -> Bool {
        left.secondsSince1970 < right.secondsSince1970
    }

    package var description: String { iso8601 }
}
