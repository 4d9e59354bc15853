internal import AccountModel
internal import HTTP
internal import Pages
internal import World

// What happened: requests and handshakes, with the reason of each refusal.
extension ConsolePages {
    var journalPages: [PageRoute] {
        [
            PageRoute("GET", Self.base + "/journal", journal),
            PageRoute("GET", Self.base + "/journal/{entry}", journalEntry),
            PageRoute("POST", Self.base + "/journal/clear", clearJournal),
        ]
    }

    /// How many entries a page shows.
    private static let journalPageMax = 50

    /// The filter's parameters that the page has fields for.
    private static let journalFields = [
        "kind", "outcome", "method", "path", "status", "user", "certificate", "reason",
    ]

    private func journal(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        guard let journal = call.site.parts.worlds.journal(of: world.name) else {
            throw PageRefusal(404, "There is no such world", "It was deleted meanwhile.")
        }
        var form = ConsoleForm()
        var items: [(name: String, value: String)] = []
        for name in Self.journalFields {
            let value = call.query(name)
            form.texts[name] = value
            if !value.isEmpty { items.append((name, value)) }
        }
        let before = call.query("before")
        var filter = JournalFilter()
        do throws(JournalProblem) {
            filter = try JournalFilter.read(
                items + (before.isEmpty ? [] : [(name: "before", value: before)])
            )
        } catch {
            form.complain(error.place, "\(error)")
        }
        filter.order = .newest
        // One more than is shown tells whether there are older ones.
        filter.limit = Self.journalPageMax + 1
        return call.site.later(call) { [filter, form, items] () throws(PageRefusal) in
            var values = form.values
            values["kinds"] = ConsoleChoice.values(
                [("", "everything"), ("request", "requests"), ("handshake", "handshakes")],
                chosen: form.text("kind")
            )
            values["outcomes"] = ConsoleChoice.values(
                [("", "any end"), ("ok", "ok"), ("refused", "refused"), ("failed", "failed")],
                chosen: form.text("outcome")
            )
            values["hasFilter"] = .flag(!items.isEmpty)
            let entries = form.isWrong ? nil : filter
            values.merge(Self.entries(of: journal, entries, items, in: world)) { $1 }
            if !before.isEmpty || form.isWrong {
                values["stream"] = nil
                let path = ConsoleTab.journal.path(in: world)
                values["newest"] = .text(ConsoleURL.path(path, items))
            }
            return try call.show(
                .journal,
                "Journal",
                "journal.html",
                values,
                scripts: ["console/journal.js"],
                status: form.isWrong ? 400 : 200
            )
        }
    }

    /// The entries that a filter lets pass, the newest first; nil lets none pass.
    private static func entries(
        of journal: Journal,
        _ filter: JournalFilter?,
        _ items: [(name: String, value: String)],
        in world: World
    ) -> PageValues {
        let extent = journal.extent
        let found = filter.map { journal.entries(matching: $0) } ?? []
        let page = found.prefix(journalPageMax)
        let stream = PageCall.base(of: world) + "/journal/stream"
        var values: PageValues = [
            "entries": .list(page.map { JournalView($0).row }),
            "dropped": .text(extent.droppedCount > 0 ? "\(extent.droppedCount)" : ""),
            "stream": .text(
                ConsoleURL.path(stream, items + [("after", "\(extent.lastSequence)")])
            ),
        ]
        if found.count > page.count, let last = page.last {
            let path = ConsoleTab.journal.path(in: world)
            values["older"] = .text(
                ConsoleURL.path(path, items + [("before", "\(last.sequence)")])
            )
        }
        return values
    }

    private func journalEntry(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let id = call.segment(1)
        let journal = call.site.parts.worlds.journal(of: world.name)
        return call.site.later(call) { () throws(PageRefusal) in
            let entries = journal?.entries() ?? []
            guard let sequence = UInt64(id),
                let entry = entries.first(where: { $0.sequence == sequence })
            else {
                throw PageRefusal(
                    404,
                    "The journal has no entry \(id)",
                    "It was never there, was cleared, or was dropped: a journal keeps the newest "
                        + "entries only.",
                    back: .init("Journal", ConsoleTab.journal.path(in: world))
                )
            }
            let explanation = Explanation(entry, in: entries)
            let view = JournalView(entry)
            var values = view.details
            values["summary"] = .text(explanation.summary)
            values["sentences"] = .list(explanation.sentences.map { ["text": .text($0)] })
            values["remedy"] = .text(explanation.remedy ?? "")
            if let handshake = explanation.handshake {
                values.merge(JournalView(handshake).handshakeValues) { $1 }
                values["handshakeSequence"] = .text("\(handshake.sequence)")
            }
            if values["hasHandshake"] != nil {
                let template = PageFiles.templates["console/handshake.html"]
                values["handshake"] = .html(template?.render(values) ?? "")
            }
            let reference = entry.exchange?.requestID ?? "\(entry.connectionID)"
            values["explain"] = .text(
                "\(PageCall.base(of: world))/explain/\(ConsoleURL.encoded(reference))?format=text"
            )
            let others = entries.filter {
                $0.connectionID == entry.connectionID && $0.sequence != entry.sequence
            }
            values["others"] = .list(others.prefix(20).map { JournalView($0).row })
            return try call.show(.journal, "Entry \(entry.sequence)", "journal-entry.html", values)
        }
    }

    private func clearJournal(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        return call.site.later(call) { () throws(PageRefusal) in
            call.site.parts.worlds.journal(of: world.name)?.clear()
            return try call.lead(to: .journal, "", .journalCleared)
        }
    }
}
