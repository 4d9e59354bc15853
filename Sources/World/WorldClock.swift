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
    package var now: Timestamp {
        switch state {
        case .running(let offsetSeconds): systemTime().adding(seconds: offsetSeconds)
        case .frozen(let moment): moment
        }
    }
}

/// How the clock of a new world begins.
package struct ClockStart: Sendable, Hashable {
    /// What time it is at the beginning; nil means the system's time.
    package var time: Timestamp?

    /// Whether the clock stands still there.
    package var isFrozen: Bool

    /// The system's time, running.
    package static let system = ClockStart()

    /// Describes a beginning.
    ///
    /// - Parameters:
    ///   - time: What time it is at the beginning; nil means the system's time.
    ///   - isFrozen: Whether the clock stands still there.
    package init(time: Timestamp? = nil, isFrozen: Bool = false) {
        self.time = time
        self.isFrozen = isFrozen
    }

    /// Turns the beginning into what is stored.
    func state(systemTime: Timestamp) -> ClockState {
        let time = time ?? systemTime
        guard !isFrozen else { return .frozen(at: time) }
        return .running(offsetSeconds: time.secondsSince1970 - systemTime.secondsSince1970)
    }
}
