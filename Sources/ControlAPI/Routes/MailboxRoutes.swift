import AccountModel
import AccountStore
import HTTP
import Pages
import World

/// What the vendor would have mailed: list, search, wait, delete.
enum MailboxRoutes {
    private static let path = "/worlds/{world}/mailbox"

    static let rows = [
        ControlRoute("GET", path, "what was mailed there, the newest first", list),
        ControlRoute("GET", path + "/wait", "the next mail, as soon as it comes", wait),
        ControlRoute("GET", path + "/{mail}", "one mail", show),
        ControlRoute("DELETE", path + "/{mail}", "deletes one mail", delete),
        ControlRoute("DELETE", path, "deletes every mail", clear),
    ]

    /// How many mails a page has where nobody says otherwise.
    private static let pageDefault = 100

    /// How long somebody waits where nobody says otherwise, and at most, in seconds.
    private static let waitDefault: Int64 = 30
    private static let waitMax: Int64 = 600

    private static func list(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let world = try call.world()
        let query = try call.query(known: filterNames + ["limit", "offset"])
        let filter = try filter(query, call, world)
        let limit = try query.integer("limit", in: 1...AccountStore.mailsMax) ?? pageDefault
        let offset = try query.integer("offset", in: 0...1_000_000) ?? 0
        let server = server(of: world, call)
        return .later {
            call.answering { () throws(ControlRefusal) in
                let page = try call.storing { () throws(StoreError) in
                    try world.mailbox.mails(filter, offset: offset, countMax: limit)
                }
                return .json(200) { writer in
                    writer.member("world", world.name)
                    writer.member("total", page.total)
                    writer.beginArray("mails")
                    for mail in page.mails {
                        writer.beginObject()
                        writer.members(server.addressed(mail))
                        writer.endObject()
                    }
                    writer.endArray()
                }
            }
        }
    }

    private static func wait(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let world = try call.world()
        let query = try call.query(known: filterNames + ["timeout"])
        let filter = try filter(query, call, world)
        let timeout = try timeout(query)
        let server = server(of: world, call)
        let (worlds, name, alarm) = (call.worlds, world.name, call.parts.alarm)
        return .whenever { responder in
            let wait = MailWait.begin(
                filter,
                in: { (try? worlds.world(named: name)) ?? nil },
                timeout: .seconds(timeout),
                alarm: alarm
            ) { outcome in
                responder.respond(answer(outcome, server, name, timeout))
            }
            responder.onGone { wait.cancel() }
        }
    }

    private static func answer(
        _ outcome: MailWaitOutcome,
        _ server: Destinations,
        _ world: String,
        _ timeout: Int64
    ) -> Response {
        switch outcome {
        case .mail(let mail): .json(200) { $0.members(server.addressed(mail)) }
        case .timeout:
            ControlAPI.refusal(
                404,
                "no such mail came to the mailbox of world \(world) within \(timeout)s; "
                    + "GET /worlds/\(world)/mailbox lists what there is"
            )
        case .gone: ControlAPI.refusal(404, "the world \(world) was deleted meanwhile")
        case .failed(let error): ControlAPI.refusal(503, "world \(world): \(error)")
        }
    }

    private static func show(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        _ = try call.query(known: [])
        let world = try call.world()
        let id = call.parameters[1]
        let mail = try call.storing { () throws(StoreError) in try world.mailbox.mail(id: id) }
        guard let mail else { throw noMail(id, world) }
        let server = server(of: world, call)
        return .now(.json(200) { $0.members(server.addressed(mail)) })
    }

    private static func delete(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        _ = try call.query(known: [])
        let world = try call.world()
        let id = call.parameters[1]
        guard try call.storing({ () throws(StoreError) in try world.mailbox.delete(id: id) })
        else { throw noMail(id, world) }
        return .now(Response(status: 204))
    }

    private static func clear(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        _ = try call.query(known: [])
        let world = try call.world()
        let count = try call.storing { () throws(StoreError) in try world.mailbox.clear() }
        return .now(.json(200) { $0.member("deleted", count) })
    }

    private static func noMail(_ id: String, _ world: World) -> ControlRefusal {
        ControlRefusal(
            404,
            "there is no mail \(id) in the mailbox of world \(world.name); "
                + "GET /worlds/\(world.name)/mailbox lists what there is"
        )
    }

    /// Where links in mails lead: how the one who asks reaches the world.
    private struct Destinations: Sendable {
        let api: String
        let pages: String

        func addressed(_ mail: Mail) -> Mail { mail.addressed(to: api, pages: pages) }
    }

    private static func server(of world: World, _ call: ControlCall) -> Destinations {
        let authority = call.request.authority
        return Destinations(
            api: call.parts.ports.addresses(ofWorld: world.name, askedAs: authority)
                .first?.addresses.api ?? "https://localhost:8443",
            pages: call.parts.pages?.parts.control(authority) ?? "http://localhost:8440"
        )
    }
}

// MARK: - Queries

extension MailboxRoutes {
    private static let filterNames = ["to", "kind", "user", "about", "since", "after", "search"]

    private static func filter(
        _ query: ControlQuery,
        _ call: ControlCall,
        _ world: World
    ) throws(ControlRefusal) -> MailFilter {
        var filter = MailFilter()
        filter.to = query.text("to")
        filter.kind = try query.choice("kind", of: MailKind.self)
        filter.userID = query.text("user")
        filter.about = query.text("about")
        filter.text = query.text("search")
        if let text = query.text("since") {
            guard let moment = Timestamp.parse(iso8601: text) else {
                throw ControlRefusal(
                    400,
                    "?since is \"\(text)\"; give a time of the world such as 2027-01-01T00:00:00Z"
                )
            }
            filter.since = moment
        }
        guard let after = query.text("after") else { return filter }
        if let number = Int64(after) {
            filter.after = number
        } else {
            let mail = try call.storing { () throws(StoreError) in
                try world.mailbox.mail(id: after)
            }
            guard let mail else { throw noMail(after, world) }
            filter.after = mail.number
        }
        return filter
    }

    private static func timeout(_ query: ControlQuery) throws(ControlRefusal) -> Int64 {
        guard let text = query.text("timeout") else { return waitDefault }
        let plain = text.utf8.allSatisfy { (0x30...0x39).contains($0) } ? text + "s" : text
        guard let span = ClockSpan.parse(plain), span.months == 0,
            (0...waitMax).contains(span.seconds)
        else {
            throw ControlRefusal(
                400,
                "?timeout is \"\(text)\"; give a duration from 0s to \(waitMax)s, such as 10s"
            )
        }
        return span.seconds
    }
}

// MARK: - Answers

extension JSONWriter {
    fileprivate mutating func members(_ mail: Mail) {
        member("id", mail.id)
        member("number", Int(clamping: mail.number))
        member("created_at", mail.createdAt.iso8601)
        member("kind", mail.kind.rawValue)
        member("to", mail.to)
        member("user_id", mail.userID)
        member("about", mail.about)
        member("subject", mail.subject)
        member("body", mail.body)
        texts("links", mail.links)
        texts("codes", mail.codes)
    }

    private mutating func texts(_ name: StaticString, _ texts: [String]) {
        beginArray(name)
        for text in texts { value(text) }
        endArray()
    }
}
