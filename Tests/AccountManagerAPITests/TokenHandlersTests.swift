import AccountModel
import HTTP
import PrivateCA
import Testing
import World

@testable import AccountManagerAPI

@Suite("TokenHandlers and TokenOrder")
struct TokenHandlersTests {
    private static let path = "/api-access-token"
    private static let admin = "AM_ACCOUNT_ADMIN"
    private static let robot = "\(path)/\(Company.robotToken)"

    @Test("makes a token for oneself or another, and shows its text once")
    func creates() throws {
        let company = try Company()
        let body = #"{"name":"nightly","end_date":"2026-01-31","user_id":"\#(Company.robot)"}"#
        let response = company.send("POST", Self.path, as: Self.admin, body)
        #expect(response.status == 201)
        let id = try #require(response.member("id"))
        let text = try #require(response.member("token"))
        #expect(
            response.text == """
                {"id":"\(id)","user_id":"\(Company.robot)","name":"nightly",\
                "token":"\(text)","enabled":true,"status":"VALID",\
                "created_at":"2025-10-20T12:00:00Z","created_by":"\(Company.id(.accountAdmin))",\
                "end_date":"2026-01-31T23:59:59Z"}
                """
        )
        #expect(company.send("GET", "/user/me", as: text).member("id") == Company.robot)
        let shown = company.send("GET", "\(Self.path)/\(id)", as: Self.admin)
        #expect(shown.text == response.text.replacing(#""token":"\#(text)","#, with: ""))
        let list = company.send("GET", "\(Self.path)?user_id=\(Company.robot)", as: "ROBOT")
        #expect(list.text.hasSuffix(",\(shown.text)]"))
        let own = company.send("POST", Self.path, as: "AM_DEFAULT_USER", #"{"name":"mine"}"#)
        #expect(own.member("user_id") == Company.id(.defaultUser))
    }

