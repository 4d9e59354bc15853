import HTTP
import World

// What tells of a journal's entries as they come. Nothing polls, and no thread waits.

extension JournalRoutes {
    /// How long somebody waits where nobody says otherwise, and at most, in seconds.
    private static let waitSecondsDefault = 30
    private static let waitSecondsMax = 600

    /// How many entries somebody can wait for.
    private static let waitCountMax = 10_000

    /// How often a stream says that it is still there; proxies close what is silent for a minute.
    private static let heartbeat = Duration.seconds(15)

    static func wait(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let journal = try call.journal()
        let filter = try call.journalFilter(
            JournalFilter.streamNames,
            beside: ["count", "timeout"]
        )
        let query = try call.query(known: JournalFilter.streamNames + ["count", "timeout"])
        let count = try query.integer("count", in: 1...waitCountMax) ?? 1
        let seconds = try timeout(query)
        let alarm = call.parts.alarm
        return .whenever { responder in
            let wait = JournalWait.begin(in: journal, for: filter, count: count) { outcome in
                responder.respond(answer(outcome, count, seconds, call.worldName))
            }
            responder.onGone { wait.cancel() }
            // The journal keeps who waits; a wait that has ended is not kept by its alarm.
            alarm.after(.seconds(seconds)) { [weak wait] in wait?.expire() }
        }
    }

    private static func timeout(_ query: ControlQuery) throws(ControlRefusal) -> Int {
        guard let text = query.text("timeout") else { return waitSecondsDefault }
        guard let seconds = WorldDuration.seconds(text), (1...waitSecondsMax).contains(seconds)
        else {
            throw ControlRefusal(
                400,
                "?timeout must be a duration from 1s to \(waitSecondsMax)s, and is \"\(text)\""
            )
        }
        return seconds
    }

    private static func answer(
        _ outcome: JournalWait.Outcome,
        _ count: Int,
        _ seconds: Int,
        _ world: String
    ) -> Response {
        let ending =
            outcome.isWorldGone
            ? "before the world \(world) was deleted"
            : "within \(seconds)s; GET /worlds/\(world)/journal lists what there is"
        // The same as when nothing came to a mailbox in time.
        return .json(outcome.isComplete ? 200 : 404) { writer in
            if !outcome.isComplete {
                writer.beginObject("error")
                writer.member(
                    "message",
                    "\(outcome.entries.count) of \(count) entries that match came \(ending)"
                )
                writer.endObject()
            }
            writer.member("world", world)
            writer.member("matched", outcome.entries.count)
            writer.beginArray("entries")
            for entry in outcome.entries { JournalText.write(entry, to: &writer) }
            writer.endArray()
        }
    }

    static func stream(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let journal = try call.journal()
        var filter = try call.journalFilter(JournalFilter.streamNames)
        if let text = call.request.fields.first("last-event-id"), !text.isEmpty {
            guard let last = UInt64(text) else {
                throw ControlRefusal(
                    400,
                    "Last-Event-ID must be the sequence number of an entry, and is \"\(text)\""
                )
            }
            // A browser that comes back asks for the same query, and for what it missed.
            filter.after = last
        }
        let head = Response(
            status: 200,
            fields: ["content-type": "text/event-stream", "cache-control": "no-store"],
            body: Array(": the journal of world \(call.worldName)\n\n".utf8)
        )
        let alarm = call.parts.alarm
        return .stream(head) { [filter] writer in
            if let lost = lost(filter.after, journal) {
                writer.write(Array(": \(lost) entries were dropped meanwhile\n\n".utf8))
            }
            let follower = JournalFollower.begin(in: journal, for: filter) { entries in
                writer.write(entries.flatMap(event))
            } end: {
                writer.end()
            }
            writer.onClose { follower.stop() }
            beat(writer, alarm)
        }
    }

    /// How many entries after a number the journal has no longer.
    private static func lost(_ after: UInt64?, _ journal: Journal) -> UInt64? {
        guard let after, let first = journal.entries(after: after).first?.sequence,
            first > after + 1
        else { return nil }
        return first - after - 1
    }

    private static func event(_ entry: JournalEntry) -> [UInt8] {
        let kind: JournalFilter.Kind = entry.exchange == nil ? .handshake : .request
        return Array("id: \(entry.sequence)\nevent: \(kind.rawValue)\ndata: ".utf8)
            + JournalText.json(entry) + Array("\n\n".utf8)
    }

    private static func beat(_ writer: StreamWriter, _ alarm: Alarm) {
        alarm.after(heartbeat) { [weak writer] in
            guard let writer, writer.write(Array(": \n\n".utf8)) else { return }
            beat(writer, alarm)
        }
    }
}
