package import AccountModel
internal import AccountStore

/// What somebody wants of a world's clock when the world is opened.
package struct ClockStart: Sendable, Hashable {
    /// What time it shall be; nil means the system's time in a new world, and no change in one
    /// that exists.
    package var time: Timestamp?

    /// Whether the clock shall stand still; nil lets a new one run, and one that exists do what it
    /// did.
    package var isFrozen: Bool?

    /// How fast it shall run; nil means as fast as the system's in a new world, and no change in
    /// one that exists.
    package var rate: Double?

    /// The system's time, running; no change where the world exists.
    package static let system = ClockStart()

    /// Describes a wish.
    ///
    /// - Parameters:
    ///   - time: What time it shall be.
    ///   - isFrozen: Whether the clock shall stand still.
    ///   - rate: How fast it shall run: above 0, ``ClockPace/rateMax`` at most.
    package init(time: Timestamp? = nil, isFrozen: Bool? = nil, rate: Double? = nil) {
        self.time = time
        self.isFrozen = isFrozen
        self.rate = rate
    }

    /// Adds what is wished for all worlds of a process, where this wish names no time.
    func completed(by process: ClockStart) -> ClockStart {
        guard time == nil else { return self }
        return ClockStart(
            time: process.time,
            isFrozen: isFrozen ?? (rate == nil ? process.isFrozen : nil),
            rate: rate ?? process.rate
        )
    }

    /// Turns the wish into what a new world stores.
    func state(systemTime: Instant) -> ClockState {
        ClockState(
            time: time?.instant ?? systemTime,
            isFrozen: isFrozen ?? false,
            rate: rate ?? 1,
            systemTime: systemTime
        )
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
        systemTime: Instant
    ) throws(WorldError) -> ClockState {
        let now = state.time(systemTime: systemTime)
        let isAskedAgain = time == lastTime
        if let time, time < now.timestamp, !isAskedAgain {
            throw WorldError(
                description: "its clock is at \(now.timestamp) and only moves forward, so it "
                    + "cannot be set back to \(time): leave --clock out, begin the world again "
                    + "with mock-digicert-one reset, or name another state directory with "
                    + "--state-dir",
                clockRefusal: .past(now: now.timestamp, wanted: time)
            )
        }
        return state.moved(
            to: max(time?.instant ?? now, now),
            isFrozen: isFrozen ?? state.isFrozen,
            rate: rate ?? state.rate,
            systemTime: systemTime
        )
    }
}

/// What opening a world changed of its clock.
package struct ClockChange: Sendable, Hashable {
    /// What it showed.
    package let from: Timestamp

    /// What it shows from now on.
    package let to: Timestamp

    /// Whether it stands still from now on.
    package let isFrozen: Bool

    /// Compares two states at one moment.
    ///
    /// - Returns: The change, or nil when there is none.
    init?(from old: ClockState, to new: ClockState, systemTime: Instant) {
        guard old != new else { return nil }
        from = old.time(systemTime: systemTime).timestamp
        to = new.time(systemTime: systemTime).timestamp
        isFrozen = new.isFrozen
    }
}

extension ClockChange: CustomStringConvertible {
    /// The change as the log tells it.
    package var description: String {
        let course = isFrozen ? "stands still" : "runs on"
        return from == to
            ? "the world's clock \(course) from \(to)"
            : "the world's clock was moved from \(from) to \(to) and \(course) from there"
    }
}
