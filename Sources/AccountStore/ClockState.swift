package import AccountModel
internal import SQLiteBridge

/// What a world's clock does, also while the process is not running.
package enum ClockState: Sendable, Hashable {
    /// It runs with the system's clock, ahead of it by so many seconds.
    case running(offsetSeconds: Int64)

    /// It runs at another rate than the system's clock.
    case paced(ClockPace)

    /// It stands still, and would run on at a rate.
    case frozen(at: Timestamp, rate: Double = 1)
}

/// A clock's course at a rate of its own.
package struct ClockPace: Sendable, Hashable {
    /// The fastest rate: eleven and a half days for each second.
    package static let rateMax: Double = 1_000_000

    /// What the world's clock showed when the course began.
    package let world: Instant

    /// What the system's clock showed then.
    package let system: Instant

    /// World's seconds for each second of the system: above 0, ``rateMax`` at most.
    package let rate: Double

    /// Describes a course.
    ///
    /// - Parameters:
    ///   - world: What the world's clock showed when the course began.
    ///   - system: What the system's clock showed then.
    ///   - rate: World's seconds for each second of the system.
    package init(world: Instant, system: Instant, rate: Double) {
        self.world = world
        self.system = system
        self.rate = rate
    }

    /// What the world's clock shows.
    ///
    /// - Parameter system: What the system's clock shows; where it was set back, this one stands.
    /// - Returns: The moment, held within what a ``Timestamp`` can say.
    package func time(system: Instant) -> Instant {
        let passed = max(system.millisecondsSince1970 - self.system.millisecondsSince1970, 0)
        let course = Double(passed) * rate
        let limit = Double(Timestamp.latest.secondsSince1970) * 2000
        return Instant(
            millisecondsSince1970: world.millisecondsSince1970 + Int64(min(course, limit))
        )
    }
}

extension Statement {
    /// Binds the five columns that describe a clock.
    ///
    /// - Parameters:
    ///   - clock: What it does.
    ///   - index: The parameter of the offset; those of the frozen moment, the rate and the two
    ///     moments that it runs from are the next ones.
    /// - Throws: ``SQLiteError`` when there is no such parameter.
    borrowing func bind(_ clock: ClockState, at index: Int32) throws(SQLiteError) {
        var offsetSeconds: Int64 = 0
        var frozenAt: Timestamp?
        var rate: Double = 1
        var pace: ClockPace?
        switch clock {
        case .running(let seconds): offsetSeconds = seconds
        case .paced(let course): (pace, rate) = (course, course.rate)
        case .frozen(let moment, let later): (frozenAt, rate) = (moment, later)
        }
        try bind(offsetSeconds, at: index)
        try bind(frozenAt?.secondsSince1970, at: index + 1)
        try bind(rate, at: index + 2)
        try bind(pace?.world.millisecondsSince1970, at: index + 3)
        try bind(pace?.system.millisecondsSince1970, at: index + 4)
    }

    /// Reads the five columns that describe a clock.
    func clock(from column: Int32) -> ClockState {
        let rate = number(column + 2)
        if let moment = optionalTimestamp(column + 1) { return .frozen(at: moment, rate: rate) }
        guard let world = optionalInteger(column + 3), let system = optionalInteger(column + 4)
        else { return .running(offsetSeconds: integer(column)) }
        return .paced(
            ClockPace(
                world: Instant(millisecondsSince1970: world),
                system: Instant(millisecondsSince1970: system),
                rate: rate
            )
        )
    }
}
