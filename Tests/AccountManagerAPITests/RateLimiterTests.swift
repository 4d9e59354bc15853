import AccountModel
import Testing
import World

@testable import AccountManagerAPI

@Suite("RateLimiter")
struct RateLimiterTests {
    private static let begin = Cast.time("2025-10-20T00:00:00Z")

    private static func settings(_ requests: Int, per seconds: Int) -> WorldSettings {
        var settings = WorldSettings()
        settings.rateLimitRequests = requests
        settings.rateLimitSeconds = seconds
        return settings
    }

    @Test("as many requests pass as the setting says, and the next one learns how long to wait")
    func limits() {
        let limiter = RateLimiter()
        let settings = Self.settings(3, per: 60)
        func ask(_ credential: UInt64, after seconds: Int64) -> Int? {
            let now = Self.begin.adding(seconds: seconds)
            return limiter.secondsToWait(credential, now: now, settings: settings)
        }
        #expect(ask(1, after: 0) == nil)
        #expect(ask(1, after: 10) == nil)
        #expect(ask(1, after: 59) == nil)
        #expect(ask(1, after: 59) == 1)
        #expect(ask(2, after: 59) == nil)
        #expect(ask(1, after: 20) == 40)
        #expect(ask(1, after: 60) == nil)
        #expect(ask(1, after: 61) == nil)
        #expect(ask(1, after: 61) == nil)
        #expect(ask(1, after: 61) == 59)
    }

    @Test("a clock that is set back begins a new window")
    func back() {
        let limiter = RateLimiter()
        let settings = Self.settings(1, per: 60)
        let earlier = Self.begin.adding(days: -300)
        #expect(limiter.secondsToWait(1, now: Self.begin, settings: settings) == nil)
        #expect(limiter.secondsToWait(1, now: Self.begin, settings: settings) == 60)
        #expect(limiter.secondsToWait(1, now: earlier, settings: settings) == nil)
        #expect(limiter.secondsToWait(1, now: earlier, settings: settings) == 60)
    }

    @Test("without a limit nothing is counted")
    func off() {
        let limiter = RateLimiter()
        for _ in 0..<10 {
            let wait = limiter.secondsToWait(1, now: Self.begin, settings: WorldSettings())
            #expect(wait == nil)
        }
        let wait = limiter.secondsToWait(1, now: Self.begin, settings: Self.settings(1, per: 60))
        #expect(wait == nil)
    }

    @Test("so many credentials are counted at most, and windows that have ended go first")
    func bounded() {
        let limiter = RateLimiter()
        let settings = Self.settings(1, per: 60)
        let count = UInt64(RateLimiter.credentialsMax)
        for credential in 1..<count {
            _ = limiter.secondsToWait(credential, now: Self.begin, settings: settings)
        }
        let later = Self.begin.adding(seconds: 59)
        #expect(limiter.secondsToWait(count, now: later, settings: settings) == nil)
        let ended = Self.begin.adding(seconds: 60)
        #expect(limiter.secondsToWait(count + 1, now: ended, settings: settings) == nil)
        #expect(limiter.secondsToWait(count, now: ended, settings: settings) == 59)
        #expect(limiter.secondsToWait(1, now: ended, settings: settings) == nil)
    }
}
