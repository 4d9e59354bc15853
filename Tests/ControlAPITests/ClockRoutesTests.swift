import AccountModel
import HTTP
import TestWorlds
import Testing
import World

@testable import ControlAPI

@Suite("ClockRoutes")
struct ClockRoutesTests {
    private let control: ControlFixture

    init() throws {
        control = try ControlFixture()
    }

    private func put(_ body: String) -> Response {
        control.answer("PUT", "/worlds/default/clock", body)
    }

    private func advance(_ body: String) -> Response {
        control.answer("POST", "/worlds/default/clock/advance", body)
    }

    @Test("shows what time it is, and what happens next")
    func shows() {
        let response = control.answer("GET", "/worlds/default/clock")
        #expect(response.status == 200)
        #expect(
            response.bodyText.hasPrefix(
                #"{"world":"default","now":"2025-10-20T00:00:00Z","frozen":false,"rate":1,"#
                    + #""next_event":{"at":""#
            )
        )
    }

    @Test("sets, stops and paces, and says what happened")
    func changes() {
        let body = #"{"now":"2026-01-01T00:00:00Z","frozen":true,"rate":60.5}"#
        let response = put(body)
        #expect(response.status == 200)
        #expect(
            response.bodyText.hasPrefix(
                #"{"world":"default","now":"2026-01-01T00:00:00Z","frozen":true,"rate":60.5,"#
                    + #""from":"2025-10-20T00:00:00Z","events":["#
            )
        )
        #expect(control.worlds.main.clock.now.iso8601 == "2026-01-01T00:00:00Z")
        #expect(put(#"{"frozen":false,"rate":1}"#).bodyText.contains(#""frozen":false,"rate":1,"#))
        control.clock.advance(5)
        #expect(control.worlds.main.clock.now.iso8601 == "2026-01-01T00:00:05Z")
    }

    @Test(
        "moves on by a duration, to a time and to the next event",
        arguments: [
            #"{"by":"30d"}"#: "2025-11-19T00:00:00Z", #"{"by":"PT36H"}"#: "2025-10-21T12:00:00Z",
            #"{"to":"2027-01-01T00:00:00Z"}"#: "2027-01-01T00:00:00Z",
            #"{"to":"next-event","kind":"account_service_ended"}"#: "2030-05-07T00:00:00Z",
            #"{"kind":["account_service_ended","account_service_began"]}"#: "2030-05-07T00:00:00Z",
        ]
    )
    func advances(body: String, now: String) {
        let response = advance(body)
        #expect(response.status == 200, "\(response.bodyText)")
        #expect(response.bodyText.contains(#""now":"\#(now)""#))
        #expect(response.bodyText.contains(#""event_count":"#))
    }

    @Test("tells what happened in fields and in a sentence")
    func events() {
        let response = advance(#"{"to":"next-event","kind":"account_service_ended"}"#)
        let event =
            #"{"at":"2030-05-07T00:00:00Z","kind":"account_service_ended","#
            + #""id":"4b13f12d-c8b2-4c49-a21f-9b399364f2ce","name":"Example account","#
            + #""end_date":"2030-05-06T23:59:59Z","#
            + #""text":"the service period of account Example account "#
            + #"(4b13f12d-c8b2-4c49-a21f-9b399364f2ce) ended"}"#
        #expect(response.bodyText.contains(event), "\(response.bodyText)")
    }

    @Test("lists what is to come, until a time, after a duration, of a kind")
    func coming() {
        let path = "/worlds/default/clock/events"
        let all = control.answer("GET", path)
        #expect(all.status == 200)
        #expect(all.bodyText.contains("account_service_ended"))
        #expect(all.bodyText.hasSuffix(#""has_more":false}"#))
        for until in ["2025-10-21T00:00:00Z", "1d"] {
            let none = control.answer("GET", path + "?until=\(until)&kind=account_service_ended")
            #expect(none.bodyText.contains(#""until":"2025-10-21T00:00:00Z","events":[]"#))
        }
    }

    struct Mistake: CustomTestStringConvertible {
        let testDescription: String
        let method: String
        let path: String
        var status = 400
        let message: String

        init(_ call: String, _ body: String, _ message: String, status: Int = 400) {
            let parts = call.split(separator: " ")
            (method, path) = (
                String(parts[0]), "/worlds/default/clock" + parts.dropFirst().joined()
            )
            (testDescription, self.message, self.status) = (body, message, status)
        }
    }

    static let mistakes = [
        Mistake("PUT", "{}", "$ names nothing to change"),
        Mistake("PUT", #"{"time":1}"#, "$.time unknown key"),
        Mistake("PUT", #"{"rate":"fast"}"#, "$.rate must be a number"),
        Mistake("PUT", #"{"rate":0}"#, "$.rate must be a number"),
        Mistake("PUT", #"{"now":"tomorrow"}"#, "$.now is \"tomorrow\"; give a time such as"),
        Mistake("PUT", #"{"now":"2025-10-19T00:00:00Z"}"#, "only moves forward", status: 409),
        Mistake("PUT", #"{"now":"2050-01-01T00:00:00Z"}"#, "its CA issues from"),
        Mistake("POST /advance", "{}", "$ must have either"),
        Mistake("POST /advance", #"{"by":"1d","to":"next-event"}"#, "$ must have either"),
        Mistake("POST /advance", #"{"by":"1d","kind":"token_expired"}"#, "$ must have either"),
        Mistake("POST /advance", #"{"by":"soon"}"#, "$.by is \"soon\"; give a duration: 90s"),
        Mistake("POST /advance", #"{"kind":"lunch"}"#, "$.kind \"lunch\" is none of"),
        Mistake("POST /advance", #"{"kind":[]}"#, "$.kind is empty"),
        Mistake(
            "POST /advance",
            #"{"to":"2026-01-01T00:00:00Z","kind":"token_expired"}"#,
            "$ has a kind"
        ),
        Mistake("GET /events?until=soon", "", "?until is \"soon\""),
        Mistake("GET /events?until=1d&till=2d", "", "?till is no parameter"),
    ]

    @Test("says what is wrong and where", arguments: mistakes)
    func refuses(_ row: Mistake) {
        let response = control.answer(row.method, row.path, row.testDescription)
        #expect(response.status == row.status)
        #expect(response.reason?.contains(row.message) == true, "\(response.reason ?? "")")
    }

    @Test("says so when nothing is to come")
    func nothing() {
        #expect(advance(#"{"by":"20y"}"#).status == 200)
        let response = advance(#"{"to":"next-event"}"#)
        #expect(response.status == 409)
        #expect(response.reason?.hasPrefix("nothing is to come in world default") == true)
    }
}
