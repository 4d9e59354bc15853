internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

// What time it is in the world, and what happens when it moves.
extension ConsolePages {
    var clockPages: [PageRoute] {
        [
            PageRoute("GET", Self.base + "/clock", clock),
            PageRoute("POST", Self.base + "/clock", steerClock),
        ]
    }

    private static let spans = [
        ("1h", "1 hour"), ("1d", "1 day"), ("7d", "7 days"), ("30d", "30 days"),
        ("90d", "90 days"), ("1y", "1 year"),
    ]

    /// How many events to come the page lists.
    private static let comingMax = 15

    /// How many of those that happened.
    private static let happenedMax = 100

    private func clock(_ call: PageCall) throws(PageRefusal) -> Reply {
        _ = try call.world()
        return call.site.later(call) { () throws(PageRefusal) in try clockPage(call, ConsoleForm())
        }
    }

    private func clockPage(
        _ call: PageCall,
        _ form: ConsoleForm,
        status: Int = 200
    ) throws(PageRefusal) -> Response {
        let world = try call.world()
        let coming = try call.storing { () throws(StoreError) in
            try world.settleClock()
            return try world.comingEvents(countMax: Self.comingMax)
        }
        let reading = world.clockReading
        var values = form.values
        values["now"] = .text(reading.now.iso8601)
        values["example"] = .text(reading.now.adding(days: 30).iso8601)
        values["isFrozen"] = .flag(reading.isFrozen)
        values["rate"] = .text(Self.text(ofRate: reading.rate))
        values["isOrdinary"] = .flag(reading.rate == 1 && !reading.isFrozen)
        if form.texts["rate"] == nil { values["rateText"] = .text(Self.text(ofRate: reading.rate)) }
        values["spans"] = .list(Self.spans.map { ["value": .text($0), "name": .text($1)] })
        values["coming"] = .list(
            coming.map { ["at": .text($0.at.iso8601), "text": .text("\($0)")] }
        )
        if let progress = memory.progress(of: world.name) {
            let events = progress.settlement.events
            values["moved"] = true
            values["from"] = .text(progress.from.iso8601)
            values["to"] = .text(progress.reading.now.iso8601)
            values["isOld"] = .flag(progress.reading.now > reading.now)
            values["eventCount"] = .text("\(progress.settlement.eventCount)")
            values["mailCount"] = .text("\(progress.settlement.mailCount)")
            values["hasMails"] = .flag(progress.settlement.mailCount > 0)
            values["happened"] = .list(
                events.prefix(Self.happenedMax).map { happened in
                    [
                        "at": .text(happened.event.at.iso8601),
                        "text": .text("\(happened.event)"),
                        "mailedTo": .text(happened.mailedTo ?? ""),
                    ]
                }
            )
            values["isCut"] = .flag(progress.settlement.eventCount > Self.happenedMax)
        }
        return try call.show(.clock, "Clock", "clock.html", values, status: status)
    }

    private static func text(ofRate rate: Double) -> String {
        rate == rate.rounded() ? "\(Int(rate))" : "\(rate)"
    }

    private func steerClock(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let sent = try call.form()
        var form = ConsoleForm(sent, ["to", "rate"])
        var wish = ClockWish()
        switch sent.text("do") {
        case "advance":
            wish.target = ClockSpan.parse(sent.text("by")).map { .span($0) }
            if wish.target == nil { form.complain("to", "Say how far to move the clock.") }
        case "next": wish.target = .nextEvent(Set(ClockEventKind.allCases))
        case "set":
            wish.target = ConsoleMoment.parse(form.text("to")).map { .time($0) }
            if wish.target == nil { form.complain("to", ConsoleMoment.advice) }
        case "freeze": wish.isFrozen = true
        case "run": wish.isFrozen = false
        case "pace":
            wish.rate = Double(form.text("rate"))
            wish.isFrozen = false
            if wish.rate == nil { form.complain("rate", "Give a number such as 1, 60 or 0.5.") }
        default: form.complain("to", "Say what the clock shall do.")
        }
        // Much may happen on the way.
        return call.site.later(call) { [form, wish] () throws(PageRefusal) in
            var form = form
            guard !form.isWrong else { return try clockPage(call, form, status: 400) }
            do throws(ClockRefusal) {
                let progress = try world.steer(wish)
                if wish.target != nil { memory.keep(progress, of: world.name) }
            } catch {
                let field = if case .rate = error { "rate" } else { "to" }
                form.complain(field, error.sentence(about: world.name) + ".")
                return try clockPage(call, form, status: 409)
            }
            return try call.lead(to: .clock, "", .clockChanged)
        }
    }
}
