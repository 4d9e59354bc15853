import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Testing
import World

@testable import ControlAPI

@Suite("SettingsRoute")
struct SettingsRouteTests {
    private static let path = "/worlds/default/settings"

    private let world: World
    private let route: SettingsRoute

    init() throws {
        // A process may end while the CA's key is still being made; this lets it.
        TLSContext.prepareProcess()
        world = try World.open(
            name: "default",
            at: .memory,
            readerCount: 1,
            settings: ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256)),
            seed: Seed.tutorial(),
            systemTime: { Timestamp(secondsSince1970: 1_760_918_400) }
        )
        route = SettingsRoute(world: world)
    }

    private func answer(_ method: String, _ body: String = "") throws -> Response {
        let request = Request(method: method, target: Self.path, body: Array(body.utf8))
        return try #require(route.response(to: request))
    }

    @Test("shows every setting as JSON")
    func shows() throws {
        let response = try answer("GET")
        #expect(response.status == 200)
        #expect(response.fields.first("content-type") == "application/json")
        #expect(response.body == Array(world.settings.json.utf8))
        #expect(try answer("HEAD").status == 200)
    }

    @Test("changes what is named, keeps the rest, and shows all")
    func changes() throws {
        let response = try answer("PUT", #"{"defaultLimit": 5, "strict": "documented"}"#)
        #expect(response.status == 200)
        #expect(world.settings.defaultLimit == 5)
        #expect(world.settings.strictness == .documented)
        #expect(world.settings.errorBody == .errors)
        #expect(response.body == Array(world.settings.json.utf8))
        let all = String(decoding: response.body, as: UTF8.self)
        #expect(try answer("PUT", all).status == 200)
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
        let response = try answer("PUT", body)
        #expect(response.status == 400)
        #expect(response.reason?.contains(message) == true)
        #expect(world.settings == before)
    }

    @Test("answers nothing but reading and changing, and no other path")
    func others() throws {
        let response = try answer("DELETE")
        #expect(response.status == 405)
        #expect(response.fields.first("allow") == "GET, HEAD, PUT")
        #expect(route.response(to: Request(method: "GET", target: "/worlds/default")) == nil)
    }
}
