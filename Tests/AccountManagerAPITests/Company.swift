import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import Synchronization
import Testing
import World

@testable import AccountManagerAPI

/// A world with two accounts, a user of every role in the first, and an API to ask.
///
/// It is noon of 2025-10-20 there until a test says otherwise. Every token is the name of its user.
final class Company: Sendable {
    static let north = id("north")
    static let south = id("south")

    /// A service user in the north, and its token and certificate.
    static let robot = id("ROBOT")
    static let robotToken = id("ROBOT token")
    static let robotCertificate = id("ROBOT certificate")

    /// A service user in the south, whom nobody in the north sees.
    static let stranger = id("STRANGER")
    static let strangerToken = id("STRANGER token")
    static let strangerCertificate = id("STRANGER certificate")

    /// Of nothing.
    static let nobody = "00000000-0000-4000-8000-000000000000"

    let world: World
    let api: AccountManagerAPI
    private let clock: SharedTime

    init(settings change: (inout WorldSettings) -> Void = { _ in }) throws {
        TLSContext.prepareProcess()
        var settings = WorldSettings(caKeyAlgorithm: .p256)
        change(&settings)
        let time = SharedTime(Cast.time("2025-10-20T12:00:00Z"))
        world = try World.open(
            name: "company",
            at: .memory,
            readerCount: 1,
            settings: ChosenSettings(all: settings),
            seed: Seed.parse(Array(Self.seed.utf8), source: "company"),
            systemTime: { time.now }
        )
        api = AccountManagerAPI(world: world)
        clock = time
    }

    /// Sets the world's time.
    func travel(to moment: String) { clock.set(Cast.time(moment)) }

    /// An id that follows from a name.
    static func id(_ name: String) -> String {
        Identifier.uuid(randomBytes: Digest.sha256(Array(name.utf8)))
    }

    /// The id of the user who has a role.
    static func id(_ role: Role) -> String { id(role.rawValue) }
}

/// What the world takes for the system's clock.
private final class SharedTime: Sendable {
    private let moment: Mutex<Timestamp>

    init(_ moment: Timestamp) { self.moment = Mutex(moment) }

    var now: Timestamp { moment.withLock { $0 } }

    func set(_ moment: Timestamp) { self.moment.withLock { $0 = moment } }
}

// MARK: - Asking

extension Company {
    /// Sends a request to `/account/api/v1` and the path.
    func send(
        _ method: String,
        _ path: String,
        as key: String?,
        _ body: String = "",
        certificate: PresentedCertificate? = nil
    ) -> Response {
        var fields: Fields = [:]
        if let key { fields.append("x-api-key", key) }
        if !body.isEmpty { fields.append("content-type", "application/json") }
        let request = Request(
            method: method,
            target: "/account/api/v1\(path)",
            fields: fields,
            body: Array(body.utf8)
        )
        let facts = ConnectionFacts(
            id: 1,
            loop: 0,
            listener: certificate == nil ? "api" : "clientauth",
            remoteAddress: "127.0.0.1:4711",
            world: "company",
            asksForClientCertificate: certificate != nil,
            presentedCertificate: certificate
        )
        switch api.reply(to: request, in: RequestContext(requestID: "1", connection: facts)) {
        case .now(let response): return response
        case .later(let work): return work()
        // Nothing here is held back.
        case .whenever, .stream: return Response(status: 501)
        }
    }

    /// The status that a key or a certificate gets from `/user/me`.
    func me(as key: String?, certificate: PresentedCertificate? = nil) -> Int {
        send("GET", "/user/me", as: key, certificate: certificate).status
    }

    /// Makes a service user in the north.
    func makeService(_ name: String, members: String = "") throws -> (id: String, token: String) {
        let response = send("POST", "/user", as: "AM_ACCOUNT_ADMIN", Self.service(name, members))
        try #require(response.status == 201, "\(response.text) \(response.reason ?? "")")
        return (try #require(response.member("id")), try #require(response.member("token")))
    }

    /// The body that orders a service user.
    static func service(_ name: String, _ members: String = "") -> String {
        #"{"user_type":"service","friendly_name":"\#(name)","accounts":["\#(north)"]\#(members)}"#
    }

    /// A certificate of a user's, as a handshake brings it.
    func enroll(as key: String) throws -> PresentedCertificate {
        let csr = AccountManagerAPITests.quoted(try Fixture.csr())
        let body = #"{"name":"enrolled","csr":\#(csr)}"#
        let response = send("POST", "/client-auth-certificate", as: key, body)
        let pem = try #require(response.member("x509_cert"), "\(response.reason ?? "")")
        let certificate = try Certificate.parse(pem: pem)
        return PresentedCertificate(
            sha256: certificate.sha256,
            subject: certificate.subject,
            issuer: certificate.issuer,
            serialNumber: certificate.serialNumber,
            notBefore: certificate.notBefore,
            notAfter: certificate.notAfter
        )
    }

    /// The newest audit entries but for sign-ins, the newest first.
    func audit(_ limit: Int) throws -> [AuditEntry] {
        let entries = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditEntries(limit: 1000)
        }
        return Array(entries.filter { $0.action != .signIn }.prefix(limit))
    }
}

