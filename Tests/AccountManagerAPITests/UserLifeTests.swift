import AccountModel
import HTTP
import Testing

@testable import AccountManagerAPI

/// What becomes of tokens and certificates while their user is disabled, expired, locked, deleted.
@Suite("The life of a user")
struct UserLifeTests {
    private static let admin = "AM_ACCOUNT_ADMIN"

    @Test("disabling stops tokens and certificates at once, enabling brings them back")
    func disables() throws {
        let company = try Company()
        let made = try company.makeService("n")
        let certificate = try company.enroll(as: made.token)
        for _ in 1...2 {
            #expect(company.me(as: made.token) == 200)
            #expect(company.me(as: nil, certificate: certificate) == 200)
            let path = "/user/\(made.id)/enable"
            let off = company.send("PUT", path, as: Self.admin, #"{"enabled":false}"#)
            #expect(off.status == 200)
            #expect(off.member("status") == "DISABLED")
            #expect(company.me(as: made.token) == 401)
            let refused = company.send("GET", "/user/me", as: nil, certificate: certificate)
            #expect(refused.status == 403)
            #expect(refused.reason?.contains("who is disabled") == true)
            let on = company.send("PUT", path, as: Self.admin, #"{"enabled":true}"#)
            #expect(on.member("status") == "ACTIVE")
        }
        #expect(company.me(as: made.token) == 200)
        #expect(try company.audit(2).map(\.action) == [.enable, .disable])
    }

    @Test("an end date is the last second of its day, and moving it brings everything back")
    func expires() throws {
        let company = try Company()
        let made = try company.makeService("n", members: #","end_date":"2025-10-21""#)
        let certificate = try company.enroll(as: made.token)
        company.travel(to: "2025-10-21T23:59:59Z")
        #expect(company.me(as: made.token) == 200)
        #expect(company.me(as: nil, certificate: certificate) == 200)

        company.travel(to: "2025-10-22T00:00:00Z")
        #expect(company.me(as: made.token) == 401)
        #expect(company.me(as: nil, certificate: certificate) == 403)
        let path = "/user/\(made.id)"
        #expect(company.send("GET", path, as: Self.admin).member("status") == "EXPIRED")
        let names = company.send("GET", "/user?status=EXPIRED", as: Self.admin)
        #expect(names.members("friendly_name") == ["n"])
        // Enabling does not help: the date is past.
        let enabled = company.send("PUT", "\(path)/enable", as: Self.admin, #"{"enabled":true}"#)
        #expect(enabled.member("status") == "EXPIRED")

        let moved = company.send("PUT", path, as: Self.admin, #"{"end_date":"2025-10-22"}"#)
        #expect(moved.member("status") == "ACTIVE")
        #expect(company.me(as: made.token) == 200)
        // The certificate had ended together with its user, and ends for good.
        #expect(company.me(as: nil, certificate: certificate) == 403)
    }

    @Test("a certificate that outlives a shortened user works again with the user")
    func shortens() throws {
        let company = try Company()
        let made = try company.makeService("n")
        let certificate = try company.enroll(as: made.token)
        let path = "/user/\(made.id)"
        _ = company.send("PUT", path, as: Self.admin, #"{"end_date":"2025-10-20"}"#)
        company.travel(to: "2025-10-21T00:00:00Z")
        #expect(company.me(as: nil, certificate: certificate) == 403)
        _ = company.send("PUT", path, as: Self.admin, #"{"end_date":null}"#)
        #expect(company.me(as: nil, certificate: certificate) == 200)
    }

    @Test("a locked user is kept out until somebody unlocks it")
    func unlocks() throws {
        let company = try Company()
        let path = "/user/\(Company.id("LOCKED"))"
        #expect(company.me(as: "LOCKED") == 401)
        #expect(company.send("GET", path, as: Self.admin).member("status") == "LOCKED")
        let unlocked = company.send("PUT", "\(path)/unlock", as: "AM_USER_MANAGER")
        #expect(unlocked.status == 200)
        #expect(unlocked.member("status") == "ACTIVE")
        #expect(company.me(as: "LOCKED") == 200)
        #expect(try company.audit(1).map(\.action) == [.unlock])
    }

    @Test("deleting takes tokens and certificates along, and frees the name")
    func deletes() throws {
        let company = try Company()
        let made = try company.makeService("n")
        let certificate = try company.enroll(as: made.token)
        let deleted = company.send("DELETE", "/user/\(made.id)", as: Self.admin)
        #expect(deleted.status == 204)
        #expect(deleted.body.isEmpty)
        #expect(company.me(as: made.token) == 401)
        let refused = company.send("GET", "/user/me", as: nil, certificate: certificate)
        #expect(refused.status == 403)
        #expect(refused.reason?.contains("was deleted") == true)
        #expect(company.send("GET", "/user/\(made.id)", as: Self.admin).status == 404)
        #expect(company.send("DELETE", "/user/\(made.id)", as: Self.admin).status == 404)
        #expect(try company.audit(1).map(\.action) == [.delete])
        _ = try company.makeService("n")
    }

    @Test("tokens rotate without a moment in which none works")
    func rotates() throws {
        let company = try Company()
        let made = try company.makeService("n")
        let order = #"{"name":"second"}"#
        let second = company.send("POST", "/api-access-token", as: made.token, order)
        let text = try #require(second.member("token"))
        #expect(company.me(as: made.token) == 200)
        #expect(company.me(as: text) == 200)
        let list = company.send("GET", "/api-access-token?user_id=\(made.id)", as: text)
        #expect(list.members("name") == ["n", "second"])
        let first = try #require(list.members("id").first)
        #expect(company.send("DELETE", "/api-access-token/\(first)", as: text).status == 204)
        #expect(company.me(as: made.token) == 401)
        #expect(company.me(as: text) == 200)
    }
}
