import AccountModel
import AccountStore
import HTTP
import Testing
import World

@testable import Console

@Suite("ClockPage, FaultsPage, MailboxPage, AuditPage and JournalPage")
struct SteeringPagesTests {
    private let fixture: ConsoleFixture

    init() throws {
        fixture = try ConsoleFixture()
    }

    @Test("the clock moves by buttons, and what happened is shown")
    func advance() throws {
        _ = try fixture.makeCertificate()
        let page = fixture.lead("/clock", "do=advance&by=1y").page
        #expect(page.contains("What happened at the last move"))
        #expect(page.contains("entered its last 90 days"))
        #expect(page.contains("a reminder went to"))
        #expect(fixture.main.clock.now.iso8601 == "2026-10-20T00:00:00Z")
        #expect(fixture.lead("/clock", "do=next").page.contains("expired"))
    }

    @Test("the clock is set, stopped, let run and paced")
    func steer() {
        #expect(
            fixture.lead("/clock", "do=set&to=2026-01-31").page.contains("2026-01-31T00:00:00Z")
        )
        #expect(fixture.lead("/clock", "do=freeze").page.contains("stands still"))
        #expect(fixture.lead("/clock", "do=run").page.contains("as fast as the system"))
        #expect(fixture.lead("/clock", "do=pace&rate=60").page.contains("60 times as fast"))
    }

    @Test(
        "what the clock cannot do is refused beside its field, and it goes on as before",
        arguments: [
            ("do=set&to=2001-01-01", 409), ("do=set&to=soon", 400), ("do=set&to=2100-01-01", 409),
            ("do=advance&by=far", 400), ("do=pace&rate=0", 409), ("do=pace&rate=fast", 400),
            ("", 400),
        ]
    )
    func refuses(_ form: String, _ status: Int) {
        let before = fixture.main.clock.now
        let answer = fixture.post("/clock", form)
        #expect(answer.status == status)
        #expect(answer.page.contains(#"aria-invalid="true""#))
        #expect(fixture.main.clock.now == before)
    }

    @Test(
        "a moment is a time, a day, or what a browser's field holds",
        arguments: [
            ("2026-01-31T12:00:00Z", "2026-01-31T12:00:00Z"),
            ("2026-01-31", "2026-01-31T00:00:00Z"),
            ("2026-01-31T12:00", "2026-01-31T12:00:00Z"),
            ("2026-01-31T12:00:01", "2026-01-31T12:00:01Z"),
        ]
    )
    func moments(_ text: String, _ expected: String) {
        #expect(ConsoleMoment.parse(text)?.iso8601 == expected)
        #expect(ConsoleMoment.parse(text + "x") == nil)
    }

    @Test("each usual fault can be added as it stands, switched off and removed")
    func faults() {
        for number in 0..<9 {
            #expect(fixture.post("/faults", "preset=\(number)").status == 303, "\(number)")
        }
        #expect(fixture.main.faults.all.count == 9)
        let id = fixture.main.faults.all[0].rule.id
        #expect(fixture.lead("/faults/\(id)/enable", "enabled=no").page.contains(">off<"))
        #expect(fixture.lead("/faults/\(id)/enable", "enabled=yes").status == 200)
        #expect(fixture.lead("/faults/\(id)/delete").page.contains("The rule is gone"))
        #expect(fixture.post("/faults/\(id)/enable", "enabled=no").status == 404)
        #expect(fixture.lead("/faults/clear").page.contains("No rule is left"))
        #expect(fixture.main.faults.all.isEmpty)
    }

    @Test(
        "a rule that is none is refused with its place, and shown again as text",
        arguments: [
            "preset=99", "rule=%7B", "rule=%7B%22action%22%3A%7B%22explode%22%3A1%7D%7D",
            "rule=%3Cscript%3E",
        ]
    )
    func refusedRules(_ form: String) {
        let answer = fixture.post("/faults", form)
        #expect(answer.status == 400)
        #expect(!answer.page.contains("<script>alert") && answer.page.contains(#"role="alert""#))
        #expect(fixture.main.faults.all.isEmpty)
    }

    @Test("mails are listed, searched, read and deleted")
    func mailbox() throws {
        _ = try fixture.makeCertificate()
        let mail = try #require(try fixture.main.mailbox.mails().mails.first)
        #expect(fixture.get("/mailbox").page.contains(mail.subject.prefix(10)))
        #expect(!fixture.get("/mailbox?search=nonsense").page.contains(mail.id))
        #expect(!fixture.get("/mailbox?to=other%40example.com").page.contains(mail.id))
        #expect(fixture.get("/mailbox/\(mail.id)").page.contains(mail.to))
        #expect(fixture.lead("/mailbox/\(mail.id)/delete").page.contains("The mail is gone"))
        #expect(fixture.get("/mailbox/\(mail.id)").status == 404)
        _ = try fixture.makeCertificate("Other")
        #expect(fixture.lead("/mailbox/clear").page.contains("The mailbox is empty"))
        #expect(try fixture.main.mailbox.mails().total == 0)
    }

    @Test("the audit log is filtered and paged")
    func audit() throws {
        for number in 0..<51 {
            _ = fixture.post("/users/\(ConsoleFixture.user)/tokens", "tokenName=t\(number)")
        }
        let first = fixture.get("/audit?action=CREATE").page
        #expect(first.contains("Those after") && !first.contains("Those before"))
        #expect(fixture.get("/audit?action=CREATE&offset=50").page.contains("Those before"))
        #expect(fixture.get("/audit?user=nobody").page.contains("0 in all"))
        #expect(fixture.get("/audit?offset=x").status == 200)
    }
}