// MARK: - Who is there

extension Company {
    private static var seed: String {
        let accounts = [("north", "7654321"), ("south", "7654322")].map { name, number in
            """
            {"id":"\(id(name))","name":"\(name)","friendly_identifier":"\(number)",
             "service_period":{"from":"2025-01-01","to":"2030-12-31"}}
            """
        }
        let organizations = ["north", "south"].map { name in
            """
            {"id":"\(id("\(name) organization"))","name":"\(name) Ltd","account_id":"\(id(name))",
             "city":"Lehi"}
            """
        }
        var users = Role.allCases.map { standard($0.rawValue, role: $0, in: ["north"]) }
        users += [
            standard("BOSS", role: .accountAdmin, in: ["north"]),
            standard("SYSTEM", role: .accountAdmin, in: [], members: #","access_scope":"system""#),
            standard("LOCKED", role: .defaultUser, in: ["north"], members: #","locked":true"#),
            standard(
                "GLOBAL",
                role: .defaultUser,
                in: ["north"],
                members: #","access_scope":"system""#
            ),
            service("ROBOT", in: ["north"]),
            service("STRANGER", in: ["south"]),
            service("BRIDGE", in: ["north", "south"]),
        ]
        return """
            {"accounts":[\(accounts.joined(separator: ","))],
             "organizations":[\(organizations.joined(separator: ","))],
             "applications":[
               {"id":"\(id("software"))","code":"software_trust","name":"Software Trust"}],
             "roles":[{"name":"SSM_SIGNER","display_name":"Signer","description":"Signs.",
               "application":"software_trust","permissions":["SIGN_SM_HASH"]}],
             "users":[\(users.joined(separator: ","))]}
            """
    }

    private static func standard(
        _ name: String,
        role: Role,
        in accounts: [String],
        members: String = ""
    ) -> String {
        """
        {"user_type":"standard","first_name":"First","last_name":"\(name)",
         "email":"\(name)@example.com","username":"\(name)",\(common(name, role, accounts))
         \(members)}
        """
    }

    private static func service(_ name: String, in accounts: [String]) -> String {
        """
        {"user_type":"service","friendly_name":"\(name)","email":"robots@example.com",
         "certificates":[{"id":"\(id("\(name) certificate"))","name":"\(name)"}],
         \(common(name, .defaultUser, accounts))}
        """
    }

    private static func common(_ name: String, _ role: Role, _ accounts: [String]) -> String {
        let ids = accounts.map { "\"\(id($0))\"" }.joined(separator: ",")
        return """
            "id":"\(id(name))","primary_account_id":"\(id(accounts.first ?? "none"))",
            "created_at":"2025-01-01T00:00:00Z","roles":["\(role.rawValue)"],"accounts":[\(ids)],
            "tokens":[{"id":"\(id("\(name) token"))","name":"\(name)","token":"\(name)"}]
            """
    }
}

extension Response {
    /// The array in the body.
    var items: [JSONValue] {
        guard case .array(let items) = try? JSONReader.read(body) else { return [] }
        return items
    }

    /// The members of that name, of the objects in the array in the body.
    func members(_ name: String) -> [String] {
        items.compactMap { item in
            guard case .object(let members) = item, case .string(let text) = members[name] else {
                return nil
            }
            return text
        }
    }

    /// The names of the members of the object in the body, in order of writing.
    var memberNames: [String] {
        var names: [String] = []
        var depth = 0
        var isName = true
        var text: [UInt8]?
        for byte in body {
            if var open = text {
                if byte == UInt8(ascii: "\"") {
                    if depth == 1, isName { names.append(String(decoding: open, as: UTF8.self)) }
                    text = nil
                } else {
                    open.append(byte)
                    text = open
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): text = []
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: ":"): if depth == 1 { isName = false }
            case UInt8(ascii: ","): if depth == 1 { isName = true }
            default: break
            }
        }
        return names
    }
}
