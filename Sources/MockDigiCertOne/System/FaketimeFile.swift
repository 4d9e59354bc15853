package import AccountModel
package import AccountStore
import Glibc
import Synchronization
package import World

/// A world's time in a file that libfaketime reads, so that another program moves along.
///
/// The program runs with `LD_PRELOAD=…/libfaketime.so.1`, `FAKETIME_TIMESTAMP_FILE` naming the
/// file and `FAKETIME_NO_CACHE=1`. A clock that runs is written as its distance from the system's
/// clock, which means the same in every time zone and at every moment. One that stands still, or
/// has a rate, can only be written as a local time: the program needs the time zone of this
/// process then. libfaketime lets a rate begin when it reads the file, so such a file is written
/// anew each second for programs that begin later.
package final class FaketimeFile: Sendable {
    /// How often the file of a clock with a rate is written anew.
    package static let beat: Duration = .seconds(1)

    /// The path of the file.
    package let path: String

    private struct State {
        var watched: (clock: WorldClock, number: UInt64)?
        /// Grows with each clock, so that a beat for an older one does nothing.
        var generation: UInt64 = 0
        var complaint: String?
    }

    private let state = Mutex(State())
    private let alarm: Alarm
    private let systemTime: @Sendable () -> Instant
    private let localTime: @Sendable (Timestamp) -> String

    /// Makes one; nothing is written yet.
    ///
    /// - Parameters:
    ///   - path: The path of the file.
    ///   - alarm: Calls back for the next beat.
    ///   - systemTime: What time the system's clock has.
    ///   - localTime: A time as `YYYY-MM-DD hh:mm:ss` in the time zone of the programs that read.
    package init(
        path: String,
        alarm: Alarm,
        systemTime: @escaping @Sendable () -> Instant,
        localTime: @escaping @Sendable (Timestamp) -> String = FaketimeFile.localTime
    ) {
        self.path = path
        self.alarm = alarm
        self.systemTime = systemTime
        self.localTime = localTime
    }

    /// Writes a clock's time now and at each change, and no other clock's any more.
    ///
    /// - Parameter clock: The clock.
    /// - Throws: ``ConfigurationError`` when the file cannot be written now; later failures are
    ///   told by ``complaint``.
    package func follow(_ clock: WorldClock) throws(ConfigurationError) {
        let generation = state.withLock { state -> UInt64? in
            guard state.watched?.clock !== clock else { return nil }
            state.generation += 1
            return state.generation
        }
        guard let generation else { return }
        // The clock keeps this closure, so the closure keeps neither: a start that fails later lets
        // go of both without a word.
        let number = clock.changes.watch { [weak self, weak clock] in
            if let clock { self?.write(clock, generation) }
        }
        let before = state.withLock { state in
            defer { state.watched = (clock, number) }
            return state.watched
        }
        if let before { before.clock.changes.leave(before.number) }
        write(clock, generation)
        if let complaint = complaint {
            throw ConfigurationError(
                subject: Setting.faketimeFile.flag,
                problem: complaint,
                remedy: "name a file in a directory where this user can write"
            )
        }
    }

    /// Why the file could not be written the last time; nil when it was.
    package var complaint: String? { state.withLock(\.complaint) }

    /// Follows no clock any more, and removes the file: who reads it has the system's time again.
    package func remove() {
        let before = state.withLock { state in
            state.generation += 1
            defer { state.watched = nil }
            return state.watched
        }
        if let before { before.clock.changes.leave(before.number) }
        unsafe unlink(path)
    }

    /// The one line that the file holds.
    ///
    /// - Parameters:
    ///   - clock: What the clock does.
    ///   - systemTime: What time the system's clock has.
    ///   - localTime: A time in the time zone of the programs that read.
    /// - Returns: The line without its end.
    package static func line(
        _ clock: ClockState,
        systemTime: Instant,
        localTime: (Timestamp) -> String
    ) -> String {
        switch clock {
        case .running(let offsetSeconds):
            return "\(offsetSeconds < 0 ? "" : "+")\(offsetSeconds)"
        case .frozen(let moment, _):
            return localTime(moment)
        case .paced(let pace):
            let isWhole = pace.rate == pace.rate.rounded()
            let rate = isWhole ? "\(Int(pace.rate))" : "\(pace.rate)"
            return "@\(localTime(pace.time(system: systemTime).timestamp)) x\(rate)"
        }
    }

    private func write(_ clock: WorldClock, _ generation: UInt64) {
        // The lock is held while the file is written, so that an older state never comes last.
        let beatOf = state.withLock { state -> ClockState? in
            guard state.generation == generation else { return nil }
            let course = clock.state
            let line = Self.line(course, systemTime: systemTime(), localTime: localTime)
            do throws(SystemError) {
                try FileBytes.replace(path: path, with: Array((line + "\n").utf8), mode: 0o644)
                state.complaint = nil
            } catch {
                state.complaint = "cannot be written: \(error)"
            }
            if case .paced = course { return course }
            return nil
        }
        guard let beatOf else { return }
        alarm.after(Self.beat) { [weak self, weak clock] in
            // A clock that was steered meanwhile has a beat of its own.
            if let clock, clock.state == beatOf { self?.write(clock, generation) }
        }
    }

    /// A time as libfaketime reads it, in the time zone of this process.
    ///
    /// - Parameter time: The time.
    /// - Returns: `YYYY-MM-DD hh:mm:ss`.
    package static func localTime(_ time: Timestamp) -> String {
        var seconds = time_t(time.secondsSince1970)
        var parts = unsafe tm()
        guard unsafe localtime_r(&seconds, &parts) != nil else { return utcTime(time) }
        return utcTime(time.adding(seconds: unsafe Int64(parts.tm_gmtoff)))
    }

    /// A time as libfaketime reads it, in UTC.
    ///
    /// - Parameter time: The time.
    /// - Returns: `YYYY-MM-DD hh:mm:ss`.
    package static func utcTime(_ time: Timestamp) -> String {
        time.iso8601.dropLast().split(separator: "T").joined(separator: " ")
    }
}
