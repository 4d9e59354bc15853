package import AccountModel
package import AccountStore
internal import PrivateCA
import Synchronization

/// What somebody wants of the clock of a world that runs.
package struct ClockWish: Sendable, Hashable {
    /// Where the clock goes.
    package enum Target: Sendable, Hashable {
        /// To a time.
        case time(Timestamp)

        /// So much further.
        case span(ClockSpan)

        /// To when something of these kinds happens next.
        case nextEvent(Set<ClockEventKind>)
    }

    /// Where it goes; nil leaves it where it is.
    package var target: Target?

    /// Whether it stands still from there; nil lets it do what it did.
    package var isFrozen: Bool?

    /// How fast it runs from there: above 0, ``ClockPace/rateMax`` at most; nil keeps the rate.
    package var rate: Double?

    /// Describes a wish.
    ///
    /// - Parameters:
    ///   - target: Where the clock goes.
    ///   - isFrozen: Whether it stands still from there.
    ///   - rate: How fast it runs from there.
    package init(target: Target? = nil, isFrozen: Bool? = nil, rate: Double? = nil) {
        self.target = target
        self.isFrozen = isFrozen
        self.rate = rate
    }
}

/// What a clock shows and does.
package struct ClockReading: Sendable, Hashable {
    /// What it shows.
    package let now: Timestamp

    /// Whether it stands still.
    package let isFrozen: Bool

    /// How fast it runs, or would run.
    package let rate: Double
}

/// What steering a clock did.
package struct ClockProgress: Sendable, Hashable {
    /// What the clock showed before.
    package let from: Timestamp

    /// What it shows and does now.
    package let reading: ClockReading

    /// What happened on the way.
    package let settlement: ClockSettlement
}

/// Why a clock is not steered as somebody wants.
package enum ClockRefusal: Error, Hashable {
    /// The clock only moves forward.
    case past(now: Timestamp, wanted: Timestamp)

    /// The authority of the world issues nothing then.
    case outOfRange(Timestamp)

    /// A rate is above 0 and at most ``ClockPace/rateMax``.
    case rate(Double)

    /// Nothing of what was waited for is to come.
    case nothingToCome(Set<ClockEventKind>)

    /// The world was reset or restored meanwhile.
    case replaced

    /// The database failed.
    case notStored(StoreError)
}

extension World {
    /// The largest number of events that an answer lists.
    package static let eventsMax = 1000

    /// What the world's clock shows and does.
    package var clockReading: ClockReading {
        ClockReading(clock.state, systemTime: clock.systemTime())
    }

    /// Sets the clock, stops it, lets it run on or at another rate, and lets everything happen that
    /// comes to pass on the way.
    ///
    /// The new course, and the mails about what happened, are stored in one transaction before the
    /// clock shows the new time.
    ///
    /// - Parameters:
    ///   - wish: What somebody wants.
    ///   - eventsMax: The largest number of events to list.
    /// - Returns: What happened.
    /// - Throws: ``ClockRefusal``; the clock goes on as before then.
    package func steer(
        _ wish: ClockWish,
        eventsMax: Int = eventsMax
    ) throws(ClockRefusal) -> ClockProgress {
        let progress = try clock.steering.withLock { _ throws(ClockRefusal) in
            let systemTime = clock.systemTime()
            let before = clock.state
            let now = before.time(systemTime: systemTime)
            let rate = wish.rate ?? before.rate
            guard rate > 0, rate <= ClockPace.rateMax else { throw .rate(rate) }
            let state = before.moved(
                to: try destination(wish.target, from: now),
                isFrozen: wish.isFrozen ?? before.isFrozen,
                rate: rate,
                systemTime: systemTime
            )
            let reading = ClockReading(state, systemTime: systemTime)
            let settlement = try settled(through: reading.now, state, eventsMax: eventsMax)
            clock.adopt(state)
            return ClockProgress(from: now.timestamp, reading: reading, settlement: settlement)
        }
        clock.changes.notify()
        return progress
    }

    /// Lets happen what is due while the clock runs by itself.
    ///
    /// To be called whenever somebody comes who could notice: it is a comparison of two numbers
    /// while nothing is due, so that no world needs a thread.
    ///
    /// - Throws: ``StoreError`` when SQLite fails; the next call tries again then.
    package func settleClock() throws(StoreError) {
        let now = clock.now
        guard now >= store.nextEventAt else { return }
        _ = try store.settle(contents, through: now, eventsMax: 0) { letter(about: $0) }
    }

