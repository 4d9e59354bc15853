import AccountModel
import HTTP
import Testing

@testable import World

@Suite("Journal text")
struct JournalTextTests {
    @Test("a request is JSON with everything but secrets")
    func request() throws {
        let fixture = JournalFixture()
        let certificate = JournalFixture.certificate("64AB")
        var exchange = fixture.exchange("POST", certificate: certificate, key: "SERVICE_USER_TOKEN")
        exchange.query = "token=SERVICE_USER_TOKEN"
        exchange.body = Array(#"{"password":"geheim"}"#.utf8)
        exchange.bodyByteCount = 99
        exchange.version = .http2
        exchange.reason = "the key alone decided"
        fixture.add(exchange)
        let entry = try #require(fixture.journal.entries().first)
        let json = JournalText.json(entry)
        for secret in ["SERVICE_USER_TOKEN", "geheim"] { #expect(!text(json).contains(secret)) }
        let tree = try JSONTree.parse(json)
        #expect(tree["kind"] == .text("request"))
        #expect(tree["sequence"] == .integer(1))
        #expect(tree["world_time"] == .text("2025-10-20T00:00:01Z"))
        #expect(tree["system_time"] == .text("2025-10-20T00:00:01.000Z"))
        #expect(tree["connection_id"] == .text("7"))
        #expect(tree["request"]?["version"] == .text("HTTP/2"))
        #expect(tree["request"]?["body_bytes"] == .integer(99))
        #expect(tree["request"]?["body_kept_bytes"] == .integer(21))
        #expect(tree["answer"]?["status"] == .integer(200))
        #expect(tree["principal"]?["user_id"] == .text(JournalFixture.jane))
        #expect(tree["credential"]?["token_id"] == .text(JournalFixture.tokenID))
        #expect(tree["credential"]?["decided_by"] == .text("token"))
        #expect(tree["credential"]?["certificate"]?["serial_number"] == .text("64AB"))
        #expect(tree["presented_certificate"]?["not_after"] == .text("2026-01-28T00:00:00Z"))
        #expect(tree["reason"] == .text("the key alone decided"))
    }

    @Test("a handshake is JSON with the names of alerts")
    func handshake() throws {
        let fixture = JournalFixture()
        var handshake = JournalFixture.handshake(isComplete: false)
        handshake.alertReceived = 48
        handshake.offeredProtocols = ["h2", "http/1.1"]
        handshake.presentedChain = [JournalFixture.certificate("64AB")]
        fixture.add(handshake)
        let entry = try #require(fixture.journal.entries().first)
        let tree = try JSONTree.parse(JournalText.json(entry))
        #expect(tree["kind"] == .text("handshake"))
        #expect(tree["outcome"] == .text("refused"))
        #expect(tree["complete"] == .flag(false))
        #expect(tree["alert_received"]?["name"] == .text("unknown_ca"))
        #expect(tree["alert_sent"] == .null)
        #expect(tree["offered_protocols"]?.elements == [.text("h2"), .text("http/1.1")])
        #expect(tree["presented_chain"]?.elements.first?["serial_number"] == .text("64AB"))
    }

    @Test(
        "system times have milliseconds",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_005_999_999, "1970-01-01T00:00:01.005Z"),
            (999_000_000, "1970-01-01T00:00:00.999Z"),
        ]
    )
    func systemTimes(nanoseconds: Int64, text: String) {
        #expect(JournalText.systemTime(nanoseconds) == text)
    }

    @Test("alerts have the names of RFC 8446 section 6, and unknown ones their number")
    func alerts() {
        #expect(TLSAlertMeaning(number: 45).name == "certificate_expired")
        #expect(TLSAlertMeaning(number: 42).fromClient.contains("does not trust"))
        #expect(TLSAlertMeaning(number: 200).name == "alert 200")
        for number in UInt8.min...UInt8.max {
            #expect(!TLSAlertMeaning(number: number).remedy.isEmpty)
        }
    }
}
