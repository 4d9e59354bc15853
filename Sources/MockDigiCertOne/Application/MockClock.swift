import AccountModel
import AccountStore
import World

/// The clock of one world: it decides about everything that ends or begins there.
///
/// What moves the clock answers with what happened on the way, one line for each event.
public struct MockClock: Sendable {
    private let world: MockWorld

    /// The clock of a world.
    init(world: MockWorld) {
        self.world = world
    }

    /// What it shows, as ISO 8601 in UTC.
    ///
    /// - Returns: The time, such as `2027-01-01T00:00:00Z`.
    /// - Throws: ``MockError`` when there is no such world any more.
    public func now() throws(MockError) -> String { try world.opened().clock.now.iso8601 }

    /// Whether it stands still.
    ///
    /// - Returns: Whether it does.
    /// - Throws: ``MockError`` when there is no such world any more.
    public func isFrozen() throws(MockError) -> Bool { try world.opened().clockReading.isFrozen }

    /// Lets it stand still.
    ///
    /// - Throws: ``MockError``.
    public func freeze() throws(MockError) { _ = try steer(ClockWish(isFrozen: true)) }

    /// Lets it run.
    ///
    /// - Parameter rate: Seconds there for each second here; nil keeps the rate.
    /// - Throws: ``MockError``.
    public func run(rate: Double? = nil) throws(MockError) {
        _ = try steer(ClockWish(isFrozen: false, rate: rate))
    }

    /// Moves it on to a time.
    ///
    /// - Parameter time: The time as ISO 8601; it cannot lie before what the clock shows.
    /// - Returns: What happened on the way.
    /// - Throws: ``MockError``; the clock goes on as before then.
    @discardableResult
    public func set(_ time: String) throws(MockError) -> [String] {
        guard let moment = Timestamp.parse(iso8601: time) else {
            throw MockError("\"\(time)\" is no time; give one such as 2027-01-01T00:00:00Z")
        }
        return try steer(ClockWish(target: .time(moment)))
    }

    /// Moves it on by a length of time.
    ///
    /// - Parameter duration: How far; parts of a second do not count.
    /// - Returns: What happened on the way.
    /// - Throws: ``MockError``; the clock goes on as before then.
    @discardableResult
    public func advance(by duration: Duration) throws(MockError) -> [String] {
        let seconds = duration.components.seconds
        guard duration >= .zero else {
            throw MockError("the clock only moves forward: restore a snapshot to go back")
        }
        return try steer(ClockWish(target: .span(ClockSpan(seconds: seconds))))
    }

    /// Moves it on by a length of time in words, so that months and years follow the calendar.
    ///
    /// - Parameter span: How far, such as `30d`, `6mo` or `1y`.
    /// - Returns: What happened on the way.
    /// - Throws: ``MockError``; the clock goes on as before then.
    @discardableResult
    public func advance(by span: String) throws(MockError) -> [String] {
        guard let parsed = ClockSpan.parse(span) else {
            throw MockError("\"\(span)\" is no length of time; give \(ClockSpan.grammar)")
        }
        return try steer(ClockWish(target: .span(parsed)))
    }

    /// Moves it on to when something happens next.
    ///
    /// - Returns: What happened.
    /// - Throws: ``MockError`` when nothing is to come.
    @discardableResult
    public func advanceToNextEvent() throws(MockError) -> [String] {
        try steer(ClockWish(target: .nextEvent(Set(ClockEventKind.allCases))))
    }

    private func steer(_ wish: ClockWish) throws(MockError) -> [String] {
        let world = try world.opened()
        do throws(ClockRefusal) {
            return try world.steer(wish).settlement.events.map { happened in
                let reminder = happened.mailedTo.map { ", reminder sent to \($0)" } ?? ""
                return "\(happened.event.at.iso8601) \(happened.event)\(reminder)"
            }
        } catch {
            throw MockError(error.sentence(about: world.name))
        }
    }
}
