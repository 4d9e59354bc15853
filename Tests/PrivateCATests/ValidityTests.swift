import AccountModel
import Testing

@testable import PrivateCA

@Suite("The dates of a certificate")
struct ValidityTests {
    /// One request, and the dates it gets; without an end it is refused.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var now = "2025-10-20T09:30:15Z"
        var asked: String?
        var userEnd: String?
        var overlong = OverlongValidity.cap
        var start = "2025-10-20T00:00:00Z"
        var end: String?
    }

    static let rows = [
        Row(
            testDescription: "the tutorial's date",
            asked: "2026-10-20T23:59:59Z",
            end: "2026-10-20T23:59:59Z"
        ),
        Row(testDescription: "the default", end: "2026-10-20T23:59:59Z"),
        Row(
            testDescription: "the default on the first second of a day",
            now: "2025-12-31T00:00:00Z",
            start: "2025-12-31T00:00:00Z",
            end: "2026-12-31T23:59:59Z"
        ),
        Row(
            testDescription: "the default on a leap day",
            now: "2024-02-29T23:59:59Z",
            start: "2024-02-29T00:00:00Z",
            end: "2025-02-28T23:59:59Z"
        ),
        Row(
            testDescription: "the next second",
            asked: "2025-10-20T09:30:16Z",
            end: "2025-10-20T09:30:16Z"
        ),
        Row(testDescription: "this very second", asked: "2025-10-20T09:30:15Z"),
        Row(testDescription: "long past", asked: "2020-01-01T00:00:00Z"),
        Row(
            testDescription: "397 days to the second",
            asked: "2026-11-21T09:30:15Z",
            overlong: .refuse,
            end: "2026-11-21T09:30:15Z"
        ),
        Row(
            testDescription: "a second more, capped",
            asked: "2026-11-21T09:30:16Z",
            end: "2026-11-21T09:30:15Z"
        ),
        Row(
            testDescription: "a second more, refused",
            asked: "2026-11-21T09:30:16Z",
            overlong: .refuse
        ),
        Row(
            testDescription: "far too long, capped",
            asked: "9999-12-31T23:59:59Z",
            end: "2026-11-21T09:30:15Z"
        ),
        Row(
            testDescription: "until the user's end date",
            asked: "2026-01-01T00:00:00Z",
            userEnd: "2026-01-01T00:00:00Z",
            overlong: .refuse,
            end: "2026-01-01T00:00:00Z"
        ),
        Row(
            testDescription: "beyond the user's end date, capped",
            asked: "2026-01-01T00:00:01Z",
            userEnd: "2026-01-01T00:00:00Z",
            end: "2026-01-01T00:00:00Z"
        ),
        Row(
            testDescription: "beyond the user's end date, refused",
            asked: "2026-01-01T00:00:01Z",
            userEnd: "2026-01-01T00:00:00Z",
            overlong: .refuse
        ),
        Row(
            testDescription: "the default beyond the user's end date, never refused",
            userEnd: "2026-01-01T23:59:59Z",
            overlong: .refuse,
            end: "2026-01-01T23:59:59Z"
        ),
        Row(testDescription: "a user whose end date is now", userEnd: "2025-10-20T09:30:15Z"),
        Row(
            testDescription: "the authority's first second",
            now: "2000-01-01T00:00:00Z",
            start: "2000-01-01T00:00:00Z",
            end: "2001-01-01T23:59:59Z"
        ),
        Row(testDescription: "before the authority", now: "1999-12-31T23:59:59Z"),
        Row(
            testDescription: "the end of the authority",
            now: "2049-06-01T00:00:00Z",
            start: "2049-06-01T00:00:00Z",
            end: "2049-12-31T23:59:59Z"
        ),
        Row(testDescription: "after the authority", now: "2050-01-01T00:00:00Z"),
    ]

    @Test("runs from midnight to what was asked for, within what is allowed", arguments: rows)
    func dates(_ row: Row) throws {
        let request = IssuanceRequest(
            csr: "",
            name: "",
            expirationDate: try row.asked.map { try #require(Timestamp.parse(iso8601: $0)) },
            now: try #require(Timestamp.parse(iso8601: row.now)),
            userEndDate: try row.userEnd.map { try #require(Timestamp.parse(iso8601: $0)) },
            overlongValidity: row.overlong
        )
        do throws(IssuanceRefusal) {
            let validity = try Validity(of: request)
            #expect(validity.endDate.iso8601 == row.end)
            #expect(validity.startDate.iso8601 == row.start)
        } catch {
            #expect(row.end == nil, "\(error)")
            #expect(error.kind == .expirationDate)
            #expect(error.reason.contains(row.now), "a reason names the world's time: \(error)")
        }
    }

    @Test("a past date is refused with the clock that makes it a future one")
    func past() throws {
        let request = IssuanceRequest(
            csr: "",
            name: "",
            expirationDate: Timestamp.parse(iso8601: "2026-10-20T23:59:59Z"),
            now: try #require(Timestamp.parse(iso8601: "2026-11-21T00:00:00Z"))
        )
        let refusal = try #require(throws: IssuanceRefusal.self) { _ = try Validity(of: request) }
        #expect(refusal.reason.contains("--clock 2025-10-20T00:00:00Z"))
    }
}
