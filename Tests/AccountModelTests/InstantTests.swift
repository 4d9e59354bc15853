import Testing

@testable import AccountModel

@Suite("Instant")
struct InstantTests {
    @Test(
        "belongs to the second that contains it, also before 1970",
        arguments: [(0, 0), (999, 0), (1000, 1), (-1, -1), (-1000, -1), (-1001, -2)]
    )
    func second(milliseconds: Int64, seconds: Int64) {
        let instant = Instant(millisecondsSince1970: milliseconds)
        #expect(instant.timestamp.secondsSince1970 == seconds)
        #expect(instant.timestamp.instant <= instant)
    }

    @Test("is held within what a timestamp can say", arguments: [Int64.min, Int64.max])
    func limits(milliseconds: Int64) {
        let timestamp = Instant(millisecondsSince1970: milliseconds).timestamp
        #expect(timestamp == (milliseconds < 0 ? .earliest : .latest))
        #expect(timestamp.instant.timestamp == timestamp)
    }
}
