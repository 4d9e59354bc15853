import AccountModel
import AccountStore
import HTTP
import World

/// Steers the clock of a world.
enum ClockRoutes {
    private static let path = "/worlds/{world}/clock"

    static let rows = [
        ControlRoute("GET", path, "what time it is there, and what happens next", show),
        ControlRoute("PUT", path, "sets, stops, paces the clock: now, frozen, rate", change),
        ControlRoute("POST", path + "/advance", "moves it on: by, to, next-event", advance),
        ControlRoute("GET", path + "/events", "what is to come there", events),
    ]

    private static func show(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        _ = try call.query(known: [])
        let world = try call.world()
        return .now(
            try call.storing { () throws(StoreError) in
                try world.settleClock()
                let next = try world.comingEvents(countMax: 1).first
                return .json(200) { writer in
                    writer.clock(world.clockReading, of: world.name)
                    guard let next else { return writer.member("next_event", nil) }
                    writer.beginObject("next_event")
                    writer.members(HappenedEvent(event: next))
                    writer.endObject()
                }
            }
        )
    }

    private static func change(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        try steer(call, call.reading(ClockWish.change))
    }

    private static func advance(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        try steer(call, call.reading(ClockWish.advance))
    }

    /// Much may happen on the way, so this is no work for an event loop.
    private static func steer(
        _ call: ControlCall,
        _ wish: ClockWish
    ) throws(ControlRefusal) -> Reply {
        _ = try call.query(known: [])
        let world = try call.world()
        return .later {
            do throws(ClockRefusal) {
                let progress = try world.steer(wish)
                return .json(200) { $0.progress(progress, of: world.name) }
            } catch {
                return ControlAPI.refusal(error.status, error.sentence(about: world.name))
            }
        }
    }

    private static func events(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let query = try call.query(known: ["until", "kind", "limit"])
        let limit = try query.integer("limit", in: 1...World.eventsMax) ?? World.eventsMax
        let kind = try query.choice("kind", of: ClockEventKind.self)
        let world = try call.world()
        let now = world.clock.now
        var end: Timestamp?
        if let text = query.text("until") {
            end = Timestamp.parse(iso8601: text) ?? ClockSpan.parse(text)?.later(than: now)
            guard end != nil else {
                throw ControlRefusal(
                    400,
                    "?until is \"\(text)\"; give a time such as 2027-01-01T00:00:00Z, or how long "
                        + "from now: \(ClockSpan.grammar)"
                )
            }
        }
        return .later { [end] in
            call.answering { () throws(ControlRefusal) in
                // One more than is shown tells whether there are more.
                let found = try call.storing { () throws(StoreError) in
                    try world.comingEvents(
                        until: end,
                        kinds: kind.map { [$0] } ?? Set(ClockEventKind.allCases),
                        countMax: limit + 1
                    )
                }
                return .json(200) { writer in
                    writer.member("world", world.name)
                    writer.member("now", now.iso8601)
                    writer.member("until", end?.iso8601)
                    writer.events(found.prefix(limit).map { HappenedEvent(event: $0) })
                    writer.member("has_more", found.count > limit)
                }
            }
        }
    }
}

// MARK: - Bodies

extension ClockWish {
    /// Reads `{"now":"2026-01-01T00:00:00Z","frozen":true,"rate":60}`; each member may be absent.
    static func change(_ node: JSONNode) throws(JSONProblem) -> ClockWish {
        let object = try node.object(known: ["now", "frozen", "rate"])
        guard !object.members.isEmpty else {
            throw object.problem("names nothing to change; known are now, frozen, rate")
        }
        return ClockWish(
            target: try object.optional("now").map { (node) throws(JSONProblem) in
                .time(try node.moment())
            },
            isFrozen: try object.optional("frozen")?.flag(),
            rate: try object.optional("rate")?.number(above: 0, atMost: ClockPace.rateMax)
        )
    }

