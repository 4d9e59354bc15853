import AccountModel
import HTTP
import Testing
import World

@testable import AccountManagerAPI

@Suite("UserCreation, UserMembers and UserRights")
struct UserCreationTests {
    private static let admin = "AM_ACCOUNT_ADMIN"

    @Test("a service user comes with a token of the vendor's form, which works and is shown once")
    func service() throws {
        let company = try Company()
        let order = Company.service(
            "api_service_user_3",
            #","description":"Rotates","end_date":"2026-03-31","roles":["SSM_SIGNER"],"x":1"#
        )
        let response = company.send("POST", "/user", as: Self.admin, order)
        #expect(response.status == 201)
        let id = try #require(response.member("id"))
        let token = try #require(response.member("token"))
        #expect(
            response.text == """
                {"id":"\(id)","email":"","status":"ACTIVE","access_scope":"account",\
                "primary_account_id":"\(Company.north)","created_at":"2025-10-20T12:00:00Z",\
                "created_by":"\(Company.id(.accountAdmin))","user_type":"service",\
                "friendly_name":"api_service_user_3","description":"Rotates","locale":"en_US",\
                "end_date":"2026-03-31T23:59:59Z","applications":[{"id":\
                "\(Company.id("software"))","name":"Software Trust",\
                "permissions":["SIGN_SM_HASH"]}],"accounts":[{"id":"\(Company.north)",\
                "name":"north","active":true,"service_period":{"from":"2025-01-01",\
                "to":"2030-12-31"},"friendly_identifier":"7654321","locale":"en_US"}],\
                "token":"\(token)"}
                """
        )
        #expect(token.wholeMatch(of: /01[0-9a-f]{24}_[0-9a-f]{64}/) != nil)
        let me = company.send("GET", "/user/me", as: token)
        #expect(me.text == response.text.replacing(#","token":"\#(token)"}"#, with: "}"))
        let tokens = company.send("GET", "/api-access-token?user_id=\(id)", as: Self.admin)
        #expect(tokens.members("name") == ["api_service_user_3"])
        #expect(!tokens.text.contains(token))
    }

    @Test("a standard user has names instead, no token, and by default the caller's account")
    func standard() throws {
        let company = try Company()
        let order = #"{"first_name":"Jane","last_name":"Doe","email":"j@example.com"}"#
        let response = company.send("POST", "/user", as: Self.admin, order)
        #expect(response.status == 201)
        #expect(
            response.memberNames == [
                "id", "email", "status", "access_scope", "primary_account_id", "created_at",
                "created_by", "user_type", "first_name", "last_name", "username", "description",
                "locale", "applications", "accounts",
            ]
        )
        #expect(response.member("username") == "j@example.com")
        #expect(response.member("primary_account_id") == Company.north)
        let id = try #require(response.member("id"))
        let token = company.send(
            "POST",
            "/api-access-token",
            as: Self.admin,
            #"{"name":"first","user_id":"\#(id)"}"#
        )
        #expect(company.me(as: token.member("token")) == 200)
    }

    @Test("accounts and roles may be objects, as answers have them")
    func objects() throws {
        let company = try Company()
        let response = company.send(
            "POST",
            "/user",
            as: Self.admin,
            """
            {"user_type":"service","friendly_name":"n","accounts":[{"id":"\(Company.north)"}],
             "roles":[{"name":"AM_ACCOUNT_USER"},{"name":"SSM_SIGNER"}]}
            """
        )
        #expect(response.status == 201)
        let token = try #require(response.member("token"))
        #expect(company.send("GET", "/user", as: token).status == 200)
        #expect(response.text.contains(#""permissions":["VIEW_AM_ACCOUNT","#))
        #expect(response.text.contains(#""permissions":["SIGN_SM_HASH"]"#))
    }

    /// A body that is refused, and what the reason says.
    struct Wrong: CustomTestStringConvertible {
        let body: String
        let words: String

        init(_ body: String, _ words: String) {
            self.body = body
            self.words = words
        }

        var testDescription: String { "\(words): \(body)" }
    }

    private static let person = #""first_name":"a","last_name":"b","email":"c@d""#
    static let wrongs = [
        Wrong("{}", "$.first_name is missing; $.last_name is missing; $.email is missing"),
        Wrong("[]", "a JSON object is expected"),
        Wrong(#"{"user_type":"robot",\#(person)}"#, "$.user_type is neither"),
        Wrong(#"{"user_type":1,\#(person)}"#, "$.user_type is a number"),
        Wrong(#"{"user_type":"service"}"#, "$.friendly_name is missing"),
        Wrong(#"{"user_type":"service","friendly_name":"n"}"#, "a service user needs an account"),
        Wrong(
            #"{"user_type":"service","friendly_name":"n","accounts":[]}"#,
            "a service user needs an account"
        ),
        Wrong(Company.service("a/b"), "$.friendly_name has U+2F"),
        Wrong(Company.service("  "), "$.friendly_name is blank"),
        Wrong(Company.service(String(repeating: "n", count: 256)), "longer than 255 bytes"),
        Wrong(Company.service("n", #","first_name":"x""#), "is for a user of the user_type"),
        Wrong(#"{"friendly_name":"n",\#(person)}"#, "is for a user of the user_type service"),
        Wrong(Company.service("n", #","accounts":"x""#), "a second member"),
        Wrong(#"{\#(person),"accounts":"x"}"#, "$.accounts is a string; an array is expected"),
        Wrong(#"{\#(person),"accounts":[1]}"#, "$.accounts[0] is neither a string nor an object"),
        Wrong(#"{\#(person),"accounts":["x"]}"#, "$.accounts[0]: the caller sees no account"),
        Wrong(
            #"{\#(person),"accounts":["\#(Company.north)","\#(Company.south)"]}"#,
            "$.accounts[1]: the caller sees no account"
        ),
        Wrong(
            #"{\#(person),"accounts":["\#(Company.north)"],"primary_account_id":"x"}"#,
            "$.accounts lacks the primary account x"
        ),
        Wrong(#"{\#(person),"roles":["NO_ROLE"]}"#, "there is no role"),
        Wrong(#"{\#(person),"roles":[]}"#, "$.roles is empty"),
        Wrong(#"{\#(person),"email":"x"}"#, "a second member"),
        Wrong(#"{"first_name":"a","last_name":"b","email":"x"}"#, "$.email is no e-mail address"),
        Wrong(#"{"first_name":"a","last_name":"b","email":"@x"}"#, "is no e-mail address"),
        Wrong(#"{"first_name":"a","last_name":"b","email":"a b@x"}"#, "is no e-mail address"),
        Wrong(#"{"first_name":"a","last_name":"b","email":null}"#, "$.email is null"),
        Wrong(#"{\#(person),"phone":"call me"}"#, "$.phone is no telephone number"),
        Wrong(#"{\#(person),"locale":"tlh"}"#, "$.locale is none of en_US"),
        Wrong(#"{\#(person),"description":"a\u0000b"}"#, "has a control character"),
        Wrong(#"{\#(person),"end_date":"soon"}"#, "$.end_date is no date of the form YYYY-MM-DD"),
        Wrong(#"{\#(person),"end_date":"2025-02-30"}"#, "$.end_date is no date"),
        Wrong(#"{\#(person),"end_date":"2025-10-19"}"#, "it is 2025-10-20T12:00:00Z in this world"),
        Wrong(#"{\#(person),"access_scope":"system"}"#, "$.access_scope is not account"),
    ]

    @Test("a body that is wrong is refused with the member and what to do", arguments: wrongs)
    func refuses(_ wrong: Wrong) throws {
        let company = try Company()
        let response = company.send("POST", "/user", as: Self.admin, wrong.body)
        #expect(response.status == 400)
        #expect(response.text == Envelope.invalidInput)
        let reason = response.reason ?? ""
        let words = wrong.words == "a second member" ? "twice" : wrong.words
        #expect(reason.contains(words) || reason.contains("second"), "\(reason)")
        #expect(try company.audit(1).isEmpty, "nothing happened")
    }

    @Test("a friendly name is unique among service users, with the vendor's own words")
    func nickname() throws {
        let company = try Company()
        for name in ["ROBOT", "STRANGER"] {
            let response = company.send("POST", "/user", as: Self.admin, Company.service(name))
            #expect(response.status == 400)
            #expect(
                response.text
                    == Envelope.of(
                        "duplicate_error",
                        "Nickname \(name) already exists. Enter a different nickname."
                    )
            )
        }
        _ = try company.makeService("robot")
        let strict = try Company { $0.duplicateErrorStatus = .conflict }
        let conflict = strict.send("POST", "/user", as: Self.admin, Company.service("ROBOT"))
        #expect(conflict.status == 409)
    }

    @Test("email and username are unique among standard users, in any case")
    func address() throws {
        let company = try Company()
        let expected = Envelope.of(
            "duplicate_error",
            "User with this email or username already exists"
        )
        for members in [
            #""email":"boss@EXAMPLE.com""#, #""email":"x@example.com","username":"Boss""#,
        ] {
            let body = #"{"first_name":"a","last_name":"b",\#(members)}"#
            let response = company.send("POST", "/user", as: Self.admin, body)
            #expect(response.status == 400)
            #expect(response.text == expected)
        }
        // What a service user has as its address does not matter.
        let body = #"{"first_name":"a","last_name":"b","email":"robots@example.com"}"#
        #expect(company.send("POST", "/user", as: Self.admin, body).status == 201)
    }

    @Test("who manages users and is no administrator makes none")
    func escalation() throws {
        let company = try Company()
        let order = Company.service("n", #","roles":["AM_ACCOUNT_ADMIN"]"#)
        let refused = company.send("POST", "/user", as: "AM_USER_MANAGER", order)
        #expect(refused.status == 403)
        #expect(refused.text == Envelope.noAccess)
        #expect(refused.reason?.contains("AM_ACCOUNT_ADMIN") == true)
        #expect(company.send("POST", "/user", as: Self.admin, order).status == 201)
    }

    @Test("making a service user is two entries of the audit log, without the token's text")
    func audit() throws {
        let company = try Company()
        let made = try company.makeService("n")
        let entries = try company.audit(2)
        #expect(entries.map(\.action) == [.create, .create])
        #expect(entries.map(\.resourceType) == [.apiAccessToken, .user])
        #expect(entries[1].resourceID == made.id)
        #expect(entries.allSatisfy { $0.userName == "First AM_ACCOUNT_ADMIN" })
        #expect(entries.allSatisfy { $0.accountID == Company.north })
        #expect(entries.allSatisfy { $0.ipAddress == "127.0.0.1" })
        #expect(!entries.contains { $0.description.contains(made.token) })
    }
}