    @Test("changes, disables and enables; a disabled token works no more and a renamed one does")
    func updates() throws {
        let company = try Company()
        for (body, status, action) in [
            (#"{"enabled":false}"#, "DISABLED", AuditAction.disable),
            (#"{"enabled":true}"#, "VALID", .enable),
            (#"{"name":"other","end_date":"2025-12-31"}"#, "VALID", .update),
            (#"{"end_date":null}"#, "VALID", .update), ("{}", "VALID", .update),
        ] {
            let response = company.send("PUT", Self.robot, as: Self.admin, body)
            #expect(response.status == 200)
            #expect(response.member("status") == status)
            #expect(company.me(as: "ROBOT") == (status == "VALID" ? 200 : 401))
            #expect(try company.audit(1).map(\.action) == [action])
        }
        let shown = company.send("GET", Self.robot, as: Self.admin)
        #expect(shown.member("name") == "other")
        #expect(shown.member("end_date") == nil)
        let again = company.send("PUT", Self.robot, as: Self.admin, shown.text)
        #expect(again.text == shown.text)
    }

    @Test("ends with its day; after that the date is fixed, and the token can still be deleted")
    func expires() throws {
        let company = try Company()
        let body = #"{"name":"short","expiration_date":"2025-10-20"}"#
        let made = company.send("POST", Self.path, as: "ROBOT", body)
        let text = try #require(made.member("token"))
        let path = "\(Self.path)/\(try #require(made.member("id")))"
        company.travel(to: "2025-10-20T23:59:59Z")
        #expect(company.me(as: text) == 200)
        company.travel(to: "2025-10-21T00:00:00Z")
        let refused = company.send("GET", "/user/me", as: text)
        #expect(refused.status == 401)
        #expect(refused.reason?.contains("expired at 2025-10-20T23:59:59Z") == true)
        #expect(company.send("GET", path, as: "ROBOT").member("status") == "EXPIRED")
        for body in [#"{"end_date":"2026-01-01"}"#, #"{"end_date":null}"#] {
            let fixed = company.send("PUT", path, as: "ROBOT", body)
            #expect(fixed.status == 400)
            #expect(fixed.reason?.contains("cannot be changed any more") == true)
        }
        let renamed = company.send("PUT", path, as: "ROBOT", #"{"name":"old","enabled":false}"#)
        #expect(renamed.member("status") == "EXPIRED")
        #expect(company.send("DELETE", path, as: "ROBOT").status == 204)
        #expect(company.send("GET", path, as: "ROBOT").status == 404)
    }

    @Test("does not outlive its user: capped, or refused where the setting says so")
    func overlong() throws {
        for policy in [nil, "refuse"] as [String?] {
            let company = try Company { if policy != nil { $0.overlongValidity = .refuse } }
            let made = try company.makeService("n", members: #","end_date":"2025-12-31""#)
            let body = #"{"name":"long","end_date":"2026-06-30"}"#
            let created = company.send("POST", Self.path, as: made.token, body)
            let open = company.send("POST", Self.path, as: made.token, #"{"name":"open"}"#)
            let path = "\(Self.path)/\(try #require(open.member("id")))"
            let moved = company.send("PUT", path, as: made.token, #"{"end_date":"2026-06-30"}"#)
            guard policy == nil else {
                #expect(created.status == 400)
                #expect(moved.status == 400)
                #expect(moved.reason?.contains("the user's end date") == true)
                continue
            }
            #expect(created.member("end_date") == "2025-12-31T23:59:59Z")
            #expect(moved.member("end_date") == "2025-12-31T23:59:59Z")
        }
    }

    static let wrongs = [
        ("{}", "$.name is missing"), (#"{"name":1}"#, "$.name is a number"),
        (#"{"name":"a.b"}"#, "$.name has U+2E"), (#"{"name":" "}"#, "$.name is blank"),
        (#"{"name":"n","end_date":"2025-10-19"}"#, "see --clock"),
        (#"{"name":"n","end_date":"tomorrow"}"#, "$.end_date is no date"),
        (
            #"{"name":"n","end_date":"2025-12-01","expiration_date":"2025-12-02"}"#,
            "$.expiration_date differs from $.end_date"
        ),
        (#"{"name":"n","user_id":7}"#, "$.user_id is a number"),
    ]

    @Test("an order that is wrong is refused with the member", arguments: wrongs)
    func refusesOrder(_ body: String, _ words: String) throws {
        let response = try Company().send("POST", Self.path, as: Self.admin, body)
        #expect(response.status == 400)
        #expect(response.text == Envelope.invalidInput)
        #expect(response.reason?.contains(words) == true, "\(response.reason ?? "")")
    }

    static let wrongChanges = [
        (#"{"name":null}"#, "$.name is null"), (#"{"enabled":"no"}"#, "$.enabled is a string"),
        (#"{"enabled":null}"#, "$.enabled is null"), (#"{"status":"DISABLED"}"#, "send $.enabled"),
        (#"{"enabled":false,"status":"OFF"}"#, "$.status is \"OFF\""),
        (#"{"enabled":false,"status":null}"#, "$.status is null"),
        (#"{"id":"x"}"#, "$.id cannot be changed"), (#"{"user_id":"x"}"#, "$.user_id cannot"),
        (#"{"end_date":"2025-10-19"}"#, "see --clock"),
    ]

    @Test("a change that is wrong is refused with the member", arguments: wrongChanges)
    func refusesChange(_ body: String, _ words: String) throws {
        let response = try Company().send("PUT", Self.robot, as: Self.admin, body)
        #expect(response.status == 400)
        #expect(response.reason?.contains(words) == true, "\(response.reason ?? "")")
    }

    @Test("names are unique per user, in the words of the catalogue")
    func duplicates() throws {
        let company = try Company()
        let expected = Envelope.of(
            "duplicate_error",
            "Cannot have duplicate names for API access token"
        )
        #expect(company.send("POST", Self.path, as: "ROBOT", #"{"name":"ROBOT"}"#).text == expected)
        #expect(company.send("POST", Self.path, as: "ROBOT", #"{"name":"robot"}"#).status == 201)
        let renamed = company.send("PUT", Self.robot, as: "ROBOT", #"{"name":"robot"}"#)
        #expect(renamed.status == 400)
        #expect(renamed.text == expected)
        #expect(company.send("POST", Self.path, as: "BRIDGE", #"{"name":"ROBOT"}"#).status == 201)
    }

    @Test("the list says whose it wants, also when it is one's own")
    func lists() throws {
        let company = try Company()
        for query in ["", "?user_id=", "?limit=1"] {
            let response = company.send("GET", "\(Self.path)\(query)", as: "ROBOT")
            #expect(response.status == 400)
            #expect(response.reason?.contains("user_id is missing") == true)
        }
        for number in 1...3 {
            _ = company.send("POST", Self.path, as: "ROBOT", #"{"name":"n\#(number)"}"#)
        }
        let list = "\(Self.path)?user_id=\(Company.robot)"
        let page = company.send("GET", "\(list)&offset=1&limit=2", as: Self.admin)
        #expect(page.members("name") == ["n1", "n2"])
    }

    @Test("an account in common is enough for a service user's tokens where the setting says so")
    func accountAccess() throws {
        let company = try Company { $0.serviceUserTokens = .accountAccess }
        let order = #"{"name":"n","user_id":"\#(Company.robot)"}"#
        for (key, status) in [
            ("AM_DEFAULT_USER", 201), ("AM_VIEW_ONLY", 403), ("STRANGER", 403),
        ] {
            #expect(company.send("POST", Self.path, as: key, order).status == status, "\(key)")
        }
        #expect(company.send("GET", Self.robot, as: "AM_DEFAULT_USER").status == 200)
        let changed = company.send("PUT", Self.robot, as: "AM_DEFAULT_USER", #"{"name":"x"}"#)
        #expect(changed.status == 200)
        let person = #"{"name":"n","user_id":"\#(Company.id(.accountUser))"}"#
        #expect(company.send("POST", Self.path, as: "AM_DEFAULT_USER", person).status == 403)
        let away = #"{"name":"n","user_id":"\#(Company.stranger)"}"#
        #expect(company.send("POST", Self.path, as: "AM_DEFAULT_USER", away).status == 403)
    }

    @Test("the audit log says what changed, also when the whole object was sent back")
    func auditOfWhole() throws {
        let company = try Company()
        let whole = company.send("GET", Self.robot, as: "AM_ACCOUNT_ADMIN").text
        for (body, action, summary) in [
            (whole.replacing("\"enabled\":true", with: "\"enabled\":false"), "DISABLE", "enabled"),
            (#"{"name":"other"}"#, "UPDATE", "name"), (#"{"enabled":true}"#, "ENABLE", "enabled"),
        ] {
            let sent = body.replacing("\"status\":\"VALID\",", with: "")
            #expect(company.send("PUT", Self.robot, as: "AM_ACCOUNT_ADMIN", sent).status == 200)
            let entry = try #require(try company.audit(1).first)
            #expect(entry.action.rawValue == action)
            #expect(entry.description.hasSuffix(": \(summary)"), "\(entry.description)")
        }
        let user = "/user/\(Company.robot)"
        let same = company.send("GET", user, as: "AM_ACCOUNT_ADMIN").text
        #expect(company.send("PUT", user, as: "AM_ACCOUNT_ADMIN", same).status == 200)
        #expect(try company.audit(1).first?.description.hasSuffix(": nothing") == true)
    }

    @Test("an account in common shows tokens, and gives none that may more than the caller")
    func accountAccessIsNoLadder() throws {
        let company = try Company { $0.serviceUserTokens = .accountAccess }
        for (id, status) in [(Company.robot, 200), (Company.stranger, 403), (Company.nobody, 403)] {
            let list = company.send("GET", "\(Self.path)?user_id=\(id)", as: "AM_DEFAULT_USER")
            #expect(list.status == status, "\(id)")
        }
        let roles = #"{"roles":["AM_USER_MANAGER"]}"#
        let strong = company.send("PUT", "/user/\(Company.robot)", as: "AM_ACCOUNT_ADMIN", roles)
        #expect(strong.status == 200)
        let order = #"{"name":"ladder","user_id":"\#(Company.robot)"}"#
        let refused = company.send("POST", Self.path, as: "AM_DEFAULT_USER", order)
        #expect(refused.status == 403)
        #expect(company.send("PUT", Self.robot, as: "AM_DEFAULT_USER", "{}").status == 403)
        #expect(company.send("POST", Self.path, as: "AM_USER_MANAGER", order).status == 201)
    }
}
