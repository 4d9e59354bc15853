import AccountModel
import HTTP
import Synchronization
import Testing
import World

@testable import ControlAPI

@Suite("Journal on the control listener: JournalRoutes, VerifyRoutes, ExplainRoutes")
struct JournalRoutesTests {
    private let control: ControlFixture
    private let journal: Journal

    init() throws {
        control = try ControlFixture()
        journal = try #require(control.worlds.journal(of: "default"))
    }

    private static let connection = ConnectionFacts(
        id: 77,
        loop: 0,
        listener: "api",
        remoteAddress: "127.0.0.1:1",
        world: "default",
        tlsVersion: "TLSv1.3"
    )

    private func add(_ id: String, _ method: String = "GET", status: Int = 200) {
        var exchange = JournalEntry.Exchange(
            requestID: id,
            connection: Self.connection,
            method: method,
            path: "/account/api/v1/user/me",
            status: status
        )
        exchange.fields = ["x-api-key": "SERVICE_USER_TOKEN"]
        journal.append(
            exchange,
            worldTime: control.worlds.time(in: "default"),
            systemNanoseconds: 1_760_918_400_000_000_000
        )
    }

    private func tree(_ method: String, _ target: String, _ body: String = "") throws -> JSONTree {
        try JSONTree.parse(control.answer(method, target, body).body)
    }

    @Test("shows entries page by page, in either order")
    func pages() throws {
        for number in 1...5 { add("r-\(number)") }
        let oldest = control.answer("GET", "/worlds/default/journal?limit=2&method=get").bodyText
        #expect(oldest.contains("\"request_id\":\"r-1\""))
        #expect(oldest.contains("\"next\":\"/worlds/default/journal?limit=2&method=get&after=2\""))
        #expect(!oldest.contains("r-3") && !oldest.contains("SERVICE_USER_TOKEN"))
        let newest = control.answer(
            "GET",
            "/worlds/default/journal?before=5&limit=2&order=newest"
        ).bodyText
        #expect(newest.contains("r-4") && newest.contains("r-3"))
        #expect(newest.contains("?limit=2&order=newest&before=3\""))
        let all = control.answer("GET", "/worlds/default/journal?limit=5").bodyText
        #expect(all.contains("\"kept\":5,\"dropped\":0,\"last_sequence\":5"))
        #expect(all.hasSuffix("\"next\":null}"))
    }

    @Test("forgets, and says nothing")
    func clears() {
        add("r-1")
        #expect(control.answer("DELETE", "/worlds/default/journal").status == 204)
        #expect(journal.extent.entryCount == 0)
    }

    @Test(
        "names what is wrong with a query or a world",
        arguments: [
            ("/worlds/default/journal?colour=red", 400, "?colour is no parameter"),
            ("/worlds/default/journal?status=abc", 400, "?status must be a status"),
            ("/worlds/default/journal?limit=1001", 400, "at most 1000"),
            ("/worlds/none/journal", 404, "POST /worlds"),
            ("/worlds/none/report", 404, "POST /worlds"),
            ("/worlds/default/report?format=pdf", 400, "junit, json, markdown"),
            ("/worlds/default/journal/wait?timeout=x", 400, "?timeout must be a duration"),
            ("/worlds/default/journal/wait?timeout=1h", 400, "from 1s to 600s"),
            ("/worlds/default/journal/wait?count=0", 400, "?count must be a whole number"),
            ("/worlds/default/journal/wait?order=newest", 400, "?order is no parameter"),
            ("/explain/r-9", 404, "no world's journal has a request or connection r-9"),
            ("/worlds/default/explain/r-9", 404, "world default has no request"),
        ]
    )
    func complaints(target: String, status: Int, part: String) {
        let answer = control.answer("GET", target)
        #expect(answer.status == status)
        #expect(answer.bodyText.contains(part), "\(answer.bodyText)")
    }

    @Test("explains a request in any world and in one, for programs and for people")
    func explains() {
        add("r-1", status: 403)
        for target in ["/explain/r-1", "/worlds/default/explain/r-1"] {
            let json = control.answer("GET", target)
            #expect(json.bodyText.hasPrefix(#"{"world":"default","explanation":{"summary":"GET "#))
            let text = control.answer("GET", target + "?format=text")
            #expect(text.fields.first("content-type") == "text/plain; charset=utf-8")
            #expect(text.bodyText.contains("was refused and answered 403.\n"))
        }
    }

