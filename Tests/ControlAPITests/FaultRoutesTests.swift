import HTTP
import Testing
import World

@testable import ControlAPI

@Suite("FaultRoutes")
struct FaultRoutesTests {
    private static let path = "/worlds/default/faults"

    private let control: ControlFixture

    init() throws {
        control = try ControlFixture()
    }

    @Test("adds a rule, shows it, counts it, and removes it")
    func one() throws {
        let body = #"{"name":"slow","match":{"method":"GET"},"action":{"delay":"3s"}}"#
        let made = control.answer("POST", Self.path, body)
        let text =
            #"{"id":"1","name":"slow","match":{"method":"GET"},"when":"after","#
            + #""action":{"delay":"3s"},"matched":0,"applied":0}"#
        #expect(made.status == 201)
        #expect(made.bodyText == text)
        #expect(made.fields.first("location") == Self.path + "/1")
        #expect(control.answer("GET", Self.path + "/1").bodyText == text)
        let faults = control.worlds.main.faults
        _ = faults.before(
            FaultFacts(
                method: "GET",
                path: "/",
                listener: "api",
                remoteAddress: "::1",
                now: control.worlds.main.clock.now
            )
        )
        let list = control.answer("GET", Self.path).bodyText
        #expect(list.hasPrefix(#"{"faults":[{"id":"1""#))
        #expect(list.contains(#""matched":1,"applied":1"#))
        // What was read can be written back; the counts in it are left aside.
        let shown = control.answer("GET", Self.path + "/1").bodyText
        #expect(control.answer("PUT", Self.path + "/1", shown).bodyText == text)
        #expect(control.answer("DELETE", Self.path + "/1").status == 204)
        #expect(control.answer("DELETE", Self.path + "/1").status == 404)
        #expect(control.answer("GET", Self.path).bodyText == #"{"faults":[]}"#)
    }

    @Test("adds a list, or nothing of it")
    func list() throws {
        let rules = #"[{"id":"a","action":"close"},{"action":{"status":503}}]"#
        let made = control.answer("POST", Self.path, rules)
        #expect(made.status == 201)
        #expect(control.worlds.main.faults.all.map(\.rule.id) == ["a", "2"])
        let again = control.answer(
            "POST",
            Self.path,
            #"[{"action":"close"},{"id":"a","action":"close"}]"#
        )
        #expect(again.status == 409)
        #expect(again.reason == "there is a fault rule a already; change it with PUT")
        let wrong = control.answer("POST", Self.path, #"[{"action":"close"},{"action":"x"}]"#)
        #expect(wrong.status == 400)
        #expect(wrong.reason?.hasPrefix("$[1].action \"x\" is none of close, reset") == true)
        #expect(control.worlds.main.faults.all.count == 2)
        #expect(control.answer("DELETE", Self.path).status == 204)
        #expect(control.worlds.main.faults.all.isEmpty)
    }

    @Test("puts a rule under an id of the caller's")
    func put() throws {
        let rule = #"{"action":"reset"}"#
        #expect(control.answer("PUT", Self.path + "/mine", rule).status == 201)
        #expect(control.answer("PUT", Self.path + "/mine", rule).status == 200)
        let other = control.answer("PUT", Self.path + "/mine", #"{"id":"his","action":"reset"}"#)
        #expect(other.status == 400)
        #expect(other.reason?.contains("$.id is \"his\", and the path says mine") == true)
        #expect(control.answer("PUT", Self.path + "/a.b", rule).status == 400)
        #expect(
            control.answer("GET", Self.path + "/none").reason?.contains("no fault rule none")
                == true
        )
    }

    @Test("rules of one world are nobody else's")
    func oneWorld() throws {
        #expect(control.answer("POST", "/worlds", #"{"name":"other"}"#).status == 201)
        #expect(
            control.answer("POST", "/worlds/other/faults", #"{"action":"close"}"#).status == 201
        )
        #expect(control.worlds.main.faults.all.isEmpty)
        #expect(control.answer("POST", "/worlds/none/faults", #"{"action":"close"}"#).status == 404)
        // A reset brings the world back to how it began, without rules.
        #expect(control.answer("POST", "/worlds/other/reset").status == 200)
        #expect(control.answer("GET", "/worlds/other/faults").bodyText == #"{"faults":[]}"#)
    }

    @Test("shows every action and magic word with an example")
    func catalogue() throws {
        let text = control.answer("GET", "/faults").bodyText
        for row in FaultCatalogue.rows { #expect(text.contains(#"{"action":"\#(row.member)""#)) }
        for word in MagicWord.all { #expect(text.contains(#""example":"mock-\#(word.example)""#)) }
    }
}
