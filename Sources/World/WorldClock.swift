package import AccountModel
package import AccountStore
import PrivateCA
import Synchronization

/// What time it is in a world.
///
/// It decides what the vendor would decide: dates and expiry of certificates, tokens and users,
/// the audit log, the `Date` header. What a client's own machine judges follows the system's clock.
///
/// It is steered while the world runs, by ``World/steer(_:eventsMax:)`` alone: the new course and
/// what happens on the way are stored together.
package final class WorldClock: Sendable {
    private let course: Mutex<ClockState>

    /// Held by whoever changes the course, so that two changes come one after the other.
    let steering = Mutex<Void>(())

    /// Who wants to be told that the clock goes another way; each asks it for ``state`` then.
    package let changes = Watchers()

    /// What time the system's clock has.
    let systemTime: @Sendable () -> Instant

    /// Makes a clock.
    ///
    /// - Parameters:
    ///   - state: What it does.
    ///   - systemTime: What time the system's clock has.
    package init<Moment: InstantConvertible>(
        state: ClockState,
        systemTime: @escaping @Sendable () -> Moment
    ) {
        course = Mutex(state)
        self.systemTime = { systemTime().instant }
    }

    /// What the clock does.
    package var state: ClockState { course.withLock { $0 } }

    /// What time it is in the world.
    package var now: Timestamp { state.time(systemTime: systemTime()).timestamp }

    /// What time it is outside of the world: for what shall run out although the world's clock
    /// stands still, and not because it jumps.
    package var systemNow: Timestamp { systemTime().timestamp }

    /// How long it takes, by the system's clock, until a time has come here.
    ///
    /// - Parameter time: The time.
    /// - Returns: How long, never less than until then; nil when the clock stands still.
    package func wait(until time: Timestamp) -> Duration? {
        let state = state
        guard !state.isFrozen else { return nil }
        let now = state.time(systemTime: systemTime())
        let distance = time.instant.millisecondsSince1970 - now.millisecondsSince1970
        // A clock may be as good as frozen.
        let longest = Double(Int64.max / 1_000_000)
        return .milliseconds(Int64(min(Double(max(distance, 0)) / state.rate, longest)) + 1)
    }

    /// Takes the course that was stored; whoever calls it tells those who watch.
    func adopt(_ state: ClockState) { course.withLock { $0 = state } }
}

extension ClockState {
    /// Makes the state of a clock that shows a time at this moment.
    init(time: Instant, isFrozen: Bool, rate: Double, systemTime: Instant) {
        if isFrozen {
            self = .frozen(at: time.timestamp, rate: rate)
        } else if rate == 1 {
            self = .running(
                offsetSeconds: time.timestamp.secondsSince1970
                    - systemTime.timestamp.secondsSince1970
            )
        } else {
            self = .paced(ClockPace(world: time, system: systemTime, rate: rate))
        }
    }

    /// The state of a clock that is moved, or the same where nothing changes: a course that went
    /// on were begun anew, it would be cut to whole seconds each time.
    func moved(
        to time: Instant,
        isFrozen: Bool,
        rate: Double,
        systemTime: Instant
    ) -> ClockState {
        let isSame =
            time == self.time(systemTime: systemTime) && isFrozen == self.isFrozen
            && rate == self.rate
        guard !isSame else { return self }
        return ClockState(time: time, isFrozen: isFrozen, rate: rate, systemTime: systemTime)
    }

    /// Whether the clock stands still.
    package var isFrozen: Bool {
        switch self {
        case .running, .paced: false
        case .frozen: true
        }
    }

    /// How fast the clock runs, or would run if it did not stand still.
    package var rate: Double {
        switch self {
        case .running: 1
        case .paced(let pace): pace.rate
        case .frozen(_, let rate): rate
        }
    }

    /// The rate in words: `60 times`, `0.5 times`.
    package var rateText: String {
        let isWhole = rate == rate.rounded()
        return "\(isWhole ? "\(Int(rate))" : "\(rate)") times"
    }

    /// The last moment that a clock shows: within the dates of the CA, so that it can be moved on.
    private static let last = PrivateCA.endDate.adding(seconds: -1).instant

    /// What the clock shows.
    ///
    /// - Parameter systemTime: What the system's clock shows.
    /// - Returns: The moment; a clock that would go beyond the dates of its CA stands at the last.
    package func time(systemTime: Instant) -> Instant {
        min(unboundedTime(systemTime: systemTime), Self.last)
    }

    private func unboundedTime(systemTime: Instant) -> Instant {
        switch self {
        case .running(let offsetSeconds):
            Instant(millisecondsSince1970: systemTime.millisecondsSince1970 + offsetSeconds * 1000)
        case .paced(let pace): pace.time(system: systemTime)
        case .frozen(let moment, _): moment.instant
        }
    }
}