@Suite("Console's journal")
struct ConsoleJournalTests {
    private let fixture: ConsoleFixture
    private let journal: Journal

    init() throws {
        fixture = try ConsoleFixture()
        journal = try #require(fixture.worlds.journal(of: "default"))
        let facts = ConnectionFacts(
            id: 7,
            loop: 0,
            listener: "clientauth",
            remoteAddress: "127.0.0.1:1",
            world: "default"
        )
        var handshake = JournalEntry.Handshake(
            connectionID: 7,
            listener: "clientauth",
            remoteAddress: "127.0.0.1:1",
            localPort: 8444,
            isComplete: true
        )
        handshake.tlsVersion = "TLSv1.3"
        handshake.cipher = "TLS_AES_256_GCM_SHA384"
        handshake.presentedChain = [
            PresentedCertificate(
                sha256: [1],
                subject: "CN=<script>",
                issuer: "CN=CA",
                serialNumber: "AB12",
                notBefore: 0,
                notAfter: 1
            )
        ]
        let now = fixture.main.clock.now
        journal.append(handshake, worldTime: now, systemNanoseconds: 0)
        var exchange = JournalEntry.Exchange(
            requestID: "r-9",
            connection: facts,
            method: "GET",
            path: "/account/<b>",
            status: 403
        )
        exchange.reason = "certificate AB12 is disabled"
        exchange.fields = ["x-api-key": "SERVICE_USER_TOKEN"]
        journal.append(exchange, worldTime: now, systemNanoseconds: 0)
    }

    @Test("entries are listed with the reason, filtered, and never as markup")
    func list() {
        let page = fixture.get("/journal").page
        #expect(page.contains("certificate AB12 is disabled"))
        #expect(page.contains("&lt;b&gt;") && !page.contains("<b>"))
        #expect(page.contains("/worlds/default/journal/stream?after=2"))
        #expect(!fixture.get("/journal?outcome=ok").page.contains("is disabled"))
        #expect(!fixture.get("/journal?kind=request").page.contains("TLS handshake on"))
        #expect(!fixture.get("/journal?before=2").page.contains("is disabled"))
        let bad = fixture.get("/journal?status=9")
        #expect(bad.status == 400 && bad.page.contains(#"role="alert""#))
    }

    @Test("an entry is shown with request, answer, handshake and explanation, secrets masked")
    func entry() {
        let page = fixture.get("/journal/2").page
        for text in [
            "TLS_AES_256_GCM_SHA384", "CN=&lt;script&gt;", "explain/r-9", "HTTP/1.1 403",
            "was refused and answered 403",
        ] {
            #expect(page.contains(text), "\(text)")
        }
        #expect(!page.contains("SERVICE_USER_TOKEN"))
        #expect(fixture.get("/journal/1").page.contains("completed"))
        #expect(fixture.get("/journal/99").status == 404)
        #expect(fixture.get("/journal/x").status == 404)
    }

    @Test("the journal is cleared")
    func clear() {
        #expect(fixture.lead("/journal/clear").page.contains("The journal is empty"))
        #expect(journal.extent.entryCount == 0)
    }
}
