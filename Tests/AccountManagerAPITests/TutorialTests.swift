import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Testing
import World

@testable import AccountManagerAPI

/// What a fresh world answers is what the vendor's tutorial prints.
@Suite("A fresh world, asked as in the tutorial")
struct TutorialTests {
    private static func send(_ target: String, key: String) throws -> Response {
        let now = Timestamp.parse(iso8601: "2025-10-20T00:00:00Z") ?? .earliest
        let world = try World.open(
            name: "default",
            at: .memory,
            readerCount: 1,
            settings: ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256)),
            seed: Seed.tutorial(),
            systemTime: { now }
        )
        let facts = ConnectionFacts(
            id: 1,
            loop: 0,
            listener: "api",
            remoteAddress: "[::1]:4711",
            world: "default"
        )
        let request = Request(method: "GET", target: target, fields: ["X-API-Key": key])
        let context = RequestContext(requestID: "1", connection: facts)
        switch AccountManagerAPI(world: world).reply(to: request, in: context) {
        case .now(let response): return response
        case .later(let work): return work()
        // Nothing here is held back.
        case .whenever, .stream: return Response(status: 501)
        }
    }

    @Test(
        "prints the service user byte for byte",
        arguments: ["SERVICE_USER_TOKEN", "SERVICE_API_KEY"]
    )
    func serviceUser(_ key: String) throws {
        let response = try Self.send("/account/api/v1/user/me", key: key)
        #expect(response.status == 200)
        #expect(response.text == Self.printed)
    }

    @Test(
        "prints a standard user's names instead of a friendly name",
        arguments: [
            "ADMIN_API_TOKEN", "VIEW_ONLY_API_TOKEN",
        ]
    )
    func standardUser(_ key: String) throws {
        let response = try Self.send("/account/api/v1/user/me", key: key)
        #expect(response.status == 200)
        #expect(response.text.contains("\"user_type\":\"standard\",\"first_name\":"))
        #expect(!response.text.contains("friendly_name"))
        #expect(response.text.contains("\"last_name\":"))
    }

    /// The tutorial's answer without its white space.
    private static let printed = """
        {"id":"783a6a45-b74b-4635-bb4b-69855910ccd3","email":"jane@example.com",\
        "status":"ACTIVE","access_scope":"account",\
        "primary_account_id":"130deba5-3ebb-43b2-8183-1a9940d460f5",\
        "created_at":"2021-06-23T08:55:19Z","created_by":"8f7f8b1f-63c1-4580-af7d-ea4cd890e8f7",\
        "user_type":"service","friendly_name":"Example service user","description":"",\
        "locale":"en_US","applications":[\
        {"id":"2d3a72fd-ad44-4a9b-952a-2bcadb14a741","name":"Trust Lifecycle",\
        "permissions":["VIEW_EM_SEAT","VIEW_EM_AUDIT_LOG","VIEW_EM_CERTIFICATE",\
        "VIEW_EM_PROFILE"]},\
        {"id":"1a05282a-ec70-4da9-b921-933c070fcf80","name":"IoT Trust",\
        "permissions":["VIEW_IOT_CERTIFICATE","VIEW_IOT_ENROLLMENT_PROFILE"]},\
        {"id":"97b97f1b-8d1d-4203-a62c-0a209a1bea0a","name":"Document Trust",\
        "permissions":["MANAGE_DSM_VIEW_CERTIFICATE_PROFILES","MANAGE_DSM_ADD_VALIDATIONS",\
        "MANAGE_DSM_VIEW_CERTIFICATE_TEMPLATES","MANAGE_DSM_VIEW_VALIDATIONS"]},\
        {"id":"78c0355a-e1ca-4978-b60c-e9d66b9e1f30","name":"Account Manager",\
        "permissions":["MANAGE_AM_ACCOUNT","VIEW_AM_AUDIT_LOG"]},\
        {"id":"fd2b688d-43bd-4b4a-9fd6-f883ad9e813d","name":"CA Manager",\
        "permissions":["VIEW_CM_LICENSE"]},\
        {"id":"7660bdb3-66e7-46e6-928f-dcae4d64ee91","name":"Software Trust",\
        "permissions":["MANAGE_SM_CERTIFICATE_PROFILE","VIEW_SM_CERTIFICATE","SIGN_SM_HASH"]}],\
        "accounts":[{"id":"4b13f12d-c8b2-4c49-a21f-9b399364f2ce","name":"Example account",\
        "active":true,"service_period":{"from":"2021-05-06","to":"2030-05-06"},\
        "friendly_identifier":"1234567","locale":"en_US"}]}
        """
}
