import AccountModel
import HTTP
import Testing

@testable import AccountManagerAPI

@Suite("UserChange and UserChanges")
struct UserChangeTests {
    private static let admin = "AM_ACCOUNT_ADMIN"
    private static let robot = "/user/\(Company.robot)"

    @Test("an answer of GET can be sent back, and changes nothing", arguments: [robot, "/user/me"])
    func repeats(_ path: String) throws {
        let company = try Company()
        let before = company.send("GET", path, as: Self.admin)
        let after = company.send("PUT", path, as: Self.admin, before.text)
        #expect(after.status == 200, "\(after.reason ?? "")")
        #expect(after.text == before.text)
        #expect(company.send("GET", path, as: Self.admin).text == before.text)
    }

    @Test("members that are there change, absent ones stay, null takes away")
    func changes() throws {
        let company = try Company()
        let changed = company.send(
            "PUT",
            Self.robot,
            as: Self.admin,
            """
            {"friendly_name":"new name","description":"d","email":"e@f","locale":"de_DE",
             "end_date":"2026-01-01T08:00:00Z","roles":["SSM_SIGNER"]}
            """
        )
        #expect(changed.member("friendly_name") == "new name")
        #expect(changed.member("description") == "d")
        #expect(changed.member("email") == "e@f")
        #expect(changed.member("locale") == "de_DE")
        #expect(changed.member("end_date") == "2026-01-01T23:59:59Z")
        #expect(changed.text.contains("SIGN_SM_HASH"))
        let cleared = company.send(
            "PUT",
            Self.robot,
            as: Self.admin,
            #"{"end_date":null,"description":null}"#
        )
        #expect(cleared.member("end_date") == nil)
        #expect(cleared.member("description") == "")
        #expect(cleared.member("friendly_name") == "new name")
        let entry = try #require(try company.audit(1).first)
        #expect(entry.action == .update)
        #expect(entry.description.hasSuffix("description, end_date"))
    }

    @Test("what the caller does not see of a user's accounts, it neither finds out nor changes")
    func hiddenAccounts() throws {
        let company = try Company()
        let path = "/user/\(Company.id("BRIDGE"))"
        let south = company.send("PUT", path, as: "SYSTEM", Self.primary(Company.south))
        #expect(south.status == 200)
        let north = company.send("PUT", path, as: Self.admin, Self.primary(Company.north))
        #expect(north.status == 200)
        for body in [
            Self.primary(Company.south), Self.primary(Company.nobody),
            #"{"accounts":["\#(Company.north)","\#(Company.south)"]}"#,
            #"{"accounts":["\#(Company.north)","\#(Company.nobody)"]}"#,
        ] {
            #expect(company.send("PUT", path, as: Self.admin, body).status == 400, "\(body)")
        }
        let order = #"{"accounts":["\#(Company.south)","\#(Company.north)"]}"#
        let whole = company.send("PUT", path, as: "SYSTEM", order).text
        let seen = company.send("GET", path, as: Self.admin).text
        #expect(company.send("PUT", path, as: Self.admin, seen).text == seen)
        #expect(company.send("GET", path, as: "SYSTEM").text == whole, "in the same order")
    }

    @Test("whoever changes a user of another primary account finds it in the audit log")
    func auditOfShared() throws {
        let company = try Company()
        let bridge = Company.id("BRIDGE")
        _ = company.send("PUT", "/user/\(bridge)", as: "SYSTEM", Self.primary(Company.south))
        let order = #"{"name":"second","user_id":"\#(bridge)"}"#
        let token = company.send("POST", "/api-access-token", as: Self.admin, order)
        let id = try #require(token.member("id"))
        let log = company.send("GET", "/audit-log?resource_id=\(id)", as: Self.admin)
        #expect(log.text.contains(#""total":1"#))
        #expect(log.text.contains(#""name":"north""#) && !log.text.contains("south"))
        let removed = company.send("DELETE", "/user/\(bridge)", as: Self.admin)
        #expect(removed.status == 204)
        let end = company.send("GET", "/audit-log?resource_id=\(bridge)", as: Self.admin)
        #expect(end.text.contains(#""action":"DELETE""#))
    }

