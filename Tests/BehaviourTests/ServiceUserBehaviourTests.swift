import FoundationEssentials
import TestClient
import TestCommand
import Testing

@Suite("A service user's life on the wire", .timeLimit(.minutes(10)))
struct ServiceUserBehaviourTests {
    private static let base = "/account/api/v1"
    private static let admin = "ADMIN_API_TOKEN"

    private struct Made: Decodable {
        let id: String
        let token: String
    }

    private func make(at mock: Mock, name: String = "robot") throws -> Made {
        let body = """
            {"user_type":"service","friendly_name":"\(name)",
             "accounts":["4b13f12d-c8b2-4c49-a21f-9b399364f2ce"]}
            """
        let answer = try mock.connect().exchange(
            .request("POST", "\(Self.base)/user", token: Self.admin, body: body)
        )
        try #require(answer.status == 201, "\(answer.text)")
        return try JSONDecoder().decode(Made.self, from: Data(answer.body))
    }

    private func enable(_ isEnabled: Bool, _ user: Made, at mock: Mock) throws -> Int {
        try mock.connect().exchange(
            .request(
                "PUT",
                "\(Self.base)/user/\(user.id)/enable",
                token: Self.admin,
                body: #"{"enabled":\#(isEnabled)}"#
            )
        ).status
    }

    @Test("open connections feel at once that it is disabled, enabled and deleted")
    func openConnections() throws {
        let mock = try Mock()
        let user = try make(at: mock)
        let enrolled = try mock.enroll(token: user.token)
        let byKey = try mock.connect()
        let byCertificate = try mock.connectToGate(.init(certificate: enrolled.pair))
        func statuses() throws -> [Int] {
            [
                try byKey.exchange(.request("GET", .me, token: user.token)).status,
                try byCertificate.exchange(.request("GET", .me)).status,
            ]
        }
        #expect(try statuses() == [200, 200])
        for _ in 1...2 {
            #expect(try enable(false, user, at: mock) == 200)
            #expect(try statuses() == [401, 403])
            #expect(try enable(true, user, at: mock) == 200)
            #expect(try statuses() == [200, 200])
        }
        let deleted = try mock.connect().exchange(
            .request("DELETE", "\(Self.base)/user/\(user.id)", token: Self.admin)
        )
        #expect(deleted.status == 204)
        #expect(deleted.body.isEmpty)
        #expect(try statuses() == [401, 403])
    }

    @Test("it survives a restart, and its token is nowhere in the state directory")
    func restarts() throws {
        let directory = try TemporaryDirectory()
        let settings = ["stateDir": directory.path]
        let user = try make(at: try Mock(settings))
        let mock = try Mock(settings)
        let answer = try mock.connect().exchange(.request("GET", .me, token: user.token))
        #expect(answer.status == 200)
        #expect(answer.text.contains(user.id))
        for name in ["default.sqlite", "default.sqlite-wal"] {
            let path = "\(directory.path)/worlds/\(name)"
            guard let data = try? Data(contentsOf: URL(filePath: path)) else { continue }
            #expect(data.firstRange(of: Data(user.token.utf8)) == nil, "\(name)")
        }
    }

    @Test("of four requests at once for one name, one wins")
    func race() throws {
        let mock = try Mock()
        let body = """
            {"user_type":"service","friendly_name":"wanted",
             "accounts":["4b13f12d-c8b2-4c49-a21f-9b399364f2ce"]}
            """
        let request = String.request("POST", "\(Self.base)/user", token: Self.admin, body: body)
        let clients = try (1...4).map { _ in try mock.connect() }
        for client in clients { try client.send(request) }
        let statuses = try clients.map { try $0.readAnswer().status }
        #expect(statuses.sorted() == [201, 400, 400, 400])
    }
}
