import AccountModel
import Testing

@testable import AccountStore
@testable import SQLiteBridge

@Suite("AccountStore: clock and events")
struct ClockEventsTests {
    private static let now = Fixture.now

    private static func due(
        _ store: AccountStore,
        after start: Timestamp,
        through end: Timestamp,
        countMax: Int? = nil
    ) throws -> [DueEvent] {
        try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.dueEvents(after: start, through: end, countMax: countMax)
        }
    }

    private static func insert(
        _ store: AccountStore,
        _ number: Int,
        from start: Timestamp = now,
        to end: Timestamp
    ) throws {
        var certificate = Fixture.certificate(number)
        certificate.startDate = start
        certificate.endDate = end
        certificate.createdAt = now
        try store.insert(certificate, text: Fixture.text, audit: Fixture.entry(number))
    }

    static let clocks: [ClockState] = [
        .running(offsetSeconds: -5), .frozen(at: now), .frozen(at: now, rate: 60),
        .paced(
            ClockPace(
                world: Instant(millisecondsSince1970: 1_760_918_400_123),
                system: Instant(millisecondsSince1970: 1_700_000_000_456),
                rate: 0.5
            )
        ),
    ]

    @Test("each course of a clock is the same after a restart", arguments: clocks)
    func courses(clock: ClockState) throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("world.sqlite"))
        try Fixture.store(location).setClock(clock, to: nil)
        let store = try AccountStore.open(location, readerCount: 1)
        #expect(try store.state()?.clock == clock)
        let moved = try store.settle(
            store.contents,
            through: Self.now,
            clock: .running(offsetSeconds: 9),
            eventsMax: 1
        ) { _ in nil }
        #expect(moved?.eventCount == 0)
        #expect(try store.state()?.clock == .running(offsetSeconds: 9))
    }

    @Test("a pace is held within what a timestamp can say, and stands when the system goes back")
    func pace() {
        let pace = ClockPace(
            world: Self.now.instant,
            system: Self.now.instant,
            rate: ClockPace.rateMax
        )
        #expect(pace.time(system: Timestamp.latest.instant).timestamp == .latest)
        #expect(pace.time(system: Timestamp.earliest.instant) == Self.now.instant)
        let later = Instant(millisecondsSince1970: Self.now.instant.millisecondsSince1970 + 1)
        #expect(pace.time(system: later).timestamp == Self.now.adding(seconds: 1000))
    }

    @Test("a certificate's life is told second by second, each event in one second only")
    func life() throws {
        let store = try Fixture.store()
        let start = Self.now.adding(days: 1)
        let end = Self.now.adding(days: 101)
        try Self.insert(store, 1, from: start, to: end)
        let moments: [(ClockEventKind, Int?, Timestamp)] =
            [(.certificateValid, nil, start)]
            + ClockEvent.reminderDays.map { (.certificateExpiring, $0, end.adding(days: -$0)) }
            + [(.certificateExpired, nil, end.adding(seconds: 1))]
        for (kind, days, at) in moments {
            let found = try Self.due(store, after: at.adding(seconds: -1), through: at)
                .filter {
                    [.certificateValid, .certificateExpiring, .certificateExpired].contains($0.kind)
                }
            #expect(found.map(\.kind) == [kind])
            #expect(found.map(\.days) == [days])
            #expect(found.map(\.at) == [at])
            let next = try Self.due(store, after: at, through: at.adding(seconds: 1))
            #expect(!next.contains { $0.kind == kind && $0.days == days })
        }
    }

    @Test("what was so from the beginning does not happen")
    func beginnings() throws {
        let store = try Fixture.store()
        try Self.insert(store, 1, from: Self.now.adding(days: -1), to: Self.now.adding(days: 20))
        let found = try Self.due(store, after: Self.now.adding(days: -900), through: .latest)
            .filter { $0.kind == .certificateExpiring || $0.kind == .certificateValid }
        #expect(found.map(\.days) == [7, 3, 1])
    }

    @Test("an account begins with its first day and ends after its last one")
    func accounts() throws {
        let store = try Crowd.store()
        try store.write { (connection) throws(SQLiteError) in
            try connection.execute(
                """
                UPDATE account SET service_period_from = '2025-11-01',
                    service_period_to = '2025-11-30' WHERE id = 'a'
                """
            )
        }
        let found = try Self.due(store, after: Self.now, through: Self.now.adding(days: 90))
            .filter { $0.kind == .accountServiceBegan || $0.kind == .accountServiceEnded }
        #expect(found.map(\.at.iso8601) == ["2025-11-01T00:00:00Z", "2025-12-01T00:00:00Z"])
        let events = try store.read(loop: 0) { (reader) throws(StoreError) in
            try found.map { (due) throws(StoreError) in try reader.event(due)?.name }
        }
        #expect(events == ["Account a", "Account a"])
        for event in found {
            let before = event.at.adding(seconds: -1)
            #expect(try Self.due(store, after: before, through: event.at).contains(event))
            #expect(try !Self.due(store, after: event.at, through: .latest).contains(event))
            #expect(try !Self.due(store, after: .earliest, through: before).contains(event))
        }
    }

    @Test("the first ones of many are found in their order")
    func order() throws {
        let store = try Fixture.store()
        for number in 1...20 {
            try Self.insert(store, number, to: Self.now.adding(days: 100 - number))
        }
        let all = try Self.due(store, after: Self.now, through: .latest)
        #expect(all.map(\.at) == all.map(\.at).sorted())
        let first = try Self.due(store, after: Self.now, through: .latest, countMax: 3)
        #expect(first == Array(all.prefix(3)))
    }

    @Test("every search is a range of an index", arguments: AccountReader.eventQueries.indices)
    func plans(query: Int) throws {
        let store = try Fixture.store()
        let plan = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.plan(of: AccountReader.eventQueries[query])
        }
        #expect(plan.count == 1)
        #expect(plan.allSatisfy { $0.hasPrefix("SEARCH") && $0.contains("INDEX") }, "\(plan)")
    }

    @Test("what happened does not happen again, whoever looks")
    func once() throws {
        let store = try Fixture.store()
        try Self.insert(store, 1, to: Self.now.adding(days: 40))
        let later = Self.now.adding(days: 15)
        let first = try store.settle(store.contents, through: later, eventsMax: 9) { _ in nil }
        #expect(first?.events.map(\.event.kind).contains(.certificateExpiring) == true)
        let second = try store.settle(store.contents, through: later, eventsMax: 9) { _ in nil }
        #expect(second?.eventCount == 0)
        #expect(store.nextEventAt == Self.now.adding(days: 33))
        let back = try store.settle(store.contents, through: Self.now, eventsMax: 9) { _ in nil }
        #expect(back?.eventCount == 0)
        #expect(store.nextEventAt == Self.now.adding(days: 33))
    }

    @Test("the next event is known at once when something with a sooner end is stored")
    func next() throws {
        let store = try Fixture.store()
        _ = try store.settle(store.contents, through: Self.now, eventsMax: 0) { _ in nil }
        let before = store.nextEventAt
        #expect(before == Fixture.token.endDate?.adding(seconds: 1))
        try Self.insert(store, 1, to: Self.now.adding(seconds: 5))
        #expect(store.nextEventAt == Self.now.adding(seconds: 6))
    }

    @Test("a clock of contents that were replaced moves nothing")
    func replaced() throws {
        let store = try Fixture.store()
        let found = try store.settle(
            store.contents + 1,
            through: Self.now.adding(days: 9),
            clock: .frozen(at: Self.now),
            eventsMax: 9
        ) { _ in nil }
        #expect(found == nil)
        #expect(try store.state()?.clock == Fixture.state.clock)
    }

    @Test("a file of before there were events has no past")
    func noPast() throws {
        let store = try Fixture.store()
        try Self.insert(store, 1, to: Self.now.adding(days: 40))
        try store.write { (connection) throws(SQLiteError) in
            try connection.execute("UPDATE world_state SET clock_settled_to = NULL")
        }
        let later = Self.now.adding(days: 39)
        let found = try store.settle(store.contents, through: later, eventsMax: 9) { _ in nil }
        #expect(found?.eventCount == 0)
        let next = try store.settle(
            store.contents,
            through: later.adding(days: 2),
            eventsMax: 9
        ) { _ in nil }
        #expect(next?.events.map(\.event.kind) == [.certificateExpired])
    }
}

extension AccountReader {
    /// What SQLite would do to answer a query.
    fileprivate func plan(of query: StaticString) throws(StoreError) -> [String] {
        try translating { () throws(SQLiteError) in
            try connection.temporaryStatement("EXPLAIN QUERY PLAN \(query)") {
                (row) throws(SQLiteError) in
                var steps: [String] = []
                while try row.step() { steps.append(row.text(3)) }
                return steps
            }
        }
    }
}
