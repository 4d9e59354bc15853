import HTTP
import World

/// The journal of a world: what happened, what a client did well and badly, and to forget it.
enum JournalRoutes {
    private static let path = "/worlds/{world}/journal"

    static let rows = [
        ControlRoute("GET", path, "what happened there: handshakes and requests", list),
        ControlRoute("DELETE", path, "forgets what happened", clear),
        ControlRoute("GET", path + "/wait", "answers when so many entries match", wait),
        ControlRoute("GET", path + "/stream", "entries as they come: server-sent events", stream),
        ControlRoute("GET", "/worlds/{world}/journal.har", "the requests as HTTP Archive", archive),
        ControlRoute("GET", "/worlds/{world}/report", "what the client did well and badly", report),
    ]

    /// How many entries a page has where nobody says otherwise, and at most.
    private static let pageDefault = 100
    private static let pageMax = 1000

    private static func list(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let journal = try call.journal()
        var filter = try call.journalFilter()
        let limit = filter.limit ?? pageDefault
        guard limit <= pageMax else {
            throw ControlRefusal(400, "?limit is \(limit); a page has at most \(pageMax) entries")
        }
        // One more than is shown tells whether there is a next page.
        filter.limit = limit + 1
        return .later { [filter] in
            let extent = journal.extent
            let found = journal.entries(matching: filter)
            let page = found.prefix(limit)
            return .json(200) { writer in
                writer.member("world", call.worldName)
                writer.member("kept", extent.entryCount)
                writer.member("dropped", extent.droppedCount)
                writer.member("last_sequence", Int(clamping: extent.lastSequence))
                writer.beginArray("entries")
                for entry in page { JournalText.write(entry, to: &writer) }
                writer.endArray()
                let hasMore = found.count > limit
                writer.member(
                    "next",
                    hasMore ? page.last.map { next($0, filter.order, call.request) } : nil
                )
            }
        }
    }

    /// The page that follows: the same query from another entry on.
    private static func next(
        _ last: JournalEntry,
        _ order: JournalFilter.Order,
        _ request: Request
    ) -> String {
        let name = order == .oldest ? "after" : "before"
        let rest = (request.query ?? "").split(separator: "&").filter { pair in
            !pair.hasPrefix(name + "=")
        }
        let items = rest.map(String.init) + ["\(name)=\(last.sequence)"]
        return request.path + "?" + items.joined(separator: "&")
    }

    private static func clear(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let journal = try call.journal()
        _ = try call.query(known: [])
        return .later {
            journal.clear()
            return Response(status: 204)
        }
    }

    private static func archive(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let journal = try call.journal()
        let filter = try call.journalFilter()
        let version = call.parts.programVersion
        return .later {
            // Handshakes pass in any case: they belong to the requests of their connections.
            let entries = journal.entries()
            let chosen = Set(filter.apply(to: entries).map(\.sequence))
            let shown = entries.filter { $0.handshake != nil || chosen.contains($0.sequence) }
            return Response(
                status: 200,
                fields: [
                    "content-type": "application/json",
                    "content-disposition": "attachment; filename=\"\(call.worldName).har\"",
                ],
                body: HTTPArchive.json(of: shown, world: call.worldName, programVersion: version)
            )
        }
    }

    private static func report(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let journal = try call.journal()
        let query = try call.query(known: ["format"])
        let format = try query.choice("format", of: ClientReport.Format.self) ?? .json
        return .later {
            let report = ClientReport(
                of: journal.entries(),
                droppedCount: journal.extent.droppedCount
            )
            return Response(
                status: 200,
                fields: ["content-type": format.contentType],
                body: report.written(as: format)
            )
        }
    }
}

extension ControlCall {
    /// The journal of the world that the path names; it does not wake a dormant world.
    ///
    /// - Returns: The journal.
    /// - Throws: ``ControlRefusal`` with 404 and the call that creates the world.
    func journal() throws(ControlRefusal) -> Journal {
        guard let journal = worlds.journal(of: worldName) else { throw noWorld(worldName) }
        return journal
    }

    /// The filter that the query describes.
    ///
    /// - Parameters:
    ///   - names: Which of the filter's parameters there are.
    ///   - others: Parameters beside the filter's.
    /// - Returns: The filter.
    /// - Throws: ``ControlRefusal`` with 400 that names the parameter.
    func journalFilter(
        _ names: [String] = JournalFilter.queryNames,
        beside others: [String] = []
    ) throws(ControlRefusal) -> JournalFilter {
        let query = try query(known: names + others)
        var items: [(name: String, value: String)] = []
        for name in names {
            if let value = query.text(name) { items.append((name, value)) }
        }
        do throws(JournalProblem) {
            return try JournalFilter.read(items)
        } catch {
            throw ControlRefusal(400, "?\(error)")
        }
    }
}
