import AccountModel
import HTTP
import PrivateCA
import Testing

@testable import World

@Suite("FaultDecision")
struct FaultDecisionTests {
    private static let answer: Response = {
        var response = Response(
            status: 200,
            fields: ["content-type": "application/json"],
            body: Array(#"{"a":1}"#.utf8)
        )
        response.principal = "Ann"
        return response
    }()

    private static func envelope(_ status: Int, _ reason: String) -> Response {
        Response(status: status, body: Array("envelope".utf8), reason: "envelope")
    }

    /// What one rule, or more, make of an answer.
    private static func applied(_ rules: String...) throws -> Response {
        let rules = try rules.enumerated().map { index, text in
            var rule = try FaultRuleTests.rule(text)
            rule.id = "\(index + 1)"
            return rule
        }
        var counts = rules.map { _ in FaultCount() }
        let decision = try #require(
            FaultPlan.decide(
                at: .arrival,
                by: rules,
                on: FaultPlanTests.facts(),
                counting: &counts
            )
        )
        return decision.applied(to: answer, envelope: envelope)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let action: String
        var status = 200
        var body = #"{"a":1}"#
        var type: String? = "application/json"
        var delay = 0
        var ending = Delivery.Ending.whole
        var testDescription: String { action }
    }

    static let rows: [Row] = [
        Row(action: #"{"delay":"3s"}"#, delay: 3000),
        Row(action: #"{"status":503}"#, status: 503, body: "envelope", type: nil),
        Row(action: #"{"status":204}"#, status: 204, body: "", type: nil),
        Row(
            action: #"{"status":502,"body":"<h1>","content_type":"text/html","delay":"1s"}"#,
            status: 502,
            body: "<h1>",
            type: "text/html",
            delay: 1000
        ),
        Row(
            action: #"{"status":201,"body":{"b":[true,null,1.5,"x"],"a":{}}}"#,
            status: 201,
            body: #"{"a":{},"b":[true,null,1.5,"x"]}"#
        ),
        Row(action: #"{"content_type":"text/html"}"#, type: "text/html"),
        Row(action: #"{"malformed_json":true}"#, body: #"{"a":1,"#),
        Row(action: #"{"empty_body":true}"#, body: ""),
        Row(action: #"{"truncate":3}"#, ending: .truncate(afterBodyBytes: 3)),
        Row(action: #"{"truncate":true}"#, ending: .truncate(afterBodyBytes: 3)),
        Row(
            action: #"{"dribble":{"bytes":2,"every":"10ms"}}"#,
            ending: .dribble(bytes: 2, every: .milliseconds(10))
        ),
        Row(action: #"{"close":true}"#, status: 503, body: "envelope", type: nil, ending: .close),
        Row(action: #"{"reset":true}"#, status: 503, body: "envelope", type: nil, ending: .reset),
        Row(action: #"{"stall":true}"#, status: 503, body: "envelope", type: nil, ending: .stall),
        Row(action: #"{"goaway":true}"#, status: 503, body: "envelope", type: nil, ending: .goAway),
        Row(
            action: #"{"refuse_stream":true}"#,
            status: 503,
            body: "envelope",
            type: nil,
            ending: .refuseStream
        ),
    ]

    @Test("an action changes the answer as it says, and nothing else", arguments: rows)
    func applies(_ row: Row) throws {
        let response = try Self.applied(#"{"name":"it","action":\#(row.action)}"#)
        #expect(response.status == row.status)
        #expect(String(decoding: response.body, as: UTF8.self) == row.body)
        #expect(response.fields.first("content-type") == row.type)
        #expect(response.delivery.delay == .milliseconds(row.delay))
        #expect(response.delivery.ending == row.ending)
        #expect(response.principal == "Ann")
        #expect(response.fields.all("x-mock-fault") == ["1"])
        let reason = try #require(response.reason)
        #expect(reason.contains("fault rule 1 (\"it\") applied: "))
    }

    @Test("a body that is too short to break off is sent whole, which the reason says")
    func tooShort() throws {
        let response = try Self.applied(#"{"action":{"truncate":100}}"#)
        #expect(response.reason?.hasSuffix("bytes, so it is sent whole") == true)
        let cut = try Self.applied(#"{"action":{"truncate":1}}"#)
        #expect(cut.reason?.contains("sent whole") == false)
    }

    @Test("an answer that is lost afterwards was made before")
    func after() throws {
        let response = try Self.applied(#"{"when":"after","action":{"reset":true}}"#)
        #expect(response.status == 200)
        #expect(response.delivery.ending == .reset)
        #expect(response.reason?.hasSuffix("the request was handled") == true)
    }

    @Test("what several rules do together is told once, as it happens")
    func together() throws {
        let slow = #"{"action":{"delay":"50ms"},"continue":true}"#
        let down = try Self.applied(slow, #"{"action":{"status":503}}"#)
        #expect(
            down.reason
                == "fault rule 1 applied, fault rule 2 applied: the answer waits 50ms, the answer "
                + "is 503, the request was not handled"
        )
        let after = #"{"when":"after","action":{"status":500},"continue":true}"#
        let first = try Self.applied(after, #"{"action":{"status":503}}"#)
        #expect(first.status == 500)
        #expect(first.reason?.hasSuffix("the answer is 500, the request was handled") == true)
        #expect(first.fields.all("x-mock-fault") == ["1", "2"])
    }

    @Test("nothing is said to be wrong with a certificate that was not issued")
    func notIssued() throws {
        var action = FaultAction()
        action.issue = Misissuance(flaws: [.wrongKey])
        let decision = FaultDecision(action, title: "it", now: FaultPlanTests.now)
        let refused = decision.applied(to: Response(status: 400), envelope: Self.envelope)
        #expect(refused.reason == nil)
        let made = decision.applied(to: Response(status: 201), envelope: Self.envelope)
        #expect(made.reason == "it: the certificate holds another key than the CSR")
        action.delay = FaultDelay(from: 1)
        let slow = FaultDecision(action, title: "it", now: FaultPlanTests.now)
        let late = slow.applied(to: Response(status: 400), envelope: Self.envelope)
        #expect(late.reason?.hasPrefix("it: no certificate was issued to spoil") == true)
    }

    @Test("Retry-After is seconds, or a date by the world's clock")
    func retryAfter() throws {
        func field(_ member: String) throws -> String? {
            try Self.applied(#"{"action":{"status":429,\#(member)}}"#).fields.first("retry-after")
        }
        #expect(try field(#""retry_after":30"#) == "30")
        #expect(try field(#""retry_after_date":"90s""#) == "Mon, 20 Oct 2025 00:01:30 GMT")
        let date = #""retry_after_date":"2025-12-01T00:00:00Z""#
        #expect(try field(date) == "Mon, 01 Dec 2025 00:00:00 GMT")
    }

    @Test("rules that continue add up: delays are added, the first answer stands")
    func adds() throws {
        let response = try Self.applied(
            #"{"action":{"delay":"1s","fields":{"x-a":"1"}},"continue":true}"#,
            #"{"action":{"delay":"2s","status":503},"continue":true}"#,
            #"{"action":{"status":500,"fields":{"x-a":"2","x-b":"3"}}}"#
        )
        #expect(response.status == 503)
        #expect(response.delivery.delay == .seconds(3))
        #expect(response.fields.first("x-a") == "1")
        #expect(response.fields.first("x-b") == "3")
        #expect(response.fields.all("x-mock-fault") == ["1", "2", "3"])
    }

    @Test("a delay between two ends is drawn anew for each call, and can be repeated")
    func drawsDelays() throws {
        let text = #"{"action":{"delay":{"from":"1s","to":"2s","seed":5}}}"#
        let rule = try FaultRuleTests.rule(text)
        let delays = (1...20).map { number in
            FaultDecision(rule, number: number, now: FaultPlanTests.now)
                .applied(to: Self.answer, envelope: Self.envelope).delivery.delay
        }
        #expect(Set(delays).count > 10)
        #expect(delays.allSatisfy { $0 >= .seconds(1) && $0 <= .seconds(2) })
        let again = FaultDecision(rule, number: 1, now: FaultPlanTests.now)
        #expect(
            again.applied(to: Self.answer, envelope: Self.envelope).delivery.delay == delays[0]
        )
    }
}
