import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import PrivateCA
import Testing
import World

@testable import AccountManagerAPI
@testable import SQLiteBridge

@Suite("AccountManagerAPI")
struct AccountManagerAPITests {
    private static let me = "/account/api/v1/user/me"
    private static let certificates = "/account/api/v1/client-auth-certificate"
    private static let enable = "\(certificates)/\(Cast.usableID)/enable"

    static let unrouted = [
        "/", "*", "/account", "/account/api/v1", "/account/api/v1/user/me/",
        "/account/api/v1/User/me",
        "/account/api/v1/client-auth-certificate/", "/account/api/v2/user/me",
        "/account/api/v1/client-auth-certificate/x/enable/", "/account/api/v1/users",
    ]

    @Test("an unrouted path is 404 before anybody is asked who they are", arguments: unrouted)
    func refusesPath(_ target: String) throws {
        let cast = try Cast()
        for key in [[], ["ALPHA_KEY"]] {
            let response = cast.send("GET", target, key: key)
            #expect(response.status == 404)
            #expect(response.text == Envelope.unrouted)
            #expect(response.reason?.contains("/account/api/v1/client-auth-certificate") == true)
        }
    }

    static let otherMethods: [(String, String, String)] = [
        ("POST", me, "GET, HEAD, PUT"), ("OPTIONS", me, "GET, HEAD, PUT"),
        ("get", me, "GET, HEAD, PUT"),
        ("PUT", certificates, "POST, GET, HEAD"), ("PATCH", certificates, "POST, GET, HEAD"),
        ("POST", "\(certificates)/1", "GET, HEAD, DELETE"), ("GET", enable, "PUT"),
        ("DELETE", enable, "PUT"), ("HEAD", enable, "PUT"),
    ]

    @Test("another method is 405 with Allow (RFC 9110 §15.5.6)", arguments: otherMethods)
    func refusesMethod(_ method: String, _ target: String, _ allow: String) throws {
        let response = try Cast().send(method, target)
        #expect(response.status == 405)
        #expect(response.fields.first("allow") == allow)
        #expect(response.text == Envelope.of("method_not_allowed", "Method not allowed"))
    }

    @Test("HEAD is answered like GET", arguments: [me, certificates])
    func head(_ target: String) throws {
        let cast = try Cast()
        let get = cast.send("GET", target, key: ["ALPHA_KEY"])
        let head = cast.send("HEAD", target, key: ["ALPHA_KEY"])
        #expect(head.status == 200)
        #expect(head.body == get.body)
        #expect(head.fields == get.fields)
    }

    @Test("a CORS preflight is refused in the vendor's words")
    func preflight() throws {
        let fields: Fields = [
            "origin": "https://example.com", "access-control-request-method": "GET",
        ]
        for target in [Self.me, "/nowhere"] {
            let response = try Cast().send("OPTIONS", target, fields: fields)
            #expect(response.status == 403)
            #expect(response.text == "Invalid CORS request")
        }
    }

