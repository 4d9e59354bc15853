import AccountModel
import HTTP
import Testing

@testable import AccountManagerAPI

/// Every role at every operation: what a caller of that role gets.
@Suite("Roles and operations")
struct RoleMatrixTests {
    /// One operation, and the status for each role.
    struct Row: Sendable, CustomTestStringConvertible {
        let method: String
        let pattern: String
        let path: String
        let body: String
        let expected: @Sendable (Role) -> Int

        init(
            _ method: String,
            _ pattern: String,
            at path: String? = nil,
            body: String = "",
            _ expected: @escaping @Sendable (Role) -> Int
        ) {
            self.method = method
            self.pattern = pattern
            self.path = path ?? pattern
            self.body = body
            self.expected = expected
        }

        var testDescription: String { "\(method) \(path)" }
    }

    private static func everybody(_ status: Int) -> @Sendable (Role) -> Int { { _ in status } }

    private static func writers(_ status: Int) -> @Sendable (Role) -> Int {
        { $0 == .viewOnly ? 403 : status }
    }

    private static func viewers(_ status: Int, else other: Int = 403) -> @Sendable (Role) -> Int {
        { $0 == .defaultUser ? other : status }
    }

    private static func managers(_ status: Int) -> @Sendable (Role) -> Int {
        { $0 == .accountAdmin || $0 == .userManager ? status : 403 }
    }

    /// A token's id tells whose it is only to those who see its user.
    private static func tokenManagers(_ status: Int) -> @Sendable (Role) -> Int {
        { role in
            switch role {
            case .accountAdmin, .userManager: status
            case .defaultUser: 404
            case .accountManager, .accountUser, .viewOnly: 403
            }
        }
    }

    private static let robot = "/user/\(Company.robot)"
    private static let token = "/api-access-token/\(Company.robotToken)"
    private static let enabled = #"{"enabled":false}"#

    static let rows = [
        Row("GET", "/user/me", everybody(200)),
        Row("PUT", "/user/me", body: #"{"description":"d"}"#, writers(200)),
        Row("GET", "/user", viewers(200)),
        Row("POST", "/user", body: Company.service("new"), managers(201)),
        Row("GET", "/user/{id}", at: robot, viewers(200)),
        Row("GET", "/user/{id}", at: "/user/\(Company.nobody)", viewers(404)),
        Row("PUT", "/user/{id}", at: robot, body: #"{"description":"d"}"#, managers(200)),
        Row("PUT", "/user/{id}", at: "/user/\(Company.nobody)", body: "{}", managers(404)),
        Row("DELETE", "/user/{id}", at: robot, managers(204)),
        Row("DELETE", "/user/{id}", at: "/user/\(Company.nobody)", managers(404)),
        Row("PUT", "/user/{id}/enable", at: "\(robot)/enable", body: enabled, managers(200)),
        Row("PUT", "/user/{id}/unlock", at: "\(robot)/unlock", managers(200)),
        Row(
            "GET",
            "/api-access-token",
            at: "/api-access-token?user_id=\(Company.robot)",
            viewers(200)
        ),
        Row("POST", "/api-access-token", body: #"{"name":"own"}"#, writers(201)),
        Row(
            "POST",
            "/api-access-token",
            body: #"{"name":"other","user_id":"\#(Company.robot)"}"#,
            managers(201)
        ),
        Row("GET", "/api-access-token/{id}", at: token, viewers(200, else: 404)),
        Row("PUT", "/api-access-token/{id}", at: token, body: enabled) {
            $0 == .viewOnly ? 403 : tokenManagers(200)($0)
        },
        Row("DELETE", "/api-access-token/{id}", at: token) {
            $0 == .viewOnly ? 403 : tokenManagers(204)($0)
        },
        Row("GET", "/account", viewers(200)),
        Row("GET", "/account/{id}", at: "/account/\(Company.north)", viewers(200)),
        Row("GET", "/account/{id}", at: "/account/\(Company.south)", viewers(404)),
        Row("GET", "/organization", viewers(200)),
        Row(
            "GET",
            "/organization/{id}",
            at: "/organization/\(Company.id("north organization"))",
            viewers(200)
        ),
        Row("GET", "/role", everybody(200)),
        Row("GET", "/application", everybody(200)),
        Row("GET", "/locale", everybody(200)),
    ]

    @Test("each role gets what the table says, and a refusal names the way out", arguments: rows)
    func asks(_ row: Row) throws {
        for role in Role.allCases {
            let company = try Company()
            let response = company.send(row.method, row.path, as: role.rawValue, row.body)
            #expect(response.status == row.expected(role), "\(role): \(response.reason ?? "")")
            guard response.status == 403 else { continue }
            #expect(response.text == Envelope.noAccess)
            #expect(response.reason?.contains(role.rawValue) == true)
        }
    }

    @Test("one's own things are everybody's, with the default right to change them")
    func own() throws {
        for role in Role.allCases {
            let company = try Company()
            let key = role.rawValue
            let own = "/api-access-token/\(Company.id("\(key) token"))"
            let list = "/api-access-token?user_id=\(Company.id(role))"
            #expect(company.send("GET", "/user/\(Company.id(role))", as: key).status == 200)
            #expect(company.send("GET", list, as: key).members("name") == [key])
            #expect(company.send("GET", own, as: key).status == 200)
            let isWriter = role != .viewOnly
            let renamed = company.send("PUT", own, as: key, #"{"name":"mine"}"#)
            #expect(renamed.status == (isWriter ? 200 : 403))
            #expect(company.send("DELETE", own, as: key).status == (isWriter ? 204 : 403))
            #expect(company.me(as: key) == (isWriter ? 401 : 200))
        }
    }

    @Test("every operation on users, tokens and accounts is in the table")
    func complete() {
        let base = "/account/api/v1"
        let served = AccountManagerAPI.routes.map { route in
            "\(route.method) \(route.pattern.dropFirst(base.count))"
        }.filter { !$0.contains("client-auth-certificate") && !$0.contains("audit-log") }
        #expect(Set(Self.rows.map { "\($0.method) \($0.pattern)" }) == Set(served))
    }
}
