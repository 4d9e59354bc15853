import AccountModel
import AccountStore
import HTTP
import Testing
import World

@testable import AccountManagerAPI

@Suite("The audit log")
struct AuditLogHandlersTests {
    private static let path = "/account/api/v1/audit-log"

    /// A world in which each of three credentials has signed in, and one certificate was switched.
    private static func lively() throws -> Cast {
        let cast = try Cast()
        let enable = "/account/api/v1/client-auth-certificate/\(Cast.usableID)/enable"
        for isEnabled in [false, true] {
            let body = "{\"enabled\":\(isEnabled)}"
            _ = cast.send("PUT", enable, key: ["ALPHA_KEY"], body: body)
        }
        _ = cast.send("GET", "/account/api/v1/user/me", key: ["BETA_KEY"])
        _ = cast.send("GET", "/account/api/v1/user/me", key: ["GAMMA_KEY"])
        return cast
    }

    /// The actions in an answer's items, with who did them.
    private static func items(_ response: Response) throws -> [String] {
        guard case .object(let members) = try JSONReader.read(response.body),
            case .array(let items) = members["items"]
        else { return [] }
        return items.compactMap { item in
            guard case .object(let entry) = item, case .string(let action) = entry["action"],
                case .object(let user) = entry["user"], case .string(let name) = user["name"]
            else { return nil }
            return "\(action) \(name)"
        }
    }

    struct Row: CustomTestStringConvertible {
        let query: String
        let items: [String]
        var testDescription: String { query }

        init(_ query: String, _ items: [String]) {
            self.query = query
            self.items = items
        }
    }

    static let rows = [
        Row("user_name=eta", ["SIGN_IN Beta"]),
        Row("user_name=BET", ["SIGN_IN Beta"]),
        Row("user_name=nobody", []),
        Row("status=FAILURE", ["SIGN_IN Gamma"]),
        Row("action=ENABLE", ["ENABLE Alpha"]),
        Row("action=enable", []),
        Row("action=ENABLE&user_name=Beta", []),
        Row("resource_types=API_ACCESS_TOKEN,%20nothing&user_name=Beta", ["SIGN_IN Beta"]),
        Row("resource_types=client_auth_cert&action=DISABLE", ["DISABLE Alpha"]),
        Row("resource_id=\(Cast.usableID)", ["ENABLE Alpha", "DISABLE Alpha"]),
        Row("resource_id=\(Cast.usableID)&sort=timestamp,asc", ["DISABLE Alpha", "ENABLE Alpha"]),
        Row("account_id=\(Cast.alpha)", []),
        Row("from=2025-10-21", []),
        Row("to=2025-10-19", []),
        Row("from=2025-10-20&to=2025-10-20&action=ENABLE", ["ENABLE Alpha"]),
        Row("resource_id=\(Cast.usableID)&limit=1&offset=1", ["DISABLE Alpha"]),
        Row("resource_id=\(Cast.usableID)&offset=2", []),
        Row("user_name=eta&user_name=", ["SIGN_IN Beta"]),
    ]

    @Test("each filter leaves what it says, and all together what all leave", arguments: rows)
    func filters(_ row: Row) throws {
        let target = "\(Self.path)?\(row.query)"
        let response = try Self.lively().send("GET", target, key: ["VIEWER_KEY"])
        #expect(response.status == 200)
        #expect(try Self.items(response) == row.items)
    }

    static let sortForms = [
        "user_name,asc", "user_name:asc", "user_name", "%2Buser_name", "+user_name",
        "user_name,ASC",
    ]

    @Test("a field and its direction are understood in each usual form", arguments: sortForms)
    func sorts(_ sort: String) throws {
        let cast = try Self.lively()
        let key = ["VIEWER_KEY"]
        let ascending = try Self.items(cast.send("GET", "\(Self.path)?sort=\(sort)", key: key))
        #expect(ascending.first?.hasSuffix("Alpha") == true)
        for form in ["user_name,desc", "user_name:desc", "-user_name"] {
            let descending = try Self.items(cast.send("GET", "\(Self.path)?sort=\(form)", key: key))
            #expect(descending.first?.hasSuffix("Viewer") == true)
        }
    }

    static let broken = [
        "sort=nothing", "sort=timestamp,up", "sort=-", "status=failed", "from=2025-13-01",
        "to=yesterday", "from=2025-10-21&to=2025-10-20", "limit=0", "limit=1001", "offset=-1",
        "action=A&action=B", "user_name=%",
    ]

    @Test("what cannot be meant is 400", arguments: broken)
    func refuses(_ query: String) throws {
        let response = try Cast().send("GET", "\(Self.path)?\(query)", key: ["VIEWER_KEY"])
        #expect(response.status == 400)
        #expect(response.text == Envelope.invalidInput)
    }

    @Test("an entry has these members in this order, alone as in the list")
    func members() throws {
        let cast = try Self.lively()
        let list = cast.send("GET", "\(Self.path)?action=ENABLE", key: ["VIEWER_KEY"]).text
        let id = try #require(list.split(separator: "\"id\":\"").dropFirst().first?.prefix(36))
        let entry = """
            {"id":"\(id)","timestamp":"2025-10-20T00:00:00Z","user":{"id":"\(Cast.alpha)",\
            "name":"Alpha"},"account":{"id":"\(Cast.account)","name":"Test account"},\
            "action":"ENABLE","resource_type":"client_auth_cert","resource_id":"\(Cast.usableID)",\
            "status":"SUCCESS","description":"certificate 6403 (\\"alpha usable\\")",\
            "ip_address":"127.0.0.1"}
            """
        #expect(list == "{\"total\":1,\"offset\":0,\"limit\":1000,\"items\":[\(entry)]}")
        let one = cast.send("GET", "\(Self.path)/\(id)", key: ["VIEWER_KEY"])
        #expect(one.status == 200)
        #expect(one.text == entry)
    }

    @Test("an unknown entry is 404, and without the permission there is no log at all")
    func hides() throws {
        let cast = try Cast()
        let missing = cast.send("GET", "\(Self.path)/\(Cast.alpha)", key: ["VIEWER_KEY"])
        #expect(missing.status == 404)
        #expect(missing.text == Envelope.of("resource_not_found", "Audit log entry not found"))
        for target in [Self.path, "\(Self.path)/\(Cast.alpha)"] {
            let response = cast.send("GET", target, key: ["ALPHA_KEY"])
            #expect(response.status == 403)
            #expect(response.text == Envelope.noAccess)
        }
    }

    @Test("no more entries are kept than the setting says, and the oldest go")
    func retention() throws {
        let cast = try Cast { $0.auditEntriesMax = 3 }
        for _ in 0..<5 { _ = cast.send("GET", "/account/api/v1/user/me", key: ["BETA_KEY"]) }
        let response = cast.send("GET", Self.path, key: ["VIEWER_KEY"])
        #expect(response.text.hasPrefix("{\"total\":3,"))
    }
}