    /// Lists what will happen if nobody changes anything.
    ///
    /// - Parameters:
    ///   - end: Up to and including which moment; nil means for ever.
    ///   - kinds: What is looked for.
    ///   - countMax: The largest number of events.
    /// - Returns: The events in their order.
    /// - Throws: ``StoreError`` when SQLite fails.
    package func comingEvents(
        until end: Timestamp? = nil,
        kinds: Set<ClockEventKind> = Set(ClockEventKind.allCases),
        countMax: Int = eventsMax
    ) throws(StoreError) -> [ClockEvent] {
        let now = clock.now
        return try store.read(loop: 0) { (reader) throws(StoreError) in
            var events: [ClockEvent] = []
            for due in try reader.dueEvents(
                after: now,
                through: end ?? .latest,
                kinds: kinds,
                countMax: countMax
            ) {
                if let event = try reader.event(due) { events.append(event) }
            }
            return events
        }
    }
}

extension World {
    private func destination(
        _ target: ClockWish.Target?,
        from now: Instant
    ) throws(ClockRefusal) -> Instant {
        let time: Timestamp
        switch target {
        case nil:
            return now
        case .time(let wanted):
            time = wanted
        case .span(let span):
            time = span.later(than: now.timestamp)
        case .nextEvent(let kinds):
            let next = try storing { () throws(StoreError) in
                try store.read(loop: 0) { (reader) throws(StoreError) in
                    try reader.dueEvents(
                        after: now.timestamp,
                        through: .latest,
                        kinds: kinds,
                        countMax: 1
                    ).first
                }
            }
            guard let next else { throw .nothingToCome(kinds) }
            time = next.at
        }
        guard time >= now.timestamp else { throw .past(now: now.timestamp, wanted: time) }
        guard time >= PrivateCA.startDate, time < PrivateCA.endDate else {
            throw .outOfRange(time)
        }
        // Within the present second the clock is further than its beginning.
        return max(time.instant, now)
    }

    private func settled(
        through now: Timestamp,
        _ state: ClockState,
        eventsMax: Int
    ) throws(ClockRefusal) -> ClockSettlement {
        let settlement = try storing { () throws(StoreError) in
            try store.settle(contents, through: now, clock: state, eventsMax: eventsMax) {
                letter(about: $0)
            }
        }
        guard let settlement else { throw .replaced }
        return settlement
    }

    private func storing<Value>(
        _ body: () throws(StoreError) -> Value
    ) throws(ClockRefusal) -> Value {
        do throws(StoreError) {
            return try body()
        } catch {
            throw .notStored(error)
        }
    }
}

extension ClockReading {
    init(_ state: ClockState, systemTime: Instant) {
        now = state.time(systemTime: systemTime).timestamp
        isFrozen = state.isFrozen
        rate = state.rate
    }
}

extension ClockRefusal {
    /// What was wrong and what to do, as the end of a sentence that begins with the world's name.
    ///
    /// - Parameter world: The name of the world.
    /// - Returns: One sentence.
    package func sentence(about world: String) -> String {
        let clock = "the clock of world \(world)"
        return switch self {
        case .past(let now, let wanted):
            "\(clock) is at \(now) and only moves forward: to go back to \(wanted), restore a "
                + "snapshot of that time, or reset the world and set its clock then"
        case .outOfRange(let wanted):
            "\(clock) would be at \(wanted), and its CA issues from \(PrivateCA.startDate) until "
                + "before \(PrivateCA.endDate) only: name a time between"
        case .rate(let rate):
            "\(clock) cannot run at the rate \(rate): name one above 0 and up to "
                + "\(Int(ClockPace.rateMax)), or freeze the clock"
        case .nothingToCome(let kinds):
            kinds.count == ClockEventKind.allCases.count
                ? "nothing is to come in world \(world): nothing in it ends or begins any more"
                : "nothing of the kind \(kinds.map(\.rawValue).sorted().joined(separator: ", ")) "
                    + "is to come in world \(world): GET /worlds/\(world)/clock/events lists "
                    + "what is"
        case .replaced:
            "world \(world) was reset or restored meanwhile: send the request again"
        case .notStored(let error): "\(clock) cannot be stored: \(error)"
        }
    }
}