    @Test("shows the user as the vendor prints it, members in order")
    func showsUser() throws {
        let cast = try Cast()
        let response = cast.me(key: ["ALPHA_KEY"])
        #expect(
            response.text == """
                {"id":"\(Cast.alpha)","email":"alpha@example.com","status":"ACTIVE",\
                "access_scope":"account","primary_account_id":"\(Cast.account)",\
                "created_at":"2025-01-01T00:00:00Z","created_by":"\(Cast.alpha)",\
                "user_type":"service","friendly_name":"Alpha","description":"",\
                "locale":"en_US","applications":[],"accounts":[{"id":"\(Cast.account)",\
                "name":"Test account","active":true,"service_period":{"from":"2025-01-01",\
                "to":"2035-01-01"},"friendly_identifier":"7654321","locale":"en_US"}]}
                """
        )
        #expect(response.principal == "Alpha")
        #expect(response.fields.first("content-type") == "application/json")
    }

    /// What is wrong with a request, and which of it is answered.
    struct Wrong: CustomTestStringConvertible {
        let method: String
        let target: String
        let key: String
        let type: String
        let body: String
        let status: Int
        let text: String?

        init(
            _ target: String,
            by key: String,
            as type: String = "text/plain",
            _ body: String = "{",
            gets status: Int,
            _ text: String? = nil,
            method: String = "PUT"
        ) {
            self.method = method
            self.target = target
            self.key = key
            self.type = type
            self.body = body
            self.status = status
            self.text = text
        }

        var testDescription: String { "\(status) \(method) \(target) \(key) \(body)" }
    }

    static let json = "application/json"
    static let wrongs = [
        Wrong("/nowhere", by: "NO_KEY", gets: 404, Envelope.unrouted),
        Wrong(enable, by: "NO_KEY", gets: 405, method: "PATCH"),
        Wrong(enable, by: "", gets: 403, Envelope.nothingProvided),
        Wrong(enable, by: "NO_KEY", gets: 401, Envelope.refusedKey),
        Wrong(enable, by: "VIEWER_KEY", gets: 403, Envelope.noAccess),
        Wrong(enable, by: "BETA_KEY", gets: 415),
        Wrong(enable, by: "BETA_KEY", as: json, gets: 400, Envelope.invalidInput),
        Wrong(enable, by: "BETA_KEY", as: json, "{}", gets: 400, Envelope.invalidInput),
        Wrong(enable, by: "BETA_KEY", as: json, "{\"enabled\":1}", gets: 400),
        Wrong(enable, by: "BETA_KEY", as: json, "{\"enabled\":true}", gets: 404),
    ]

    @Test("checks path, method, who, may, type, body and thing in this order", arguments: wrongs)
    func order(_ row: Wrong) throws {
        let response = try Cast().send(
            row.method,
            row.target,
            key: [row.key],
            body: row.body,
            fields: ["content-type": row.type]
        )
        #expect(response.status == row.status)
        if let text = row.text { #expect(response.text == text) }
    }

    static let writes = [
        ("POST", certificates), ("PUT", enable), ("DELETE", "\(certificates)/\(Cast.usableID)"),
    ]

    @Test("a user who may only view reads, and writes nothing", arguments: writes)
    func viewer(_ method: String, _ target: String) throws {
        let cast = try Cast()
        let response = cast.send(method, target, key: ["VIEWER_KEY"], body: "{}")
        #expect(response.status == 403)
        #expect(response.text == Envelope.noAccess)
        #expect(response.principal == "Viewer")
        #expect(response.reason?.contains("AM_VIEW_ONLY") == true)
        #expect(cast.send("GET", Self.certificates, key: ["VIEWER_KEY"]).status == 200)
    }

    static let transport = [400, 408, 411, 413, 414, 417, 421, 431, 500, 501, 502, 503, 505]

    @Test("what the transport refuses has the same envelope", arguments: transport)
    func wrapsTransport(_ status: Int) throws {
        let response = try Cast().api.refusal(status, "why\r\nx: y\u{E9}")
        let row = APIError.transport(status: status).row
        #expect(response.status == status)
        // Only a mock has worlds to miss: there its own words are in the body.
        let message = status == 421 ? "why??x: y?" : row.message
        #expect(response.text == Envelope.of(row.code, message))
        #expect(response.reason == "why??x: y?")
        #expect(row.status == status || row.status == 400 || row.status == 500)
    }

    @Test("a database that takes nothing now is 503, and one that fails 500")
    func database() {
        let rows: [(Int32, APIError)] = [
            (5, .unavailable), (13, .unavailable), (11, .internalError),
        ]
        for (code, expected) in rows {
            let failure = StoreError.database(SQLiteError(code: code, message: "m"))
            #expect(APIRefusal(failure).error == expected, "\(code)")
        }
    }

    @Test("every row of the catalogue can be provoked")
    func catalogue() throws {
        let cast = try Cast()
        let duplicate = "{\"name\":\"alpha usable\",\"csr\":\(Self.quoted(try Fixture.csr()))}"
        var provoked: [APIError: Response] = [
            .noAuthenticationData: cast.send("GET", Self.me),
            .refusedKey: cast.send("GET", Self.me, key: ["NO_KEY"]),
            .notEnoughPermissions: cast.send(
                "DELETE",
                "\(Self.certificates)/1",
                key: ["VIEWER_KEY"]
            ),
            .invalidInput: cast.send("POST", Self.certificates, key: ["ALPHA_KEY"], body: "{}"),
            .duplicateName: cast.send(
                "POST",
                Self.certificates,
                key: ["ALPHA_KEY"],
                body: duplicate
            ),
            .certificateNotFound: cast.send("GET", "\(Self.certificates)/1", key: ["ALPHA_KEY"]),
            .pathNotFound: cast.send("GET", "/"),
            .methodNotAllowed: cast.send("PATCH", Self.me),
            .unsupportedMediaType: cast.send(
                "POST",
                Self.certificates,
                key: ["ALPHA_KEY"],
                body: "csr=a",
                fields: ["content-type": "application/x-www-form-urlencoded"]
            ),
        ]
        for status in [400, 408, 413, 414, 421, 431, 500, 501, 503, 505] {
            let response = cast.api.refusal(status, "because")
            provoked[.transport(status: status)] = response
        }
        provoked[.notAcceptable] = cast.send(
            "GET",
            Self.me,
            key: ["ALPHA_KEY"],
            fields: ["accept": "text/html"]
        )
        for (error, response) in provoked {
            #expect(response.status == error.row.status, "\(error)")
            let message = response.status == 421 ? "because" : error.row.message
            #expect(response.text == Envelope.of(error.row.code, message), "\(error)")
            #expect(response.reason?.isEmpty == false, "\(error)")
        }
        // These belong to operations on users, tokens and accounts, or to a setting.
        let elsewhere: Set<APIError> = [
            .auditEntryNotFound, .tooManyRequests,
            .duplicateNickname, .duplicateUser, .duplicateTokenName, .userNotFound,
            .tokenNotFound, .accountNotFound, .organizationNotFound,
        ]
        #expect(Set(provoked.keys).union(elsewhere) == Set(APIError.allCases))
    }

    @Test("issuing waits elsewhere while the CA has no key, signs slowly, or the CSR is long")
    func later() throws {
        let quick = try Cast()
        let slow = try Cast { $0.caKeyAlgorithm = .rsa(bits: 4096) }
        let csr = try Fixture.csr()
        #expect(slow.isAnsweredLater(csr: csr))
        _ = try quick.world.ca.certificatePEM
        #expect(!quick.isAnsweredLater(csr: csr))
        #expect(!quick.isAnsweredLater(csr: try Fixture.csr(.rsa(bits: 4096))))
        let limit = AccountManagerAPI.quickCSRBytesMax
        #expect(!quick.isAnsweredLater(csr: String(repeating: "\n", count: limit)))
        #expect(quick.isAnsweredLater(csr: String(repeating: "\n", count: limit + 1)))
    }

    static func quoted(_ text: String) -> String {
        var writer = JSONWriter()
        writer.value(text)
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension Cast {
    /// Whether an order is answered on a worker thread; the answer itself is thrown away.
    fileprivate func isAnsweredLater(csr: String) -> Bool {
        let body = "{\"name\":\"n\",\"csr\":\(AccountManagerAPITests.quoted(csr))}"
        let request = Request(
            method: "POST",
            target: "/account/api/v1/client-auth-certificate",
            fields: ["x-api-key": "ALPHA_KEY"],
            body: Array(body.utf8)
        )
        let context = RequestContext(requestID: "1", connection: facts(isClientauth: false))
        switch api.reply(to: request, in: context) {
        case .now: return false
        case .later: return true
        case .whenever, .stream: return false
        }
    }
}
