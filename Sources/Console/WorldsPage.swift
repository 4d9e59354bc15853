internal import AccountModel
internal import HTTP
internal import Pages
internal import World

// The worlds of the process: make, switch to, reset, delete.
extension ConsolePages {
    var worldPages: [PageRoute] {
        [
            PageRoute("GET", Self.base + "/worlds", worlds),
            PageRoute("POST", Self.base + "/worlds", makeWorld),
            PageRoute("POST", Self.base + "/worlds/ports", openPorts),
            PageRoute("POST", Self.base + "/worlds/{other}/reset", resetWorld),
            PageRoute("POST", Self.base + "/worlds/{other}/delete", deleteWorld),
        ]
    }

    /// The most worlds that the page lists.
    private static let worldsMax = 200

    private func worlds(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let snapshot = call.query("snapshot")
        let form = ConsoleForm([
            "beginning": snapshot.isEmpty ? "seed" : "snapshot", "origin": world.name,
            "snapshot": snapshot, "expiry": "",
        ])
        return call.site.later(call) { () throws(PageRefusal) in try worldsPage(call, form) }
    }

    private func worldsPage(
        _ call: PageCall,
        _ form: ConsoleForm,
        status: Int = 200
    ) throws(PageRefusal) -> Response {
        let world = try call.world()
        let slots = call.site.parts.worlds.slots
        var values = form.values
        values["worlds"] = .list(
            slots.prefix(Self.worldsMax).map { slot in
                let isMain = slot.name == WorldName.main
                return [
                    "name": .text(slot.name),
                    "path": .text(ConsoleTab.home.path(inWorldNamed: slot.name)),
                    "state": .text(slot.isDormant ? "dormant" : "open"),
                    "lastUsed": .text(isMain ? "" : slot.lastUsed.iso8601),
                    "isMain": .flag(isMain),
                    "isCurrent": .flag(slot.name == world.name),
                ]
            }
        )
        values["count"] = .text("\(slots.count)")
        values["beginnings"] = ConsoleChoice.values(
            [
                ("seed", "the seed: users and tokens of the tutorial"),
                ("fork", "a world as it is now (fork)"),
                ("snapshot", "a snapshot of a world"),
            ],
            chosen: form.text("beginning")
        )
        values["origins"] = ConsoleChoice.values(
            slots.prefix(Self.worldsMax).map { ($0.name, $0.name) },
            chosen: form.text("origin")
        )
        values["expiries"] = ConsoleChoice.values(
            [("", "never"), ("3600", "after an hour"), ("86400", "after a day")],
            chosen: form.text("expiry")
        )
        let names = (try? call.site.parts.worlds.snapshots(of: form.text("origin"))) ?? []
        values["snapshots"] = .list(names.map { ["name": .text($0.name)] })
        values["isFrozen"] = .flag(form.text("frozen") == "on")
        return try call.show(.worlds, "Worlds", "worlds.html", values, status: status)
    }

    private func makeWorld(_ call: PageCall) throws(PageRefusal) -> Reply {
        _ = try call.world()
        let names = ["name", "beginning", "origin", "snapshot", "clock", "frozen", "expiry"]
        var form = ConsoleForm(try call.form(), names)
        var order = WorldOrder(name: form.text("name").isEmpty ? nil : form.text("name"))
        if let name = order.name, let problem = WorldName.problem(name) {
            form.complain("name", problem)
        }
        switch form.text("beginning") {
        case "fork": order.beginning = .fork(of: form.text("origin"))
        case "snapshot":
            if form.text("snapshot").isEmpty { form.complain("snapshot", "Name the snapshot.") }
            order.beginning = .snapshot(form.text("snapshot"), of: form.text("origin"))
        default: break
        }
        if !form.text("clock").isEmpty {
            order.clockStart.time = ConsoleMoment.parse(form.text("clock"))
            if order.clockStart.time == nil { form.complain("clock", ConsoleMoment.advice) }
        }
        if form.text("frozen") == "on" { order.clockStart.isFrozen = true }
        if !["", "3600", "86400"].contains(form.text("expiry")) {
            form.complain("expiry", "Choose one of these.")
        }
        order.expiresAfterIdleSeconds = Int(form.text("expiry"))
        return call.site.later(call) { [form, order] () throws(PageRefusal) in
            var form = form
            guard !form.isWrong else { return try worldsPage(call, form, status: 400) }
            do throws(WorldsError) {
                let made = try call.site.parts.worlds.make(order)
                let home = ConsoleTab.home.path(inWorldNamed: made.name)
                return .seeOther(home + "?note=\(ConsoleNote.worldMade.rawValue)")
            } catch {
                guard error.kind != .failed else { throw PageRefusal(error) }
                form.complain(error.kind == .exists ? "name" : "beginning", error.description)
                let status = error.kind == .refused || error.kind == .missing ? 400 : 409
                return try worldsPage(call, form, status: status)
            }
        }
    }

    private func openPorts(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        return call.site.later(call) { () throws(PageRefusal) in
            if let problem = surroundings.openPorts(world.name) {
                throw PageRefusal(409, "There are no ports", "\(problem).")
            }
            return try call.lead(to: .home, "", .portsOpened)
        }
    }

    private func resetWorld(_ call: PageCall) throws(PageRefusal) -> Reply {
        let other = call.segment(1)
        return call.site.later(call) { () throws(PageRefusal) in
            try call.arranging { () throws(WorldsError) in
                _ = try call.site.parts.worlds.reset(other)
            }
            return try call.lead(to: .worlds, "", .worldReset)
        }
    }

    private func deleteWorld(_ call: PageCall) throws(PageRefusal) -> Reply {
        let other = call.segment(1)
        return call.site.later(call) { () throws(PageRefusal) in
            try call.arranging { () throws(WorldsError) in
                try call.site.parts.worlds.delete(other)
            }
            // The page may stand in the world that is gone.
            let path = ConsoleTab.worlds.path(inWorldNamed: WorldName.main)
            return .seeOther(path + "?note=\(ConsoleNote.worldDeleted.rawValue)")
        }
    }
}

/// A moment as a person writes it.
enum ConsoleMoment {
    static let advice = "Give a time such as 2027-01-31T12:00:00Z, or a day such as 2027-01-31."

    /// Reads a moment in UTC; a day is its first second.
    static func parse(_ text: String) -> Timestamp? {
        if let moment = Timestamp.parse(iso8601: text) { return moment }
        if let day = CalendarDate.parse(text) { return Timestamp(startOf: day) }
        // What a browser's field for dates and times holds: without zone, perhaps without seconds.
        return Timestamp.parse(iso8601: text + "Z") ?? Timestamp.parse(iso8601: text + ":00Z")
    }
}
