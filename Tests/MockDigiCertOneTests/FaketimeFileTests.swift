import AccountModel
import AccountStore
import FoundationEssentials
import Synchronization
import TestCommand
import Testing

@testable import MockDigiCertOne
@testable import World

@Suite("FaketimeFile")
struct FaketimeFileTests {
    private static let system = Timestamp(secondsSince1970: 1_800_000_000)
    private static let time = Timestamp(secondsSince1970: 1_830_297_600)

    static let lines: [(ClockState, String)] = [
        (.running(offsetSeconds: 0), "+0"), (.running(offsetSeconds: 86_400), "+86400"),
        (.running(offsetSeconds: -5), "-5"), (.frozen(at: time), "2028-01-01 00:00:00"),
        (
            .paced(ClockPace(world: time.instant, system: system.instant, rate: 60)),
            "@2028-01-01 00:00:00 x60"
        ),
        (
            .paced(ClockPace(world: time.instant, system: system.instant, rate: 0.5)),
            "@2028-01-01 00:00:00 x0.5"
        ),
    ]

    @Test("is one line in libfaketime's format", arguments: lines)
    func line(clock: ClockState, line: String) {
        let found = FaketimeFile.line(
            clock,
            systemTime: Self.system.instant,
            localTime: FaketimeFile.utcTime
        )
        #expect(found == line)
    }

    private static func text(_ path: String) -> String? {
        (try? Data(contentsOf: URL(filePath: path))).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Beats that come when a test says so, and the system's time that it sets.
    private final class Metronome: Sendable {
        private let beats = Mutex<[@Sendable () -> Void]>([])
        private let moment = Mutex(FaketimeFileTests.system)

        var alarm: Alarm {
            Alarm { _, ring in self.beats.withLock { $0.append(ring) } }
        }

        var now: Timestamp {
            get { moment.withLock { $0 } }
            set { moment.withLock { $0 = newValue } }
        }

        var count: Int { beats.withLock { $0.count } }

        func beat() {
            let all = beats.withLock { $0 }
            for beat in all { beat() }
        }
    }

    @Test("follows a clock, with a beat while it has a rate, until it is removed")
    func follows() throws {
        try TemporaryFile.with("") { (path: String) throws in
            let metronome = Metronome()
            let file = FaketimeFile(
                path: path,
                alarm: metronome.alarm,
                systemTime: { metronome.now.instant },
                localTime: FaketimeFile.utcTime
            )
            let clock = WorldClock(state: .frozen(at: Self.time), systemTime: { Self.system })
            try file.follow(clock)
            #expect(Self.text(path) == "2028-01-01 00:00:00\n")
            let pace = ClockPace(world: Self.time.instant, system: Self.system.instant, rate: 60)
            clock.adopt(.paced(pace))
            clock.changes.notify()
            #expect(Self.text(path) == "@2028-01-01 00:00:00 x60\n")
            metronome.now = Self.system.adding(seconds: 1)
            metronome.beat()
            #expect(Self.text(path) == "@2028-01-01 00:01:00 x60\n")
            #expect(metronome.count == 2)
            clock.adopt(.running(offsetSeconds: 9))
            clock.changes.notify()
            metronome.beat()
            #expect(Self.text(path) == "+9\n")
            let other = WorldClock(state: .running(offsetSeconds: 1), systemTime: { Self.system })
            try file.follow(other)
            clock.changes.notify()
            #expect(Self.text(path) == "+1\n")
            file.remove()
            other.changes.notify()
            #expect(Self.text(path) == nil)
        }
    }

    @Test("says which file cannot be written")
    func unwritable() throws {
        let file = FaketimeFile(
            path: "/nonexistent/faketime",
            alarm: .silent,
            systemTime: { Self.system.instant }
        )
        let clock = WorldClock(state: .frozen(at: Self.time), systemTime: { Self.system })
        let error = try #require(throws: ConfigurationError.self) { try file.follow(clock) }
        #expect(error.subject == "--faketime-file")
    }

    @Test("is kept by no clock and no beat, and keeps no clock that it follows no more")
    func released() throws {
        try TemporaryFile.with("") { path in
            let metronome = Metronome()
            let pace = ClockPace(world: Self.time.instant, system: Self.system.instant, rate: 60)
            let clock = WorldClock(state: .paced(pace), systemTime: { Self.system })
            weak var file: FaketimeFile?
            weak var former: WorldClock?
            do {
                let followed = WorldClock(state: .paced(pace), systemTime: { Self.system })
                let following = FaketimeFile(
                    path: path,
                    alarm: metronome.alarm,
                    systemTime: { Self.system.instant }
                )
                try following.follow(followed)
                try following.follow(clock)
                (file, former) = (following, followed)
            }
            #expect(former == nil)
            #expect(file == nil)
            #expect(metronome.count == 2)
            metronome.beat()
            clock.changes.notify()
            #expect(metronome.count == 2)
        }
    }

    /// Where Debian and its kin keep the library; nil where it is not installed.
    static let library: String? = {
        let folders = ["x86_64-linux-gnu/", "aarch64-linux-gnu/", ""]
        return folders.map { "/usr/lib/\($0)faketime/libfaketime.so.1" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    @Test(
        "moves another program's time, in the time zone of this one",
        .enabled(if: library != nil, "libfaketime is not installed"),
        arguments: [
            ClockState.frozen(at: time),
            .paced(ClockPace(world: time.instant, system: system.instant, rate: 2)),
        ]
    )
    func moves(clock: ClockState) throws {
        try TemporaryFile.with("") { path in
            let file = FaketimeFile(
                path: path,
                alarm: .silent,
                systemTime: { Self.system.instant }
            )
            try file.follow(WorldClock(state: clock, systemTime: { Self.system }))
            let command = try TestCommand.run([
                "LD_PRELOAD=\(Self.library ?? "")", "FAKETIME_TIMESTAMP_FILE=\(path)",
                "FAKETIME_NO_CACHE=1", "date", "+%s",
            ])
            let seconds = Int64(command.text.filter(\.isNumber)) ?? 0
            #expect((0...60).contains(seconds - Self.time.secondsSince1970), "\(command.text)")
        }
    }

    @Test(
        "a clock that runs is told in a way that no time zone changes",
        .enabled(if: library != nil, "libfaketime is not installed"),
        arguments: ["UTC", "Asia/Tokyo", "America/New_York"]
    )
    func zones(zone: String) throws {
        try TemporaryFile.with("") { path in
            let file = FaketimeFile(
                path: path,
                alarm: .silent,
                systemTime: SystemClock.instant
            )
            let clock = WorldClock(
                state: .running(offsetSeconds: 864_000),
                systemTime: SystemClock.instant
            )
            try file.follow(clock)
            let command = try TestCommand.run([
                "TZ=\(zone)", "LD_PRELOAD=\(Self.library ?? "")", "FAKETIME_TIMESTAMP_FILE=\(path)",
                "FAKETIME_NO_CACHE=1", "date", "+%s",
            ])
            let seconds = Int64(command.text.filter(\.isNumber)) ?? 0
            #expect((-60...1).contains(seconds - clock.now.secondsSince1970), "\(command.text)")
        }
    }
}
