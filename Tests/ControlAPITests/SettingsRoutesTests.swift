import HTTP
import Testing
import World

@testable import ControlAPI

@Suite("SettingsRoutes")
struct SettingsRoutesTests {
    private let control: ControlFixture
    private let world: World

    init() throws {
        control = try ControlFixture()
        world = control.worlds.main
    }

    private func answer(_ method: String, _ body: String = "") -> Response {
        control.answer(method, "/worlds/default/settings", body)
    }

    @Test("shows every setting as JSON")
    func shows() throws {
        let response = answer("GET")
        #expect(response.status == 200)
        #expect(response.fields.first("content-type") == "application/json")
        #expect(response.body == Array(world.settings.json.utf8))
        #expect(answer("HEAD").status == 200)
    }

    @Test("changes what is named, keeps the rest, and shows all")
    func changes() throws {
        let response = answer("PUT", #"{"defaultLimit": 5, "strict": "documented"}"#)
        #expect(response.status == 200)
        #expect(world.settings.defaultLimit == 5)
        #expect(world.settings.strictness == .documented)
        #expect(world.settings.errorBody == .errors)
        #expect(response.body == Array(world.settings.json.utf8))
        let all = String(decoding: response.body, as: UTF8.self)
        #expect(answer("PUT", all).status == 200)
    }

    static let broken = [
        "": "the body is not JSON", "{": "the body is not JSON", "[]": "$ must be an object",
        #"{"defaultLimit": 0}"#: "$.defaultLimit is 0; give a whole number from 1 to 1000",
        #"{"defaultlimit": 5}"#: "$.defaultlimit is no setting",
        #"{"strict": "on"}"#: "$.strict is \"on\"; give \"off\" or \"documented\"",
        #"{"strict": "documented", "caKeyAlgorithm": "ed25519"}"#: "$.caKeyAlgorithm is decided",
    ]

    @Test("refuses what is no setting by its place, and changes nothing then", arguments: broken)
    func refuses(_ body: String, _ message: String) throws {
        let before = world.settings
        let response = answer("PUT", body)
        #expect(response.status == 400)
        #expect(response.reason?.contains(message) == true)
        #expect(world.settings == before)
    }

    @Test("changes one world and no other")
    func oneWorld() throws {
        #expect(control.answer("POST", "/worlds", #"{"name":"other"}"#).status == 201)
        let path = "/worlds/other/settings"
        #expect(control.answer("PUT", path, #"{"defaultLimit":7}"#).status == 200)
        #expect(try control.worlds.world(named: "other")?.settings.defaultLimit == 7)
        #expect(world.settings.defaultLimit == WorldSettings().defaultLimit)
    }

    @Test("answers nothing but reading and changing")
    func others() throws {
        let response = answer("DELETE")
        #expect(response.status == 405)
        #expect(response.fields.first("allow") == "GET, HEAD, PUT")
    }
}
