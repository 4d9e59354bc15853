import Testing

@testable import AccountModel

@Suite("Timestamp")
struct TimestampTests {
    /// One moment in its three forms.
    struct Moment: CustomTestStringConvertible {
        let seconds: Int64
        let iso8601: String
        let httpDate: String

        var testDescription: String { iso8601 }
    }

    static let moments = [
        Moment(
            seconds: 0,
            iso8601: "1970-01-01T00:00:00Z",
            httpDate: "Thu, 01 Jan 1970 00:00:00 GMT"
        ),
        Moment(
            seconds: -1,
            iso8601: "1969-12-31T23:59:59Z",
            httpDate: "Wed, 31 Dec 1969 23:59:59 GMT"
        ),
        Moment(
            seconds: 784_111_777,
            iso8601: "1994-11-06T08:49:37Z",
            httpDate: "Sun, 06 Nov 1994 08:49:37 GMT"
        ),
        Moment(
            seconds: 951_782_400,
            iso8601: "2000-02-29T00:00:00Z",
            httpDate: "Tue, 29 Feb 2000 00:00:00 GMT"
        ),
        Moment(
            seconds: 1_792_540_799,
            iso8601: "2026-10-20T23:59:59Z",
            httpDate: "Tue, 20 Oct 2026 23:59:59 GMT"
        ),
        Moment(
            seconds: 253_402_300_799,
            iso8601: "9999-12-31T23:59:59Z",
            httpDate: "Fri, 31 Dec 9999 23:59:59 GMT"
        ),
        Moment(
            seconds: -62_167_219_200,
            iso8601: "0000-01-01T00:00:00Z",
            httpDate: "Sat, 01 Jan 0000 00:00:00 GMT"
        ),
    ]

    @Test("reads and writes the vendor's form and the Date header's", arguments: moments)
    func forms(_ moment: Moment) {
        let timestamp = Timestamp(secondsSince1970: moment.seconds)
        #expect(timestamp.iso8601 == moment.iso8601)
        #expect(timestamp.httpDate == moment.httpDate)
        #expect(Timestamp.parse(iso8601: moment.iso8601) == timestamp)
    }

    @Test(
        "refuses every other form",
        arguments: [
            "", "2025-10-20", "2025-10-20T00:00:00", "2025-10-20t00:00:00z",
            "2025-10-20 00:00:00Z", "2025-10-20T00:00:00+00:00", "2025-10-20T00:00:00.000Z",
            "2025-02-29T00:00:00Z", "1900-02-29T00:00:00Z", "2025-13-01T00:00:00Z",
            "2025-00-01T00:00:00Z", "2025-04-31T00:00:00Z", "2025-04-00T00:00:00Z",
            "2025-10-20T24:00:00Z", "2025-10-20T00:60:00Z", "2025-10-20T00:00:60Z",
            "+025-10-20T00:00:00Z", "2025-10-20T-1:00:00Z", "2025-10-20T00:00:0éZ",
        ]
    )
    func refuses(_ text: String) {
        #expect(Timestamp.parse(iso8601: text) == nil)
    }

    @Test("a day begins at 00:00:00 and ends at 23:59:59", arguments: [-86_400, -1, 0, 86_399])
    func dayLimits(seconds: Int64) {
        let timestamp = Timestamp(secondsSince1970: seconds)
        #expect(timestamp.startOfDay.iso8601 == "\(timestamp.date)T00:00:00Z")
        #expect(timestamp.endOfDay.iso8601 == "\(timestamp.date)T23:59:59Z")
    }

    @Test("every day of 800 years survives the way there and back")
    func everyDay() {
        var previous = CalendarDate(daysSince1970: -200_001)
        for day in Int64(-200_000)...92_000 {
            let date = CalendarDate(daysSince1970: day)
            #expect(date.daysSince1970 == day)
            #expect(previous < date)
            previous = date
        }
    }

    @Test(
        "a year later is the same day, and 28 February where there is no 29th",
        arguments: [
            ("2025-10-20T12:00:00Z", 1, "2026-10-20T12:00:00Z"),
            ("2024-02-29T01:02:03Z", 1, "2025-02-28T01:02:03Z"),
            ("2024-02-29T01:02:03Z", 4, "2028-02-29T01:02:03Z"),
            ("2025-10-20T12:00:00Z", -1, "2024-10-20T12:00:00Z"),
            ("9999-06-01T00:00:00Z", 1, "9999-12-31T23:59:59Z"),
            ("0000-06-01T00:00:00Z", -1, "0000-01-01T00:00:00Z"),
        ]
    )
    func addsYears(text: String, years: Int, expected: String) {
        #expect(Timestamp.parse(iso8601: text)?.adding(years: years).iso8601 == expected)
    }

    @Test("arithmetic stops at the limits instead of overflowing")
    func limits() {
        let now = Timestamp(secondsSince1970: 1_760_918_400)
        #expect(now.adding(days: 397).iso8601 == "2026-11-21T00:00:00Z")
        #expect(now.adding(days: -1).iso8601 == "2025-10-19T00:00:00Z")
        #expect(now.adding(days: .max) == .latest)
        #expect(now.adding(days: .min) == .earliest)
        #expect(now.adding(seconds: .max) == .latest)
        #expect(now.adding(seconds: .min) == .earliest)
        #expect(now.adding(years: .max) == .latest)
        #expect(now.adding(years: .min) == .earliest)
        #expect(Timestamp(secondsSince1970: .max) == .latest)
    }
}

@Suite("CalendarDate")
struct CalendarDateTests {
    @Test("reads and writes YYYY-MM-DD", arguments: ["2021-05-06", "0000-01-01", "9999-12-31"])
    func forms(_ text: String) {
        #expect(CalendarDate.parse(text)?.description == text)
    }

    @Test(
        "refuses every other form and days that are none",
        arguments: ["", "2021-5-6", "20210506", "2021-02-30", "2021-05-06T", "2021/05/06"]
    )
    func refuses(_ text: String) {
        #expect(CalendarDate.parse(text) == nil)
    }

    @Test(
        "an anniversary is the first that is not before a day, and 28 February for a leap day",
        arguments: [
            ("2030-05-06", "2026-01-01", "2030-05-06"), ("2030-05-06", "2030-05-06", "2030-05-06"),
            ("2030-05-06", "2030-05-07", "2031-05-06"), ("2030-05-06", "2041-02-28", "2041-05-06"),
            ("2024-02-29", "2025-01-01", "2025-02-28"), ("2024-02-29", "2028-02-29", "2028-02-29"),
            ("2030-05-06", "9999-12-31", "2030-05-06"),
        ]
    )
    func anniversaries(_ text: String, _ earliest: String, _ expected: String) throws {
        let day = try #require(CalendarDate.parse(text))
        let bound = try #require(CalendarDate.parse(earliest))
        #expect(day.anniversary(notBefore: bound).description == expected)
    }
}
