import FoundationEssentials
import MockDigiCertOne
import TestClient
import Testing

@Suite("Settings of a running world", .timeLimit(.minutes(10)))
struct SettingsBehaviourTests {
    private static let settings = "/worlds/default/settings"
    private static let certificates = "/account/api/v1/client-auth-certificate"
    private static let withKey = String.request("GET", .me, token: "SERVICE_USER_TOKEN")

    private static func control(_ mock: Mock) throws -> TestClient {
        try TestClient(port: Mock.port(of: mock.server.controlURL))
    }

    private static func change(_ mock: Mock, _ body: String) throws -> TestAnswer {
        try control(mock).exchange(.request("PUT", settings, body: body))
    }

    @Test("a change counts from the next request on, on open connections too")
    func changes() throws {
        let mock = try Mock()
        let client = try mock.connect()
        let wrong = String.request("GET", .me, token: "WRONG")
        #expect(try client.exchange(wrong).status == 401)
        let changed = try Self.change(mock, #"{"refusedKeyStatus":403,"errorBody":"error"}"#)
        #expect(changed.status == 200)
        #expect(changed.text.contains(#""refusedKeyStatus":403"#))
        let refused = try client.exchange(wrong)
        #expect(refused.status == 403)
        #expect(refused.text.hasPrefix(#"{"error":{"code":"invalid_api_key""#))
        let shown = try Self.control(mock).exchange(.request("GET", Self.settings))
        #expect(shown.text == changed.text)
    }

    @Test("an unknown setting is 400 and says which there are")
    func unknown() throws {
        let mock = try Mock()
        let answer = try Self.change(mock, #"{"refusedkeystatus":403}"#)
        #expect(answer.status == 400)
        #expect(answer.text.contains("$.refusedkeystatus is no setting"))
    }

    @Test("strict, the tutorial's routes work and every other is 501 and changes nothing")
    func strict() throws {
        let mock = try Mock()
        #expect(try Self.change(mock, #"{"strict":"documented"}"#).status == 200)
        let enrolled = try mock.enroll()
        #expect(try mock.setEnabled(false, enrolled).status == 200)
        #expect(try mock.setEnabled(true, enrolled).status == 200)
        let gate = try mock.connectToGate(.init(certificate: enrolled.pair))
        let me = try gate.exchange(.request("GET", .me))
        #expect(me.status == 200)
        #expect(me["x-mock-evidence"] == "DOCUMENTED")
        let client = try mock.connect()
        let list = String.request("GET", Self.certificates, token: "SERVICE_USER_TOKEN")
        let before = try client.exchange(list)
        #expect(before.status == 200)
        let deleted = try mock.delete(enrolled)
        #expect(deleted.status == 501)
        #expect(deleted["x-mock-reason"]?.contains("DELETE /account/api/v1/client-auth") == true)
        #expect(try client.exchange(list).text == before.text)
        #expect(try Self.change(mock, #"{"strict":"off"}"#).status == 200)
        #expect(try mock.delete(enrolled).status == 204)
    }

    @Test("a key that sends too much learns when it may go on, and lifting the limit lets it")
    func rateLimit() throws {
        let mock = try Mock([
            "world.rateLimitRequests": "2", "world.rateLimitSeconds": "3600",
            "clockFrozen": "true",
        ])
        let client = try mock.connect()
        #expect(try client.exchange(Self.withKey).status == 200)
        #expect(try client.exchange(Self.withKey).status == 200)
        let refused = try client.exchange(Self.withKey)
        #expect(refused.status == 429)
        #expect(refused["retry-after"] == "3600")
        #expect(refused.text.contains(#""code":"request_limit_exceeded""#))
        let other = String.request("GET", .me, token: "ADMIN_API_TOKEN")
        #expect(try client.exchange(other).status == 200)
        #expect(try Self.change(mock, #"{"rateLimitRequests":0}"#).status == 200)
        #expect(try client.exchange(Self.withKey).status == 200)
    }

    @Test("no mock header is sent where they are switched off")
    func noHeaders() throws {
        let mock = try Mock(["mockHeaders": "false"])
        let answer = try mock.connect().exchange(Self.withKey)
        #expect(answer.status == 200)
        #expect(answer["x-mock-evidence"] == nil)
    }
}

@Suite("The audit log over the wire", .timeLimit(.minutes(10)))
struct AuditBehaviourTests {
    private struct Log: Decodable {
        struct Item: Decodable {
            struct User: Decodable { let name: String }
            let user: User
            let action: String
            let status: String
            let resource_id: String?
            let description: String
            let ip_address: String?
        }
        let total: Int
        let items: [Item]
    }

    private static func log(_ mock: Mock, _ query: String) throws -> Log {
        let path = "/account/api/v1/audit-log?\(query)"
        let answer = try mock.connect()
            .exchange(.request("GET", path, token: "ADMIN_API_TOKEN"))
        #expect(answer.status == 200, "\(answer.text)")
        return try JSONDecoder().decode(Log.self, from: Data(answer.body))
    }

    @Test("a refused certificate stands there with its user's name and the reason, once")
    func refusedCertificate() throws {
        let mock = try Mock()
        let enrolled = try mock.enroll()
        #expect(try mock.setEnabled(false, enrolled).status == 200)
        let gate = try mock.connectToGate(.init(certificate: enrolled.pair))
        for _ in 0..<3 { #expect(try gate.exchange(.request("GET", .me)).status == 403) }
        let log = try Self.log(mock, "action=SIGN_IN&status=FAILURE")
        #expect(log.total == 1)
        #expect(log.items.first?.user.name == "Example service user")
        #expect(log.items.first?.resource_id == enrolled.id)
        #expect(log.items.first?.description.contains("was disabled at") == true)
        #expect(log.items.first?.ip_address == "127.0.0.1")
    }

    @Test("the life of a certificate is found there by its id, the newest first")
    func life() throws {
        let mock = try Mock()
        let enrolled = try mock.enroll()
        #expect(try mock.setEnabled(false, enrolled).status == 200)
        #expect(try mock.setEnabled(true, enrolled).status == 200)
        let gate = try mock.connectToGate(.init(certificate: enrolled.pair))
        #expect(try gate.exchange(.request("GET", .me)).status == 200)
        #expect(try mock.delete(enrolled).status == 204)
        let log = try Self.log(mock, "resource_id=\(enrolled.id)")
        let actions = ["DELETE", "SIGN_IN", "ENABLE", "DISABLE", "CREATE"]
        #expect(log.items.map(\.action) == actions)
        let pages = try (0..<5).flatMap { offset in
            try Self.log(mock, "resource_id=\(enrolled.id)&offset=\(offset)&limit=1").items
        }
        #expect(pages.map(\.action) == actions)
    }
}
