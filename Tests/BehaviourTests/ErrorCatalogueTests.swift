import AccountManagerAPI
import SQLiteBridge
import TestClient
import TestCommand
import Testing

/// What a client is promised to be refused with, it can be refused with.
@Suite("Each row of the catalogue of errors, from outside", .timeLimit(.minutes(10)))
struct ErrorCatalogueTests {
    /// The rows that no request is known to provoke, and why.
    private static let exempt: [APIError: String] = [
        .internalError:
            "a fault of the mock's own: nothing is known that provokes it from outside, and where"
            + " something does, that is a fault to be mended, not an answer to be kept"
    ]

    @Test(
        "it is provoked over the wire, with its status, its code and its message",
        arguments: APIError.allCases.filter { exempt[$0] == nil }
    )
    func provoked(_ error: APIError) throws {
        let provocation = try #require(Self.provocations[error], "nothing here provokes it")
        let answer = try provocation()
        let row = error.row
        // Only a mock has worlds to miss: there its own words are in the body.
        let message =
            error == .misdirectedRequest
            ? answer["x-mock-reason"] ?? "" : row.message.replacing("<name>", with: Self.name)
        #expect(answer.status == row.status)
        #expect(answer.text == #"{"errors":[{"code":"\#(row.code)","message":"\#(message)"}]}"#)
        #expect(answer["content-type"] == "application/json")
        // A refusal is not better known than the operation that it refuses.
        let evidence = try #require(answer["x-mock-evidence"])
        #expect([row.evidence.rawValue, "INFERRED"].contains(evidence))
        #expect(answer["x-mock-reason"]?.isEmpty == false)
    }

    @Test("one row alone is exempt")
    func exemptions() {
        #expect(Self.exempt.keys.map(\.rawValue) == ["internalError"])
        #expect(Self.provocations.keys.allSatisfy { Self.exempt[$0] == nil })
    }
}

// MARK: - Provocations

extension ErrorCatalogueTests {
    private typealias Provocation = @Sendable () throws -> TestAnswer

    private static let provocations: [APIError: Provocation] =
        refusals.merging(absences) { $1 }.merging(transport) { $1 }

    private static let base = "/account/api/v1"
    private static let admin = "ADMIN_API_TOKEN"
    private static let name = "twice"
    private static let manyLetters = String(repeating: "a", count: 20_000)

    /// Sends requests one after the other on one connection, and keeps the last answer.
    private static func sending(
        _ requests: String...,
        settings: [String: String] = [:]
    ) -> Provocation {
        {
            let mock = try Mock(settings)
            defer { withExtendedLifetime(mock) {} }
            let client = try mock.connect()
            for request in requests.dropLast() { _ = try client.exchange(request) }
            return try client.exchange(try #require(requests.last))
        }
    }

    /// Sends one request that may be made once, twice.
    private static func repeating(_ path: String, _ body: String) -> Provocation {
        let request = String.request("POST", base + path, token: admin, body: body)
        return {
            let mock = try Mock()
            defer { withExtendedLifetime(mock) {} }
            let client = try mock.connect()
            #expect(try client.exchange(request).status == 201)
            return try client.exchange(request)
        }
    }

    private static let refusals: [APIError: Provocation] = [
        .noAuthenticationData: sending(.request("GET", .me)),
        .refusedKey: sending(.request("GET", .me, token: "WRONG")),
        .notEnoughPermissions: sending(
            .request("POST", base + "/user", token: "SERVICE_USER_TOKEN", body: "{}")
        ),
        .invalidInput: sending(
            .request("POST", base + "/client-auth-certificate", token: admin, body: "{}")
        ),
        .duplicateName: repeating("/client-auth-certificate/pkcs12", #"{"name":"\#(name)"}"#),
        .duplicateNickname: repeating(
            "/user",
            """
            {"user_type":"service","friendly_name":"\(name)",
             "accounts":["4b13f12d-c8b2-4c49-a21f-9b399364f2ce"]}
            """
        ),
        .duplicateUser: repeating(
            "/user",
            #"{"first_name":"A","last_name":"B","email":"\#(name)@example.com"}"#
        ),
        .duplicateTokenName: repeating("/api-access-token", #"{"name":"\#(name)"}"#),
        .methodNotAllowed: sending(.request("PATCH", .me, token: admin)),
        .notAcceptable: sending(
            """
            GET \(String.me) HTTP/1.1\r\nHost: a\r\nx-api-key: \(admin)\r\n\
            Accept: text/html\r\n\r\n
            """
        ),
        .unsupportedMediaType: sending(
            """
            POST \(base)/user HTTP/1.1\r\nHost: a\r\nx-api-key: \(admin)\r\n\
            Content-Type: text/plain\r\nContent-Length: 2\r\n\r\n{}
            """
        ),
        .tooManyRequests: sending(
            .request("GET", .me, token: admin),
            .request("GET", .me, token: admin),
            settings: ["world.rateLimitRequests": "1", "clockFrozen": "true"]
        ),
    ]

    /// Asks for something by an id that nothing has.
    private static func absent(_ resource: String) -> Provocation {
        let id = "00000000-0000-4000-8000-000000000000"
        return sending(.request("GET", "\(base)/\(resource)/\(id)", token: admin))
    }

    private static let absences: [APIError: Provocation] = [
        .certificateNotFound: absent("client-auth-certificate"),
        .userNotFound: absent("user"),
        .tokenNotFound: absent("api-access-token"),
        .accountNotFound: absent("account"),
        .organizationNotFound: absent("organization"),
        .auditEntryNotFound: absent("audit-log"),
        .pathNotFound: sending(.request("GET", "/nowhere", token: admin)),
    ]

    private static let transport: [APIError: Provocation] = [
        .malformedRequest: sending("GET / HTTP/1.1\r\n\r\n"),
        .requestTimeout: sending(
            "GET / HTTP/1.1\r\nHost:",
            settings: ["limits.headerTimeoutSeconds": "1"]
        ),
        .bodyTooLarge: sending("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999\r\n\r\n"),
        .targetTooLong: sending("GET /\(manyLetters) HTTP/1.1\r\nHost: a\r\n\r\n"),
        .misdirectedRequest: sending(.request("GET", .me, host: "clientauth.localhost")),
        .headersTooLarge: sending("GET / HTTP/1.1\r\nHost: a\r\nX: \(manyLetters)\r\n\r\n"),
        .notImplemented: sending("GET / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n"),
        .unavailable: { try writingToLockedDatabase() },
        .versionNotSupported: sending("GET / HTTP/3.7\r\nHost: a\r\n\r\n"),
    ]

    /// Changes something while another program keeps the database to itself.
    private static func writingToLockedDatabase() throws -> TestAnswer {
        let directory = try TemporaryDirectory()
        let mock = try Mock(["stateDir": directory.path])
        let other = try Connection.open(path: "\(directory.path)/worlds/default.sqlite")
        try other.execute("BEGIN EXCLUSIVE")
        let order = #"{"name":"\#(name)"}"#
        let answer = try mock.connect()
            .exchange(.request("POST", base + "/api-access-token", token: admin, body: order))
        try other.execute("ROLLBACK")
        return answer
    }
}
