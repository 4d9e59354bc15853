import HTTP
import Testing
import World

@testable import ControlAPI

@Suite("WorldRoutes")
struct WorldRoutesTests {
    private let control: ControlFixture

    init() throws {
        control = try ControlFixture()
    }

    @Test("makes, lists, describes, resets and deletes a world")
    func life() throws {
        let made = control.answer("POST", "/worlds", #"{"name":"t42","ports":true}"#)
        #expect(made.status == 201)
        #expect(made.fields.first("location") == "/worlds/t42")
        for words in [
            #""name":"t42""#, #""origin":{"kind":"seed"}"#, #""token_suffix":".t42""#,
            #""api_url":"https://own:1""#, #""users":3"#,
        ] { #expect(made.bodyText.contains(words), "\(words)") }
        let list = control.answer("GET", "/worlds").bodyText
        #expect(list.contains(#"{"name":"default","state":"open"}"#))
        #expect(list.contains(#"{"name":"t42","state":"open","last_used_at":"#))
        let shown = control.answer("GET", "/worlds/t42")
        #expect(shown.status == 200)
        #expect(shown.bodyText == made.bodyText)
        #expect(control.answer("POST", "/worlds/t42/reset").status == 200)
        #expect(control.answer("DELETE", "/worlds/t42").status == 204)
        #expect(control.answer("GET", "/worlds/t42").status == 404)
    }

    @Test("takes seed, settings, clock, origin and expiry in the request")
    func order() throws {
        let seed = #"{"accounts":[],"users":[]}"#
        let made = control.answer(
            "POST",
            "/worlds",
            #"{"name":"a","seed":\#(seed),"settings":{"defaultLimit":3},"#
                + #""expires_after_idle":"90s","#
                + #""clock":{"now":"2030-01-01T00:00:00Z","frozen":true}}"#
        )
        #expect(made.status == 201, "\(made.bodyText)")
        #expect(made.bodyText.contains(#""users":0"#))
        #expect(made.bodyText.contains(#""now":"2030-01-01T00:00:00Z","clock":"frozen""#))
        #expect(made.bodyText.contains(#""expires_after_idle":"90s""#))
        #expect(try control.worlds.world(named: "a")?.settings.defaultLimit == 3)
        let fast = control.answer("POST", "/worlds", #"{"name":"c","clock":{"rate":60}}"#)
        #expect(fast.status == 201, "\(fast.bodyText)")
        #expect(try control.worlds.world(named: "c")?.clock.state.rate == 60)
        let still = control.answer("POST", "/worlds", #"{"name":"d","clock":{"rate":0}}"#)
        #expect(still.status == 400)
        #expect(still.bodyText.contains("clock.rate"))
        let fork = control.answer("POST", "/worlds", #"{"name":"b","fork_of":"a","ca":"own"}"#)
        #expect(fork.bodyText.contains(#""origin":{"kind":"fork","of":"a"}"#))
        let changed = control.answer("PATCH", "/worlds/a", #"{"expires_after_idle":null}"#)
        #expect(changed.status == 200)
        #expect(!changed.bodyText.contains("expires_after_idle"))
        let unnamed = control.answer("POST", "/worlds")
        #expect(unnamed.status == 201)
        #expect(unnamed.bodyText.contains(#""name":"w1""#))
    }

    static let mistakes: [(String, Int, String)] = [
        (#"{"nam":"a"}"#, 400, "$.nam unknown key; known are name, seed"),
        (#"{"name":"Demo"}"#, 400, "$.name "), (#"{"name":"demo"}"#, 400, "cannot be the name"),
        (#"{"name":7}"#, 400, "$.name must be a text"), ("{", 400, "not JSON"),
        (#"{"fork_of":"none"}"#, 404, #"POST /worlds {"name":"none"}"#),
        (#"{"snapshot":"s"}"#, 404, "no snapshot s"),
        (#"{"snapshot_of":"default"}"#, 400, "$.snapshot_of"),
        (#"{"fork_of":"default","snapshot":"s"}"#, 400, "more than one"),
        (#"{"seed":{"users":[{}]}}"#, 400, "user_type is missing"),
        (#"{"settings":{"defaultLimit":0}}"#, 400, "$.settings.defaultLimit"),
        (#"{"clock":{"now":"soon"}}"#, 400, "$.clock.now"),
        (#"{"clock":{"now":"1970-01-01T00:00:00Z"}}"#, 400, "clock.now is 1970-01-01T00:00:00Z"),
        (#"{"fork_of":"default","clock":{"now":"2020-01-01T00:00:00Z"}}"#, 400, "leave clock.now"),
        (#"{"clock":{"rate":0}}"#, 400, "must be a number above 0, and 1000000 at most, and is 0"),
        (#"{"expires_after_idle":"soon"}"#, 400, "90s"), (#"{"ca":"x"}"#, 400, "$.ca"),
        (#"{"name":"default"}"#, 409, "already"),
    ]

    @Test("says what is wrong with an order, where, and what to do", arguments: mistakes)
    func refuses(body: String, status: Int, words: String) {
        let answer = control.answer("POST", "/worlds", body)
        #expect(answer.status == status, "\(answer.bodyText)")
        #expect(answer.reason?.contains(words) == true, "\(answer.reason ?? "")")
        #expect(control.worlds.slots.count == 1)
    }

    @Test("a world is replaced only by one that can be made, with the ports that it is to have")
    func replacing() throws {
        #expect(control.answer("POST", "/worlds", #"{"name":"rp"}"#).status == 201)
        let old = try #require(try control.worlds.world(named: "rp"))
        for (members, status) in [
            (#""clock":{"now":"1970-01-01T00:00:00Z"}"#, 400),
            (#""fork_of":"default","clock":{"now":"2020-01-01T00:00:00Z"}"#, 400),
            (#""snapshot":"none""#, 404), (#""seed":{"users":[{"user_type":"x"}]}"#, 400),
        ] {
            let body = #"{"name":"rp","replace":true,"ports":true,\#(members)}"#
            let answer = control.answer("POST", "/worlds", body)
            #expect(answer.status == status, "\(answer.bodyText)")
            #expect(!answer.bodyText.contains("--"), "\(answer.bodyText)")
            #expect(try control.worlds.world(named: "rp") === old)
            #expect(!control.answer("GET", "/worlds/rp").bodyText.contains(#""ports":"#))
        }
        let body = #"{"name":"rp","replace":true,"ports":true}"#
        let made = control.answer("POST", "/worlds", body)
        #expect(made.status == 201)
        #expect(made.bodyText.contains(#""ports":"#))
        #expect(try control.worlds.world(named: "rp") !== old)
    }

    @Test("gives the list of revoked certificates as DER, and as PEM")
    func revocations() {
        let path = "/worlds/default/client-ca.crl"
        let der = control.answer("GET", path)
        #expect(der.status == 200)
        #expect(der.fields.first("content-type") == "application/pkix-crl")
        #expect(der.body.first == 0x30)
        let pem = control.answer("GET", path + "?format=pem")
        #expect(pem.bodyText.hasPrefix("-----BEGIN X509 CRL-----\n"))
        #expect(control.answer("GET", path + "?format=x").status == 400)
        #expect(control.answer("GET", "/worlds/none/client-ca.crl").status == 404)
    }

    @Test("ports are closed on demand, and a reset takes no members")
    func changes() {
        #expect(control.answer("POST", "/worlds", #"{"name":"pd","ports":true}"#).status == 201)
        let other = control.answer("PATCH", "/worlds/pd", #"{"expires_after_idle":"90s"}"#)
        #expect(other.bodyText.contains(#""ports":"#))
        let closed = control.answer("PATCH", "/worlds/pd", #"{"ports":false}"#)
        #expect(closed.status == 200)
        #expect(!closed.bodyText.contains(#""ports":"#))
        let odd = control.answer("POST", "/worlds/pd/reset", #"{"foo":1}"#)
        #expect(odd.status == 400)
        #expect(odd.bodyText.contains("$.foo unknown key; none is known here"))
    }

    @Test("a world that was to have ports, and gets none, is not there")
    func portless() {
        let answer = control.answer("POST", "/worlds", #"{"name":"portless","ports":true}"#)
        #expect(answer.status == 409)
        #expect(!control.worlds.contains("portless"))
    }
}

@Suite("ControlCall")
struct ControlCallTests {
    @Test("names a world that does not exist, and the call that makes it")
    func missing() throws {
        let control = try ControlFixture()
        for (method, path) in [
            ("GET", "/worlds/t9"), ("GET", "/worlds/t9/settings"), ("DELETE", "/worlds/t9"),
            ("POST", "/worlds/t9/reset"), ("GET", "/worlds/t9/snapshots"),
        ] {
            let answer = control.answer(method, path)
            #expect(answer.status == 404)
            #expect(answer.reason?.contains(#"POST /worlds {"name":"t9"}"#) == true, "\(path)")
        }
    }

    @Test("refuses unknown and repeated parameters of a query by name")
    func query() throws {
        let control = try ControlFixture()
        let answer = control.answer("GET", "/worlds?limit=1")
        #expect(answer.status == 400)
        #expect(
            answer.reason?.contains("?limit is no parameter of /worlds; known are none") == true
        )
    }
}

@Suite("SnapshotRoutes")
struct SnapshotRoutesTests {
    @Test("saves, lists, restores, hands out, takes and deletes")
    func life() throws {
        let control = try ControlFixture()
        #expect(control.answer("POST", "/worlds", #"{"name":"t42"}"#).status == 201)
        let path = "/worlds/t42/snapshots"
        let saved = control.answer("PUT", path + "/base")
        #expect(saved.status == 201)
        #expect(saved.bodyText.hasPrefix(#"{"name":"base","created_at":"#))
        #expect(control.answer("GET", path).bodyText.contains(#""name":"base""#))
        let file = control.answer("GET", path + "/base/file")
        #expect(file.status == 200)
        #expect(file.fields.first("content-type") == "application/vnd.sqlite3")
        #expect(file.body.starts(with: Array("SQLite format 3\0".utf8)))
        #expect(control.answer("POST", path + "/base/restore").status == 200)
        #expect(control.answer("DELETE", path + "/base").status == 204)
        #expect(control.answer("DELETE", path + "/base").status == 404)
        let taken = control.answer("PUT", path + "/again/file", bytes: file.body)
        #expect(taken.status == 201)
        #expect(control.answer("POST", path + "/again/restore").status == 200)
        let broken = control.answer("PUT", path + "/broken/file", bytes: [1, 2, 3])
        #expect(broken.status == 400)
        #expect(control.answer("PUT", path + "/empty/file").status == 400)
        #expect(control.answer("PUT", path + "/base", #"{"a":1}"#).status == 400)
    }
}
