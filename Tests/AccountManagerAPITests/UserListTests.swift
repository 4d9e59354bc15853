import AccountModel
import HTTP
import Testing
import World

@testable import AccountManagerAPI

@Suite("UserList, and who sees whom")
struct UserListTests {
    private static let admin = "AM_ACCOUNT_ADMIN"

    /// A query, and the last or friendly names that it finds.
    struct Query: CustomTestStringConvertible {
        let text: String
        let names: [String]

        init(_ text: String, _ names: [String]) {
            self.text = text
            self.names = names
        }

        var testDescription: String { text }
    }

    static let people = Role.allCases.map(\.rawValue) + ["BOSS", "LOCKED", "GLOBAL"]
    static let queries = [
        Query("", people + ["ROBOT", "BRIDGE"]),
        Query("?user_type=service", ["ROBOT", "BRIDGE"]),
        Query("?user_type=standard&limit=2", Array(people.prefix(2))),
        Query("?user_type=standard&offset=7", ["LOCKED", "GLOBAL"]),
        Query("?offset=100", []),
        Query("?status=LOCKED", ["LOCKED"]),
        Query("?status=DISABLED", []),
        Query("?status=ACTIVE&user_type=service", ["ROBOT", "BRIDGE"]),
        Query("?account_id=\(Company.south)", []),
        Query("?account_id=\(Company.north)&user_type=service", ["ROBOT", "BRIDGE"]),
        Query("?email=boss@EXAMPLE.com", ["BOSS"]),
        Query("?email=boss", []),
        Query("?friendly_name=ROBOT", ["ROBOT"]),
        Query("?friendly_name=robot", []),
        Query("?search=robot", ["ROBOT", "BRIDGE"]),
        Query("?search=first%20boss", ["BOSS"]),
        Query("?search=STRANGER", []),
        Query("?search=&unknown=1&user_type=service", ["ROBOT", "BRIDGE"]),
    ]

    @Test("filters combine, in the order of creation", arguments: queries)
    func filters(_ query: Query) throws {
        let response = try Company().send("GET", "/user\(query.text)", as: Self.admin)
        #expect(response.status == 200)
        let names = response.items.compactMap { item -> String? in
            guard case .object(let members) = item,
                case .string(let name) = members["friendly_name"] ?? members["last_name"]
            else { return nil }
            return name
        }
        #expect(names == query.names)
    }

    @Test(
        "a filter that is none is 400",
        arguments: ["user_type=robot", "status=off", "limit=0", "offset=-1", "search=a&search=b"]
    )
    func refuses(_ query: String) throws {
        let response = try Company().send("GET", "/user?\(query)", as: Self.admin)
        #expect(response.status == 400)
        #expect(response.text == Envelope.invalidInput)
    }

    @Test("lists end at the world's default limit")
    func defaultLimit() throws {
        let company = try Company { $0.defaultLimit = 3 }
        #expect(company.send("GET", "/user", as: Self.admin).items.count == 3)
        #expect(company.send("GET", "/user?limit=4", as: Self.admin).items.count == 4)
        #expect(company.send("GET", "/role", as: Self.admin).items.count == 3)
        #expect(company.send("GET", "/locale?offset=9", as: Self.admin).items.count == 2)
    }

    static let notFound = ["User", "API access token", "Account", "Organization"].map { noun in
        Envelope.of("resource_not_found", "\(noun) not found")
    }

    /// Requests about something in the south, with `{id}` for its id.
    static let strangers: [(String, String, String, String)] = [
        ("GET", "/user/{id}", Company.stranger, ""),
        ("PUT", "/user/{id}", Company.stranger, #"{"description":"x"}"#),
        ("PUT", "/user/{id}/enable", Company.stranger, #"{"enabled":false}"#),
        ("PUT", "/user/{id}/unlock", Company.stranger, ""),
        ("DELETE", "/user/{id}", Company.stranger, ""),
        ("GET", "/api-access-token?user_id={id}", Company.stranger, ""),
        ("POST", "/api-access-token", Company.stranger, #"{"name":"n","user_id":"{id}"}"#),
        ("GET", "/api-access-token/{id}", Company.strangerToken, ""),
        ("PUT", "/api-access-token/{id}", Company.strangerToken, #"{"enabled":false}"#),
        ("DELETE", "/api-access-token/{id}", Company.strangerToken, ""),
        ("GET", "/account/{id}", Company.south, ""),
        ("GET", "/organization/{id}", Company.id("south organization"), ""),
    ]

    @Test("what is not seen is answered as what does not exist is", arguments: strangers)
    func unseen(_ method: String, _ path: String, _ id: String, _ body: String) throws {
        let company = try Company()
        let answers = [id, Company.nobody].map { id in
            company.send(
                method,
                path.replacing("{id}", with: id),
                as: Self.admin,
                body.replacing("{id}", with: id)
            )
        }
        #expect(answers[0].status == 404)
        #expect(Self.notFound.contains(answers[0].text))
        #expect(answers[0].text == answers[1].text)
        #expect(answers[0].fields == answers[1].fields)
        #expect(answers[0].reason?.replacing(id, with: Company.nobody) == answers[1].reason)
        // The same request is fine for who sees everything.
        let seen = company.send(
            method,
            path.replacing("{id}", with: id),
            as: "SYSTEM",
            body.replacing("{id}", with: id)
        )
        #expect((200..<300).contains(seen.status), "\(seen.reason ?? "")")
    }

    @Test(
        "an id that is none is 404",
        arguments: ["1", "%00", "me2", Company.robot.uppercased(), "%2e%2e"]
    )
    func malformed(_ id: String) throws {
        let company = try Company()
        for path in ["/user/\(id)", "/api-access-token/\(id)", "/account/\(id)"] {
            #expect(company.send("GET", path, as: Self.admin).status == 404)
        }
    }

    @Test("a caller without permission learns nothing of who exists")
    func learnsNothing() throws {
        let company = try Company()
        for path in ["/user/{id}", "/api-access-token?user_id={id}", "/account/{id}"] {
            let answers = [Company.robot, Company.stranger, Company.north, Company.nobody].map {
                let path = path.replacing("{id}", with: $0)
                return company.send("GET", path, as: "AM_DEFAULT_USER")
            }
            #expect(Set(answers.map(\.text)).count == 1)
            #expect(Set(answers.map { $0.reason ?? "" }).count == 1)
            #expect(answers[0].status == 403)
        }
        let tokens = [Company.robotToken, Company.nobody].map { id in
            company.send("GET", "/api-access-token/\(id)", as: "AM_DEFAULT_USER").text
        }
        #expect(tokens[0] == tokens[1])
    }
}