    @Test("compares with expectations, and names the place of a mistake")
    func verifies() {
        add("r-1")
        let path = "/worlds/default/verify"
        let passed = control.answer(
            "POST",
            path,
            #"[{"request": {"method": "GET"}, "exactly": 1}]"#
        )
        #expect(passed.status == 200)
        #expect(passed.bodyText.hasPrefix(#"{"passed":true,"expectations":1,"failures":[]"#))
        let failed = control.answer("POST", path, #"[{"request": {"method": "PUT"}}]"#)
        #expect(failed.status == 200)
        #expect(failed.bodyText.hasPrefix(#"{"passed":false"#))
        let wrong = control.answer("POST", path, #"[{"request": {"verb": "PUT"}}]"#)
        #expect(wrong.status == 400)
        #expect(wrong.bodyText.contains("$[0].request.verb unknown key"))
    }

    @Test("exports an archive and a report")
    func exports() {
        add("r-1")
        add("r-2", "PUT")
        let archive = control.answer("GET", "/worlds/default/journal.har?method=PUT")
        #expect(archive.bodyText.contains("\"_requestId\":\"r-2\""))
        #expect(!archive.bodyText.contains("r-1"))
        #expect(archive.fields.first("content-disposition")?.contains("default.har") == true)
        let report = control.answer("GET", "/worlds/default/report?format=junit")
        #expect(report.fields.first("content-type") == "application/xml")
        #expect(report.bodyText.contains("<failure type=\"user-agent\""))
    }

    @Test("a journal stays when its world is made new")
    func stays() {
        add("r-1")
        #expect(control.answer("POST", "/worlds", #"{"name":"t1"}"#).status == 201)
        #expect(control.worlds.journal(of: "t1") !== journal)
        #expect(control.answer("POST", "/worlds/default/reset").status < 300)
        #expect(journal.extent.entryCount == 1)
        #expect(control.worlds.journal(of: "default") === journal)
        #expect(control.worlds.time(in: "none") == control.worlds.time(in: "default"))
    }
}

// MARK: - Waiting

extension JournalRoutesTests {
    /// An alarm that a test rings.
    private final class Bell: Sendable {
        private let rings = Mutex<[@Sendable () -> Void]>([])

        var alarm: Alarm {
            // What it rings sets it again: the bell must not keep itself.
            Alarm { [weak self] _, ring in self?.rings.withLock { $0.append(ring) } }
        }

        func ring() {
            for ring in rings.withLock({ rings in
                defer { rings = [] }
                return rings
            }) { ring() }
        }
    }

    private func reply(_ target: String, _ bell: Bell, _ fields: Fields = [:]) -> Reply {
        var parts = ControlAPI.Parts(
            trust: TrustMaterial(pem: [], der: []),
            readiness: control.readiness,
            worlds: control.worlds,
            ports: control.ports
        )
        parts.alarm = bell.alarm
        let context = RequestContext(requestID: "c", connection: Self.connection)
        let request = Request(method: "GET", target: target, fields: fields)
        return ControlAPI(parts).reply(to: request, in: context)
    }

    private func begin(_ reply: Reply) -> (responder: Responder, answers: Answers)? {
        guard case .whenever(let wait) = reply else { return nil }
        let answers = Answers()
        let responder = Responder { answers.take($0) }
        wait(responder)
        return (responder, answers)
    }

    private final class Answers: Sendable {
        private let list = Mutex<[Response]>([])

        var all: [Response] { list.withLock { $0 } }

        func take(_ response: Response) { list.withLock { $0.append(response) } }
    }

    @Test("answers when so many entries match")
    func waits() throws {
        let bell = Bell()
        add("r-1")
        let target = "/worlds/default/journal/wait?count=2&status=2xx&timeout=5s"
        let waiting = try #require(begin(reply(target, bell)))
        add("r-2", status: 403)
        #expect(waiting.answers.all.isEmpty)
        add("r-3")
        bell.ring()
        let answers = waiting.answers.all
        #expect(answers.map(\.status) == [200])
        #expect(answers.first?.bodyText.hasPrefix(#"{"world":"default","matched":2"#) == true)
        #expect(journal.observerCount == 0)
    }

    @Test("says what came when the time is over")
    func timesOut() throws {
        let bell = Bell()
        let waiting = try #require(begin(reply("/worlds/default/journal/wait?count=2", bell)))
        add("r-1")
        bell.ring()
        let answers = waiting.answers.all
        #expect(answers.map(\.status) == [404])
        #expect(
            answers.first?.bodyText.contains("1 of 2 entries that match came within 30s") == true
        )
        #expect(answers.first?.bodyText.contains("\"request_id\":\"r-1\"") == true)
    }

    @Test("waits no longer in a world that is deleted, and its streams end")
    func deleted() throws {
        let bell = Bell()
        #expect(control.answer("POST", "/worlds", #"{"name":"t1"}"#).status == 201)
        let waiting = try #require(begin(reply("/worlds/t1/journal/wait?count=2", bell)))
        guard case .stream(_, let start) = reply("/worlds/t1/journal/stream", bell) else {
            Issue.record("no stream")
            return
        }
        let writer = StreamWriter(unsentBytesMax: 1 << 20) {}
        let isClosed = Mutex(false)
        start(writer)
        writer.onClose { isClosed.withLock { $0 = true } }
        #expect(control.answer("DELETE", "/worlds/t1").status == 204)
        #expect(waiting.answers.all.map(\.status) == [404])
        let text = waiting.answers.all.first?.bodyText
        #expect(text?.contains("0 of 2 entries that match came before the world t1") == true)
        let wasClosed = isClosed.withLock { $0 }
        #expect(wasClosed)
    }

    @Test("waits no longer for a client that has gone")
    func gone() throws {
        let bell = Bell()
        let waiting = try #require(begin(reply("/worlds/default/journal/wait", bell)))
        waiting.responder.noteGone()
        #expect(journal.observerCount == 0)
    }

    @Test("streams entries as events, from the one after Last-Event-ID on, until the client goes")
    func streams() throws {
        let bell = Bell()
        for number in 1...3 { add("r-\(number)") }
        let reply = reply("/worlds/default/journal/stream", bell, ["last-event-id": "2"])
        guard case .stream(let head, let start) = reply else {
            Issue.record("no stream")
            return
        }
        #expect(head.fields.first("content-type") == "text/event-stream")
        let writer = StreamWriter(unsentBytesMax: 1 << 20) {}
        start(writer)
        add("r-4")
        let text = String(decoding: writer.take().bytes, as: UTF8.self)
        let events = text.split(separator: "\n\n")
        #expect(events.count == 2)
        #expect(events.first?.hasPrefix("id: 3\nevent: request\ndata: {\"sequence\":3,") == true)
        #expect(events.last?.contains("\"request_id\":\"r-4\"") == true)
        bell.ring()
        #expect(writer.take().bytes == Array(": \n\n".utf8))
        writer.close()
        #expect(journal.observerCount == 0)
        bell.ring()
        bell.ring()
    }

    @Test("a stream says how many entries it could not send")
    func lost() throws {
        let control = try ControlFixture { $0.journalLimits = JournalLimits(entryCountMax: 1) }
        let routes = try JournalRoutesTests(control)
        for number in 1...3 { routes.add("r-\(number)") }
        let bell = Bell()
        let reply = routes.reply("/worlds/default/journal/stream?after=1", bell)
        guard case .stream(_, let start) = reply else {
            Issue.record("no stream")
            return
        }
        let writer = StreamWriter(unsentBytesMax: 1 << 20) {}
        start(writer)
        let text = String(decoding: writer.take().bytes, as: UTF8.self)
        #expect(text.hasPrefix(": 1 entries were dropped meanwhile\n\nid: 3\n"))
        // As the transport does: until then the writer and who follows keep each other.
        writer.close()
    }

    private init(_ control: ControlFixture) throws {
        self.control = control
        journal = try #require(control.worlds.journal(of: "default"))
    }
}
