package import AccountModel
package import AccountStore

/// What time it is in a world.
///
/// It decides what the vendor would decide: dates and expiry of certificates, tokens and users,
/// the audit log, the `Date` header. What a client's own machine judges follows the system's clock.
package struct WorldClock: Sendable {
    /// What the clock does.
    package let state: ClockState

    private let systemTime: @Sendable () -> Timestamp

    /// Makes a clock.
    ///
    /// - Parameters:
    ///   - state: What it does.
    ///   - systemTime: What time the system's clock has.
    package init(state: ClockState, systemTime: @escaping @Sendable () -> Timestamp) {
        self.state = state
        self.systemTime = systemTime
    }

    /// What time it is in the world.
    package var now: Timestamp { state.time(systemTime: systemTime()) }
}

/// What somebody wants of a world's clock when the world is opened.
package struct ClockStart: Sendable, Hashable {
    /// What time it shall be; nil means the system's time in a new world, and no change in one
    /// that exists.
    package var time: Timestamp?

    /// Whether the clock shall stand still; nil lets a new one run, and one that exists do what it
    /// did.
    package var isFrozen: Bool?

    /// The system's time, running; no change where the world exists.
    package static let system = ClockStart()

    /// Describes a wish.
    ///
    /// - Parameters:
    ///   - time: What time it shall be.
    ///   - isFrozen: Whether the clock shall stand still.
    package init(time: Timestamp? = nil, isFrozen: Bool? = nil) {
        self.time = time
        self.isFrozen = isFrozen
    }

    /// Turns the wish into what a new world stores.
    func state(systemTime: Timestamp) -> ClockState {
        ClockState(time: time ?? systemTime, isFrozen: isFrozen ?? false, systemTime: systemTime)
    }

    /// Turns the wish into what an existing world stores from now on.
    ///
    /// Its clock moves forward only: certificates, tokens and audit entries have dates by it. The
    /// time that was asked for last may be asked for again, whatever time it is meanwhile, because
    /// whoever starts the same container again does not want to go back.
    ///
    /// - Parameters:
    ///   - state: What the clock does.
    ///   - lastTime: The time that it was set to last.
    ///   - systemTime: What time the system's clock has.
    /// - Returns: What it does from now on; the same where nothing changes.
    /// - Throws: ``WorldError`` when the time is over.
    func change(
        of state: ClockState,
        setTo lastTime: Timestamp,
        systemTime: Timestamp
    ) throws(WorldError) -> ClockState {
        let now = state.time(systemTime: systemTime)
        let isAskedAgain = time == lastTime
        if let time, time < now, !isAskedAgain {
            throw WorldError(
                description: "its clock is at \(now) and only moves forward, so it cannot be set "
                    + "back to \(time): leave --clock out, begin the world again with "
                    + "mock-digicert-one reset, or name another state directory with --state-dir"
            )
        }
        return ClockState(
            time: max(time ?? now, now),
            isFrozen: isFrozen ?? state.isFrozen,
            systemTime: systemTime
        )
    }
}

extension ClockState {
    /// Makes the state of a clock that shows a time at this moment.
    init(time: Timestamp, isFrozen: Bool, systemTime: Timestamp) {
        self =
            isFrozen
            ? .frozen(at: time)
            : .running(offsetSeconds: time.secondsSince1970 - systemTime.secondsSince1970)
    }

    /// Whether the clock stands still.
    package var isFrozen: Bool {
        switch self {
        case .running: false
        case .frozen: true
        }
    }

    /// What the clock shows.
    func time(systemTime: Timestamp) -> Timestamp {
        switch self {
        case .running(let offsetSeconds): systemTime.adding(seconds: offsetSeconds)
        case .frozen(let moment): moment
        }
    }
}
