import AccountModel
import HTTP
import Testing

@testable import World

@Suite("Explanation")
struct ExplanationTests {
    private static let key = "SERVICE_USER_TOKEN"

    @Test("says of what was let in, by what and as whom")
    func letIn() throws {
        let fixture = JournalFixture()
        fixture.add(JournalFixture.handshake())
        fixture.add(key: Self.key)
        let explanation = try #require(Explanation.find("r-1", in: fixture.journal))
        #expect(explanation.summary == "GET /account/api/v1/user/me was let in and answered 200.")
        let text = explanation.text
        #expect(text.contains("which is token \(JournalFixture.tokenID) of user"))
        #expect(text.contains("It speaks for Jane Doe: the key decided."))
        #expect(!text.contains(Self.key))
        #expect(explanation.remedy == nil)
        #expect(explanation.handshake?.sequence == 1)
    }

    @Test("says since when a certificate is refused, and who made it so")
    func disabled() throws {
        let fixture = JournalFixture()
        let certificate = JournalFixture.certificate("64AB")
        fixture.add(certificate: certificate)
        change(fixture, "PUT", "/id-64AB/enable")
        for _ in 0..<2 {
            var refused = fixture.exchange(status: 403, certificate: certificate)
            refused.reason = "certificate 64AB was disabled at 00:00:02 by Ada Admin"
            refused.credential = UsedCredential(certificate: JournalFixture.known(certificate))
            fixture.add(refused)
        }
        let explanation = try #require(Explanation.find("r-4", in: fixture.journal))
        let text = explanation.text
        #expect(explanation.summary.hasSuffix("was refused and answered 403."))
        #expect(text.contains("It presented certificate 64AB (subject CN=Robot)"))
        #expect(
            text.contains("The reason: certificate 64AB was disabled at 00:00:02 by Ada Admin.")
        )
        #expect(text.contains("last let in at 2025-10-20T00:00:01Z, by request r-1."))
        #expect(
            text.contains("Since then Ada Admin sent PUT \(JournalFixture.issuance)/id-64AB/enable")
        )
        #expect(text.contains("refused since 2025-10-20T00:00:03Z, once before this."))
        #expect(explanation.remedy?.contains("enabled and in its time") == true)
    }

    private func change(_ fixture: JournalFixture, _ method: String, _ path: String) {
        var change = fixture.exchange(
            method,
            JournalFixture.issuance + path,
            key: "ADMIN_API_TOKEN"
        )
        change.principal = "Ada Admin"
        fixture.add(change)
    }

    @Test("names every change since, or the latest of many: one of them made it so")
    func changes() throws {
        let fixture = JournalFixture()
        let certificate = JournalFixture.certificate("64AB")
        fixture.add(certificate: certificate)
        for _ in 0..<2 { change(fixture, "PUT", "/id-64AB/enable") }
        change(fixture, "DELETE", "/id-64AB")
        let refused = fixture.exchange(status: 403, certificate: certificate)
        fixture.add(refused)
        let few = try #require(Explanation.find(refused.requestID, in: fixture.journal)).text
        #expect(few.contains("Since then Ada Admin sent PUT"), "\(few)")
        #expect(few.contains("then Ada Admin sent DELETE \(JournalFixture.issuance)/id-64AB at"))
        for _ in 0..<3 { change(fixture, "PUT", "/id-64AB/enable") }
        let again = fixture.exchange(status: 403, certificate: certificate)
        fixture.add(again)
        let many = try #require(Explanation.find(again.requestID, in: fixture.journal)).text
        #expect(many.contains("Since then, after 3 earlier changes, Ada Admin sent PUT"))
        #expect(!many.contains("DELETE"))
    }

    @Test("ends a reason in one full stop, whoever wrote one already")
    func stops() throws {
        let fixture = JournalFixture()
        var refused = fixture.exchange(status: 400)
        refused.reason = "the CSR is no PEM."
        fixture.add(refused)
        let text = try #require(Explanation.find("r-1", in: fixture.journal)).text
        #expect(text.contains("The reason: the CSR is no PEM.\n"), "\(text)")
    }

    @Test("says what is missing where nothing was presented")
    func nothing() throws {
        let fixture = JournalFixture()
        fixture.add(status: 403)
        var empty = fixture.exchange(status: 403)
        empty.connection = JournalFixture.connection(asks: true)
        empty.fields.append("x-api-key", "")
        fixture.add(empty)
        let texts = try ["r-1", "r-2"].map {
            try #require(Explanation.find($0, in: fixture.journal)).text
        }
        #expect(texts[0].contains("there is no x-api-key header"))
        #expect(texts[0].contains("No certificate was asked for on this host."))
        #expect(texts[1].contains("x-api-key has no value"))
        #expect(texts[1].contains("It presented no certificate, although"))
    }

    @Test(
        "every status has its remedy",
        arguments: [
            (400, "read the answer's body"), (403, "a role that allows it"), (404, "docs/api.md"),
            (405, "Allow"), (421, "a new connection"), (429, "wait 7 s"),
            (503, "a pause that grows"),
        ]
    )
    func remedies(status: Int, part: String) throws {
        let fixture = JournalFixture()
        var exchange = fixture.exchange(status: status)
        exchange.principal = "Jane Doe"
        exchange.answerFields.append("retry-after", "7")
        fixture.add(exchange)
        let explanation = try #require(Explanation.find("r-1", in: fixture.journal))
        #expect(explanation.remedy?.contains(part) == true)
    }

    @Test(
        "a handshake is found by its connection, and its alert explained",
        arguments: [
            (48, true, "the client does not trust", "GET /ca.pem"),
            (45, true, "calls it expired", "compare the clock"),
            (40, false, "The server sent the alert handshake_failure (40).", "faults"),
            (nil, false, "Neither side sent an alert", "ran into a limit"),
        ] as [(UInt8?, Bool, String, String)]
    )
    func handshakes(alert: UInt8?, isFromClient: Bool, sentence: String, remedy: String) throws {
        let fixture = JournalFixture()
        var handshake = JournalFixture.handshake(11, isComplete: false)
        if isFromClient { handshake.alertReceived = alert } else { handshake.alertSent = alert }
        handshake.detail = "unexpected eof"
        fixture.add(handshake)
        let explanation = try #require(Explanation.find("11", in: fixture.journal))
        #expect(explanation.summary.hasSuffix("for clientauth.localhost failed."))
        #expect(explanation.text.contains(sentence))
        #expect(explanation.text.contains("unexpected eof"))
        #expect(explanation.remedy?.contains(remedy) == true)
        #expect(Explanation.find("12", in: fixture.journal) == nil)
    }

    @Test("is one JSON object with the entry and its handshake")
    func json() throws {
        let fixture = JournalFixture()
        fixture.add(JournalFixture.handshake())
        fixture.add(status: 403)
        let explanation = try #require(Explanation.find("r-1", in: fixture.journal))
        var writer = JSONWriter()
        explanation.write(to: &writer)
        let tree = try JSONTree.parse(writer.bytes)
        #expect(tree["outcome"] == .text("refused"))
        #expect(tree["entry"]?["request_id"] == .text("r-1"))
        #expect(tree["handshake"]?["complete"] == .flag(true))
        #expect((tree["sentences"]?.elements.count ?? 0) >= 4)
    }
}
