import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge
import PrivateCA
import Synchronization
import World

@testable import AccountManagerAPI

/// A world from a seed with people of several roles and accounts, whose clock a test moves.
final class Office: Sendable {
    static let service = "11111111-0000-4000-8000-000000000001"
    static let person = "11111111-0000-4000-8000-000000000002"
    static let admin = "11111111-0000-4000-8000-000000000003"
    static let outsider = "22222222-0000-4000-8000-000000000001"

    let world: World
    let api: AccountManagerAPI
    private let clock = Clock()

    init(settings change: (inout WorldSettings) -> Void = { _ in }) throws {
        // A process may end while the CA's key is still being made; this lets it.
        TLSContext.prepareProcess()
        var settings = WorldSettings(caKeyAlgorithm: .p256)
        change(&settings)
        let clock = clock
        world = try World.open(
            name: "office",
            at: .memory,
            readerCount: 1,
            settings: ChosenSettings(all: settings),
            seed: Seed.parse(Array(Self.seed.utf8), source: "office"),
            systemTime: { clock.now }
        )
        _ = try world.ca.certificatePEM
        api = AccountManagerAPI(world: world)
    }

    /// Lets time pass.
    func wait(seconds: Int64) {
        clock.time.withLock { $0 = $0.adding(seconds: seconds) }
    }

    /// Sends a request with a key; an answer that needs a worker thread is waited for.
    func send(_ method: String, _ target: String, by key: String, _ body: String = "") -> Response {
        var fields: Fields = ["x-api-key": key]
        if !body.isEmpty { fields.append("content-type", "application/json") }
        let request = Request(
            method: method,
            target: "/account/api/v1/\(target)",
            fields: fields,
            body: Array(body.utf8)
        )
        let facts = ConnectionFacts(
            id: 1,
            loop: 0,
            listener: "api",
            remoteAddress: "127.0.0.1:4711",
            world: "office"
        )
        switch api.reply(to: request, in: RequestContext(requestID: "1", connection: facts)) {
        case .now(let response): return response
        case .later(let work): return work()
        // Nothing here is held back.
        case .whenever, .stream: return Response(status: 501)
        }
    }

    private final class Clock: Sendable {
        let time = Mutex(Cast.time("2025-10-20T00:00:00Z"))
        var now: Timestamp { time.withLock { $0 } }
    }

    private static let seed = """
        {
          accounts: [
            { id: "33333333-0000-4000-8000-000000000001", name: "Here", friendly_identifier: "1",
              service_period: { from: "2021-01-01", to: "2031-01-01" } },
            { id: "33333333-0000-4000-8000-000000000002", name: "There", friendly_identifier: "2",
              service_period: { from: "2021-01-01", to: "2031-01-01" } },
          ],
          users: [
            \(user(service, "service", "Robot", "AM_DEFAULT_USER", "ROBOT", ends: "+30d")),
            \(user(person, "standard", "Pat", "AM_DEFAULT_USER", "PAT", tokenEnds: "+10d")),
            \(user(admin, "standard", "Ada", "AM_ACCOUNT_ADMIN", "ADA")),
            \(user("11111111-0000-4000-8000-000000000004", "standard", "Max", "AM_USER_MANAGER",
                "MAX")),
            \(user("11111111-0000-4000-8000-000000000005", "standard", "Vic", "AM_VIEW_ONLY",
                "VIC")),
            \(user(outsider, "service", "Stranger", "AM_DEFAULT_USER", "STRANGER", account: 2)),
          ],
        }
        """

    private static func user(
        _ id: String,
        _ type: String,
        _ name: String,
        _ role: String,
        _ token: String,
        ends: String? = nil,
        tokenEnds: String? = nil,
        account: Int = 1
    ) -> String {
        let names =
            type == "service" ? "friendly_name: \"\(name)\"" : "first_name: \"\(name)\""
        let accountID = "33333333-0000-4000-8000-00000000000\(account)"
        return """
            { id: "\(id)", email: "\(name)@example.com", user_type: "\(type)", \(names),
              primary_account_id: "\(accountID)", accounts: ["\(accountID)"], roles: ["\(role)"],
              end_date: \(ends.map { "\"\($0)\"" } ?? "null"),
              tokens: [{ token: "\(token)",
                end_date: \(tokenEnds.map { "\"\($0)\"" } ?? "null") }],
              certificates: [{ name: "old", id: "9\(id.dropFirst())" }] }
            """
    }
}
