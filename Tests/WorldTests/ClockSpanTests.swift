import AccountModel
import Testing

@testable import World

@Suite("ClockSpan")
struct ClockSpanTests {
    struct Length: CustomTestStringConvertible {
        let testDescription: String
        let span: ClockSpan

        init(_ text: String, months: Int = 0, seconds: Int64 = 0) {
            testDescription = text
            span = ClockSpan(months: months, seconds: seconds)
        }
    }

    static let lengths = [
        Length("0s"), Length("90s", seconds: 90), Length("15m", seconds: 900),
        Length("36h", seconds: 129_600), Length("30d", seconds: 2_592_000),
        Length("2w", seconds: 1_209_600), Length("6mo", months: 6), Length("1y", months: 12),
        Length("1d12h", seconds: 129_600), Length("1y6mo1s", months: 18, seconds: 1),
        Length("1Y", months: 12), Length("PT36H", seconds: 129_600), Length("P1Y", months: 12),
        Length("P1M", months: 1), Length("PT1M", seconds: 60), Length("P4W", seconds: 2_419_200),
        Length("P1Y2M10DT2H30M5S", months: 14, seconds: 873_005), Length("p1dt1s", seconds: 86_401),
    ]

    @Test("is read as people and ISO 8601 write it", arguments: lengths)
    func reads(_ row: Length) {
        #expect(ClockSpan.parse(row.testDescription) == row.span)
    }

    @Test(
        "refuses what is no length of time",
        arguments: [
            "", "d", "30", "30 d", "-30d", "+30d", "1.5h", "12h1d", "1d1d", "1x", "P", "PT", "P1",
            "P1H", "PT1D", "P1DT", "1234567890s", "P1S", "tomorrow", "1dT1h",
        ]
    )
    func refuses(_ text: String) {
        #expect(ClockSpan.parse(text) == nil)
    }

    struct Step: CustomTestStringConvertible {
        let testDescription: String
        let from: String
        let span: String
        let to: String
    }

    static let steps = [
        Step(
            testDescription: "a month after 31 January is the last day of February",
            from: "2027-01-31T10:00:00Z",
            span: "1mo",
            to: "2027-02-28T10:00:00Z"
        ),
        Step(
            testDescription: "a year after 29 February is 28 February",
            from: "2028-02-29T00:00:01Z",
            span: "1y",
            to: "2029-02-28T00:00:01Z"
        ),
        Step(
            testDescription: "months go over the year's end",
            from: "2026-11-30T00:00:00Z",
            span: "14mo",
            to: "2028-01-30T00:00:00Z"
        ),
        Step(
            testDescription: "the calendar's units come first",
            from: "2027-01-31T23:59:59Z",
            span: "1mo1s",
            to: "2027-03-01T00:00:00Z"
        ),
        Step(
            testDescription: "the end of time is the end",
            from: "2026-01-01T00:00:00Z",
            span: "999999999y",
            to: "9999-12-31T23:59:59Z"
        ),
    ]

    @Test("leads from one moment to another", arguments: steps)
    func leads(_ row: Step) throws {
        let from = try #require(Timestamp.parse(iso8601: row.from))
        let span = try #require(ClockSpan.parse(row.span))
        #expect(span.later(than: from).iso8601 == row.to)
    }
}
