import AccountModel
import AccountStore
import PrivateCA
import Testing

@testable import World

@Suite("World's clock")
struct WorldClockTests {
    static let begin: Timestamp = WorldTests.begin
    static let tomorrow: Timestamp = begin.adding(days: 1)

    @Test("a clock that was set runs on, also while the process does not")
    func runs() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let system = WorldTests.SystemClock(Self.begin)
        let start = try #require(Timestamp.parse(iso8601: "2020-01-01T00:00:00Z"))
        let first = try WorldTests.open(
            location,
            clockStart: ClockStart(time: start),
            system: system
        )
        #expect(first.clock.now == start)
        system.now = Self.begin.adding(days: 3)
        #expect(first.clock.now == start.adding(days: 3))
        let second = try WorldTests.open(location, system: system)
        #expect(!second.isNew)
        #expect(second.clockChange == nil)
        #expect(second.clock.now == start.adding(days: 3))
    }

    @Test("a clock that would leave the dates of its CA stands, and can be moved from there")
    func end() throws {
        let system = WorldTests.SystemClock(Self.begin)
        let start = ClockStart(time: Timestamp.parse(iso8601: "2049-12-31T23:00:00Z"))
        let world = try WorldTests.open(clockStart: start, system: system)
        system.now = Self.begin.adding(days: 3)
        #expect(world.clock.now.iso8601 == "2049-12-31T23:59:58Z")
        let progress = try world.steer(ClockWish(target: .span(ClockSpan(seconds: 0))))
        #expect(progress.reading.now == world.clock.now)
        #expect(PrivateCA.issues(at: world.clock.now))
    }

    @Test("a clock may be as good as frozen", arguments: [1e-9, 1e-300, .leastNonzeroMagnitude])
    func slow(rate: Double) throws {
        let world = try WorldTests.open(clockStart: ClockStart(rate: rate))
        let wait = try #require(world.clock.wait(until: WorldTests.begin.adding(days: 365)))
        #expect(wait > .seconds(86_400 * 365))
    }

    @Test("a frozen clock stands still, also after a restart", arguments: [true, false])
    func frozen(isSet: Bool) throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let system = WorldTests.SystemClock(Self.begin)
        let time = isSet ? Self.begin.adding(days: -300) : nil
        let start = ClockStart(time: time, isFrozen: true)
        let first = try WorldTests.open(location, clockStart: start, system: system)
        system.now = Self.begin.adding(days: 3)
        #expect(first.clock.now == time ?? Self.begin)
        let second = try WorldTests.open(location, system: system)
        #expect(second.clock.now == time ?? Self.begin)
        #expect(second.clockChange == nil)
    }

    /// A world that began at a time, was opened again a day later with a wish, and then without.
    struct Reopening: CustomTestStringConvertible {
        let testDescription: String
        var first = ClockStart(time: WorldTests.begin)
        let second: ClockStart
        /// What the clock shows when it is opened again.
        let shown: Timestamp
        /// What it shows another day later, in a process that wishes nothing.
        let later: Timestamp
        var isChanged = true
    }

    private static let frozen: ClockStart = ClockStart(time: begin, isFrozen: true)

    static let reopenings: [Reopening] = [
        Reopening(
            testDescription: "no wish lets a running clock run",
            second: ClockStart(),
            shown: tomorrow,
            later: tomorrow.adding(days: 1),
            isChanged: false
        ),
        Reopening(
            testDescription: "a later time moves a running clock, which runs on",
            second: ClockStart(time: begin.adding(days: 9)),
            shown: begin.adding(days: 9),
            later: begin.adding(days: 10)
        ),
        Reopening(
            testDescription: "a later time moves a frozen clock, which stands still there",
            first: frozen,
            second: ClockStart(time: begin.adding(days: 9)),
            shown: begin.adding(days: 9),
            later: begin.adding(days: 9)
        ),
        Reopening(
            testDescription: "the time of the beginning, given again, changes nothing",
            second: ClockStart(time: begin),
            shown: tomorrow,
            later: tomorrow.adding(days: 1),
            isChanged: false
        ),
        Reopening(
            testDescription: "the same time and stop, given again, change nothing",
            first: frozen,
            second: frozen,
            shown: begin,
            later: begin,
            isChanged: false
        ),
        Reopening(
            testDescription: "a running clock is stopped where it is",
            second: ClockStart(isFrozen: true),
            shown: tomorrow,
            later: tomorrow
        ),
        Reopening(
            testDescription: "a running clock is moved and stopped there",
            second: ClockStart(time: begin.adding(days: 9), isFrozen: true),
            shown: begin.adding(days: 9),
            later: begin.adding(days: 9)
        ),
        Reopening(
            testDescription: "a frozen clock runs on from where it stood",
            first: frozen,
            second: ClockStart(isFrozen: false),
            shown: begin,
            later: tomorrow
        ),
        Reopening(
            testDescription: "a frozen clock is moved and runs on from there",
            first: frozen,
            second: ClockStart(time: begin.adding(days: 9), isFrozen: false),
            shown: begin.adding(days: 9),
            later: begin.adding(days: 10)
        ),
    ]

    @Test("an existing world's clock follows what is asked, and keeps it", arguments: reopenings)
    func reopens(_ row: Reopening) throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let system = WorldTests.SystemClock(Self.begin)
        _ = try WorldTests.open(location, clockStart: row.first, system: system)
        system.now = Self.tomorrow
        let second = try WorldTests.open(location, clockStart: row.second, system: system)
        #expect(second.clock.now == row.shown)
        #expect((second.clockChange != nil) == row.isChanged)
        system.now = Self.tomorrow.adding(days: 1)
        #expect(second.clock.now == row.later)
        #expect(try WorldTests.open(location, system: system).clock.now == row.later)
    }

    @Test("a clock is not set back, running or not, and the way out is named")
    func back() throws {
        for isFrozen in [true, false] {
            let folder = try TemporaryFolder()
            let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
            let start = ClockStart(time: Self.begin, isFrozen: isFrozen)
            _ = try WorldTests.open(location, clockStart: start)
            let error = try #require(throws: WorldError.self) {
                let back = ClockStart(time: Self.begin.adding(seconds: -1))
                _ = try WorldTests.open(location, clockStart: back)
            }
            let words = [
                "2025-10-20T00:00:00Z", "2025-10-19T23:59:59Z", "leave --clock out",
                "mock-digicert-one reset", "--state-dir",
            ]
            for word in words { #expect(error.description.contains(word), "\(error)") }
            #expect(!error.description.contains("\n"))
            #expect(try WorldTests.open(location).clock.now == Self.begin)
        }
    }

    @Test("the time that was asked for last may be asked for again, an earlier one may not")
    func askedAgain() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let system = WorldTests.SystemClock(Self.begin)
        let open = { (time: Timestamp?) in
            try WorldTests.open(location, clockStart: ClockStart(time: time), system: system).clock
        }
        _ = try open(Self.begin)
        #expect(try open(Self.tomorrow).now == Self.tomorrow)
        system.now = Self.begin.adding(days: 5)
        for time in [Self.tomorrow, nil, Self.tomorrow] {
            #expect(try open(time).now == Self.begin.adding(days: 6))
        }
        #expect(throws: WorldError.self) { _ = try open(Self.begin) }
    }

    @Test("a change is told with both times and what the clock does now")
    func told() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        _ = try WorldTests.open(location, clockStart: ClockStart(time: Self.begin))
        let moved = try WorldTests.open(location, clockStart: ClockStart(time: Self.tomorrow))
        #expect(
            moved.clockChange?.description == "the world's clock was moved from "
                + "2025-10-20T00:00:00Z to 2025-10-21T00:00:00Z and runs on from there"
        )
        let stopped = try WorldTests.open(location, clockStart: ClockStart(isFrozen: true))
        #expect(
            stopped.clockChange?.description
                == "the world's clock stands still from 2025-10-21T00:00:00Z"
        )
    }

    @Test(
        "a clock at which the CA cannot issue is refused, in a new world and in an older one",
        arguments: [("1999-12-31T23:59:59Z", false), ("2049-12-31T23:59:59Z", true)]
    )
    func outside(text: String, isAlsoRefusedLater: Bool) throws {
        let time = try #require(Timestamp.parse(iso8601: text))
        let folder = try TemporaryFolder()
        let locations = [
            AccountStore.Location.memory, .file(path: folder.path("default.sqlite")),
        ]
        if isAlsoRefusedLater { _ = try WorldTests.open(locations[1]) }
        for location in isAlsoRefusedLater ? locations : [locations[0]] {
            let error = try #require(throws: WorldError.self) {
                _ = try WorldTests.open(location, clockStart: ClockStart(time: time))
            }
            #expect(error.description.contains("its clock would begin at \(text)"))
            #expect(error.description.contains("--clock"))
        }
    }
}