    /// Reads `{"by":"30d"}`, `{"to":"2027-01-01T00:00:00Z"}` and
    /// `{"to":"next-event","kind":"certificate_expired"}`.
    static func advance(_ node: JSONNode) throws(JSONProblem) -> ClockWish {
        let object = try node.object(known: ["by", "to", "kind"])
        let kinds = try object.optional("kind").map(kinds)
        switch (object.optional("by"), object.optional("to")) {
        case (let by?, nil) where kinds == nil:
            let text = try by.text()
            guard let span = ClockSpan.parse(text) else {
                throw by.problem("is \"\(text)\"; give a duration: \(ClockSpan.grammar)")
            }
            return ClockWish(target: .span(span))
        case (nil, let to?):
            let isNextEvent = try to.text() == "next-event"
            guard isNextEvent || kinds == nil else {
                throw object.problem(#"has a kind, which goes with {"to":"next-event"} only"#)
            }
            guard isNextEvent else { return ClockWish(target: .time(try to.moment())) }
            return ClockWish(target: .nextEvent(kinds ?? Set(ClockEventKind.allCases)))
        case (nil, nil) where kinds != nil:
            return ClockWish(target: .nextEvent(kinds ?? []))
        default:
            throw object.problem(
                #"must have either {"by":"30d"}, {"to":"2027-01-01T00:00:00Z"} or "#
                    + #"{"to":"next-event"}"#
            )
        }
    }

    /// One kind of events, or a list of kinds.
    private static func kinds(_ node: JSONNode) throws(JSONProblem) -> Set<ClockEventKind> {
        guard case .array = node.value else { return [try node.choice(of: ClockEventKind.self)] }
        var kinds: Set<ClockEventKind> = []
        for element in try node.list() { kinds.insert(try element.choice(of: ClockEventKind.self)) }
        guard !kinds.isEmpty else { throw node.problem("is empty; leave it out to mean any kind") }
        return kinds
    }
}

extension JSONNode {
    /// Reads a moment.
    func moment() throws(JSONProblem) -> Timestamp {
        let text = try text()
        guard let moment = Timestamp.parse(iso8601: text) else {
            throw problem("is \"\(text)\"; give a time such as 2027-01-01T00:00:00Z")
        }
        return moment
    }
}

extension ClockRefusal {
    /// The status of the answer.
    fileprivate var status: Int {
        switch self {
        case .past, .nothingToCome, .replaced: 409
        case .outOfRange, .rate: 400
        case .notStored(let error): error.isTemporary ? 503 : 500
        }
    }
}

extension ControlCall {
    /// Turns a failure of the database into its answer.
    ///
    /// - Parameter body: Reads or writes.
    /// - Returns: What `body` returns.
    /// - Throws: ``ControlRefusal`` with 503 or 500.
    func storing<Value>(_ body: () throws(StoreError) -> Value) throws(ControlRefusal) -> Value {
        do throws(StoreError) {
            return try body()
        } catch {
            throw ControlRefusal(error.isTemporary ? 503 : 500, "world \(worldName): \(error)")
        }
    }
}

// MARK: - Answers

extension JSONWriter {
    /// What a clock shows and does.
    fileprivate mutating func clock(_ reading: ClockReading, of world: String) {
        member("world", world)
        member("now", reading.now.iso8601)
        member("frozen", reading.isFrozen)
        let isWhole = reading.rate == reading.rate.rounded()
        member("rate", raw: Array((isWhole ? "\(Int(reading.rate))" : "\(reading.rate)").utf8))
    }

    /// What steering a clock did.
    fileprivate mutating func progress(_ progress: ClockProgress, of world: String) {
        clock(progress.reading, of: world)
        member("from", progress.from.iso8601)
        events(progress.settlement.events)
        member("event_count", progress.settlement.eventCount)
        member("mail_count", progress.settlement.mailCount)
    }

    fileprivate mutating func events(_ events: [HappenedEvent]) {
        beginArray("events")
        for event in events {
            beginObject()
            members(event)
            endObject()
        }
        endArray()
    }

    fileprivate mutating func members(_ happened: HappenedEvent) {
        let event = happened.event
        member("at", event.at.iso8601)
        member("kind", event.kind.rawValue)
        if let days = event.days { member("days_left", days) }
        member("id", event.id)
        member("name", event.name)
        if let serialNumber = event.serialNumber { member("serial_number", serialNumber) }
        if let endDate = event.endDate { member("end_date", endDate.iso8601) }
        if let user = event.user, user.id != event.id {
            member("user_id", user.id)
            member("user_name", user.displayName)
        }
        if let address = happened.mailedTo { member("mailed_to", address) }
        let reminder = happened.mailedTo.map { ", reminder sent to \($0)" } ?? ""
        member("text", "\(event)\(reminder)")
    }
}