    private static func primary(_ id: String) -> String { #"{"primary_account_id":"\#(id)"}"# }

    @Test("a user belongs to the accounts that are named, the primary one among them")
    func accounts() throws {
        let company = try Company()
        let both = #"{"accounts":["\#(Company.south)","\#(Company.north)"]}"#
        let moved = company.send("PUT", Self.robot, as: "SYSTEM", both)
        #expect(moved.status == 200)
        #expect(company.send("GET", "/account", as: "ROBOT").status == 403)
        let south = #"{"accounts":["\#(Company.south)"]}"#
        let refused = company.send("PUT", Self.robot, as: "SYSTEM", south)
        #expect(refused.status == 400)
        #expect(refused.reason?.contains("primary account \(Company.north)") == true)
        let whole =
            #"{"accounts":["\#(Company.south)"],"primary_account_id":"\#(Company.south)"}"#
        #expect(company.send("PUT", Self.robot, as: "SYSTEM", whole).status == 200)
        #expect(company.send("GET", Self.robot, as: Self.admin).status == 404, "it is gone south")
    }

    @Test("accounts that the caller does not see are neither shown nor taken away")
    func unseenAccounts() throws {
        let company = try Company()
        let path = "/user/\(Company.id("BRIDGE"))"
        let shown = company.send("GET", path, as: Self.admin)
        #expect(!shown.text.contains(Company.south))
        let list = company.send("GET", "/user?friendly_name=BRIDGE", as: Self.admin)
        #expect(list.text == "[\(shown.text)]")
        let named = #"{"accounts":["\#(Company.north)"]}"#
        let changed = company.send("PUT", path, as: Self.admin, named)
        #expect(changed.text == shown.text)
        #expect(company.send("GET", "/user/me", as: "BRIDGE").text.contains(Company.south))
    }

    static let wrongs = [
        (#"{"id":"x"}"#, "$.id cannot be changed"),
        (#"{"user_type":"standard"}"#, "$.user_type cannot be changed"),
        (#"{"access_scope":"system"}"#, "$.access_scope cannot be changed"),
        (#"{"status":"DISABLED"}"#, "/{id}/enable"),
        (#"{"friendly_name":null}"#, "$.friendly_name is null"),
        (#"{"roles":null}"#, "$.roles is null"),
        (#"{"accounts":[]}"#, "$.accounts is empty"),
        (#"{"phone":"1"}"#, "is for a user of the user_type standard"),
        (#"{"end_date":"2025-10-19"}"#, "see --clock"),
        (#"{"end_date":20251020}"#, "$.end_date is a number"),
        ("{", "line 1, column 2"),
    ]

    @Test("a change that cannot be is refused, and nothing of it is done", arguments: wrongs)
    func refuses(_ body: String, _ words: String) throws {
        let company = try Company()
        let before = company.send("GET", Self.robot, as: Self.admin).text
        let response = company.send("PUT", Self.robot, as: Self.admin, body)
        #expect(response.status == 400)
        #expect(response.text == Envelope.invalidInput)
        #expect(response.reason?.contains(words) == true, "\(response.reason ?? "")")
        #expect(company.send("GET", Self.robot, as: Self.admin).text == before)
    }

    @Test("a name that another has is refused, one's own is not")
    func duplicates() throws {
        let company = try Company()
        let taken = company.send("PUT", Self.robot, as: Self.admin, #"{"friendly_name":"BRIDGE"}"#)
        #expect(taken.text.contains("Nickname BRIDGE already exists."))
        let own = company.send("PUT", Self.robot, as: Self.admin, #"{"friendly_name":"ROBOT"}"#)
        #expect(own.status == 200)
    }

    /// Something that nobody may do to oneself.
    static let suicides = [
        ("PUT", "", #"{"roles":["AM_DEFAULT_USER"]}"#), ("PUT", "", #"{"email":"n@example.com"}"#),
        ("PUT", "", #"{"end_date":"2026-01-01"}"#), ("PUT", "", #"{"username":"other"}"#),
        ("PUT", "/enable", #"{"enabled":false}"#), ("DELETE", "", ""),
    ]

    @Test("nobody disables, deletes or demotes oneself, by id or as me", arguments: suicides)
    func oneself(_ method: String, _ suffix: String, _ body: String) throws {
        let company = try Company()
        for id in [Company.id(.accountAdmin), "me"] {
            let response = company.send(method, "/user/\(id)\(suffix)", as: Self.admin, body)
            // That path is of its own, and has no such method.
            if method == "DELETE", id == "me" {
                #expect(response.status == 405)
                continue
            }
            #expect(response.status == 403)
            #expect(response.text == Envelope.noAccess)
            #expect(response.reason?.contains("oneself") == true)
        }
        #expect(company.send("GET", "/user", as: Self.admin).status == 200)
    }

    @Test("names, phone, locale and description one changes oneself")
    func ownProfile() throws {
        let company = try Company()
        let body = """
            {"first_name":"New","last_name":"Name","phone":"+1 (555) 0100","locale":"fr_FR",
             "description":"me"}
            """
        let changed = company.send("PUT", "/user/me", as: "AM_DEFAULT_USER", body)
        #expect(changed.status == 200)
        #expect(changed.member("phone") == "+1 (555) 0100")
        #expect(company.send("GET", "/user/me", as: "AM_DEFAULT_USER").text == changed.text)
        let cleared = company.send("PUT", "/user/me", as: "AM_DEFAULT_USER", #"{"phone":null}"#)
        #expect(!cleared.memberNames.contains("phone"))
    }

    static let boss = "/user/\(Company.id("BOSS"))"
    static let touches = [
        ("PUT", boss, #"{"description":"x"}"#), ("PUT", "\(boss)/enable", #"{"enabled":false}"#),
        ("PUT", "\(boss)/unlock", ""), ("DELETE", boss, ""),
        ("POST", "/api-access-token", #"{"name":"n","user_id":"\#(Company.id("BOSS"))"}"#),
        ("PUT", "/api-access-token/\(Company.id("BOSS token"))", #"{"enabled":false}"#),
        ("DELETE", "/api-access-token/\(Company.id("BOSS token"))", ""),
        ("PUT", robot, #"{"roles":["AM_ACCOUNT_ADMIN"]}"#),
    ]

    @Test("only an administrator touches administrators, or makes one", arguments: touches)
    func administrators(_ method: String, _ path: String, _ body: String) throws {
        let company = try Company()
        let refused = company.send(method, path, as: "AM_USER_MANAGER", body)
        #expect(refused.status == 403)
        #expect(refused.text == Envelope.noAccess)
        #expect(company.me(as: "BOSS") == 200)
        let done = company.send(method, path, as: Self.admin, body)
        #expect((200..<300).contains(done.status), "\(done.reason ?? "")")
    }
}

@Suite("Users who see everything")
struct SystemUserTests {
    @Test("who sees some accounts does not touch who sees all")
    func scope() throws {
        let company = try Company()
        let id = Company.id("GLOBAL")
        let order = #"{"name":"n","user_id":"\#(id)"}"#
        for (method, path, body) in [
            ("POST", "/api-access-token", order), ("DELETE", "/user/\(id)", ""),
            ("PUT", "/user/\(id)", #"{"email":"mine@example.com"}"#),
        ] {
            let refused = company.send(method, path, as: "AM_ACCOUNT_ADMIN", body)
            #expect(refused.status == 403)
            #expect(refused.reason?.contains("access_scope system") == true)
        }
        #expect(company.send("POST", "/api-access-token", as: "SYSTEM", order).status == 201)
    }
}

@Suite("MemberChange")
struct MemberChangeTests {
    @Test("keeps, clears and sets")
    func applies() {
        for (change, kept, cleared) in [
            (MemberChange<String>.keep, "a", "a"), (.clear, nil, ""), (.set("b"), "b", "b"),
        ] as [(MemberChange<String>, String?, String)] {
            var optional: String? = "a"
            change.apply(to: &optional)
            #expect(optional == kept)
            var certain = "a"
            change.apply(to: &certain, empty: "")
            #expect(certain == cleared)
            #expect(change.changes("a") == (kept != "a"))
        }
    }
}
