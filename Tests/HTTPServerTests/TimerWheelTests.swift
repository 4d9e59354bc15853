import Testing

@testable import HTTPServer

@Suite("Timer wheel")
struct TimerWheelTests {
    private static let second: Int64 = 1_000_000_000

    @Test("a key comes out after its deadline and not before")
    func deadline() {
        var wheel = TimerWheel(slotCount: 64, now: 0)
        let tick = wheel.schedule(7, at: Self.second)
        #expect(wheel.advance(to: Self.second - 1).isEmpty)
        let due = wheel.advance(to: Self.second + TimerWheel.tick)
        #expect(due.map(\.key) == [7])
        #expect(due.map(\.tick) == [tick])
        #expect(wheel.count == 0)
    }

    @Test("a deadline beyond the wheel comes out early, to be put in again")
    func horizon() {
        var wheel = TimerWheel(slotCount: 8, now: 0)
        _ = wheel.schedule(7, at: 100 * Self.second)
        #expect(wheel.advance(to: Self.second).map(\.key) == [7])
    }

    @Test("after a long sleep every key comes out once")
    func sleep() {
        var wheel = TimerWheel(slotCount: 16, now: 0)
        for key in UInt64(0)..<10 { _ = wheel.schedule(key, at: Int64(key) * TimerWheel.tick) }
        #expect(Set(wheel.advance(to: 1_000 * Self.second).map(\.key)) == Set(0..<10))
        #expect(wheel.advance(to: 2_000 * Self.second).isEmpty)
    }

    @Test("a deadline that has passed comes out at the next tick")
    func past() {
        var wheel = TimerWheel(slotCount: 16, now: 10 * Self.second)
        _ = wheel.schedule(1, at: Self.second)
        #expect(wheel.advance(to: 10 * Self.second + TimerWheel.tick).map(\.key) == [1])
    }

    @Test("an empty wheel lets the loop sleep for ever")
    func idle() {
        var wheel = TimerWheel(slotCount: 16, now: 0)
        #expect(wheel.sleepMilliseconds(now: 0) == -1)
        _ = wheel.schedule(1, at: Self.second)
        #expect(wheel.sleepMilliseconds(now: 0) >= 0)
    }
}

@Suite("Request ids")
struct RequestIDTests {
    @Test(
        "a number is written in base 32",
        arguments: [(0, "p-0"), (31, "p-z"), (32, "p-10"), (1_023, "p-zz")]
    )
    func text(number: UInt64, text: String) {
        #expect(RequestID.text(prefix: Array("p".utf8), number: number) == text)
    }
}
