import AccountModel
import HTTP
import Testing

@testable import AccountManagerAPI

@Suite("Malformed bodies")
struct MalformedBodiesTests {
    /// A repeatable generator (SplitMix64), so that a failure can be looked at again.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }

    private static let pieces: [[UInt8]] = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "null", "true", "1e9", "-", "\"csr\":",
        "\"name\":", "\"enabled\":", "\"exp\":", "\"\\ud800\"", "\u{FEFF}", "\0", " ", "\n", "é",
        "\"2026-10-20T23:59:59Z\"",
    ].map { Array($0.utf8) }

    /// One mutation of a sound body: bytes changed, cut, doubled, or grammar put in the middle.
    private static func mutate(_ body: [UInt8], with generator: inout Generator) -> [UInt8] {
        var bytes = body
        for _ in 0..<Int.random(in: 1...6, using: &generator) where !bytes.isEmpty {
            let place = Int.random(in: 0..<bytes.count, using: &generator)
            switch Int.random(in: 0..<5, using: &generator) {
            case 0: bytes[place] = UInt8.random(in: .min ... .max, using: &generator)
            case 1: bytes.remove(at: place)
            case 2: bytes = Array(bytes[..<place])
            case 3: bytes.append(contentsOf: bytes[place...])
            default:
                let piece = pieces.randomElement(using: &generator) ?? []
                bytes.insert(contentsOf: piece, at: place)
            }
        }
        return bytes
    }

    @Test("a thousand broken bodies get an answer, and none a 5xx")
    func mutations() throws {
        let cast = try Cast()
        let csr = AccountManagerAPITests.quoted(try Fixture.csr())
        let order = "{\"csr\":\(csr),\"name\":\"n\",\"expiration_date\":\"2026-10-20T23:59:59Z\"}"
        let flag = "{\"enabled\": true}"
        let path = "/account/api/v1/client-auth-certificate"
        var generator = Generator(state: 20_251_020)
        var statuses: [Int: Int] = [:]
        for round in 0..<1000 {
            let isOrder = round.isMultiple(of: 2)
            let sound = Array((isOrder ? order : flag).utf8)
            let bytes = Self.mutate(sound, with: &generator)
            let request = Request(
                method: isOrder ? "POST" : "PUT",
                target: isOrder ? path : "\(path)/\(Cast.usableID)/enable",
                fields: ["x-api-key": "ALPHA_KEY", "content-type": "application/json"],
                body: bytes
            )
            let context = RequestContext(requestID: "1", connection: cast.facts())
            let response =
                switch cast.api.reply(to: request, in: context) {
                case .now(let response): response
                case .later(let work): work()
                // Nothing here is held back.
                case .whenever, .stream: Response(status: 501)
                }
            statuses[response.status, default: 0] += 1
            #expect([200, 201, 400].contains(response.status), "\(bytes)")
            guard response.status == 400 else { continue }
            #expect(response.reason?.isEmpty == false)
            #expect(response.reason?.utf8.allSatisfy { (0x20..<0x7F).contains($0) } == true)
        }
        #expect(statuses[400, default: 0] > 800)
    }

    private static let members = [
        "user_type", "friendly_name", "description", "email", "end_date", "expiration_date",
        "accounts", "primary_account_id", "roles", "first_name", "last_name", "username", "phone",
        "locale", "name", "user_id", "enabled", "status", "id", "access_scope",
    ]

    private static let values = [
        "null", "true", "1e9", "\"\"", "\"x\"", "\"ü\"", "\"\\u0000\"", "\"a@b\"", "\"en_US\"",
        "\"2026-01-01\"", "\"9999-12-31\"", "\"0000-01-01T00:00:00Z\"", "[]", "[null]", "[{}]",
        "[\"x\"]", "[\"AM_DEFAULT_USER\"]", "[{\"name\":\"SSM_SIGNER\"}]", "{}", "\"service\"",
        "\"standard\"", "\"\(Company.north)\"", "[\"\(Company.north)\"]", "\"\(Company.robot)\"",
    ]

    private static let targets = [
        ("POST", "/user"), ("PUT", "/user/\(Company.robot)"), ("PUT", "/user/me"),
        ("PUT", "/user/\(Company.id(.accountUser))"), ("POST", "/api-access-token"),
        ("PUT", "/api-access-token/\(Company.robotToken)"),
        ("PUT", "/user/\(Company.robot)/enable"),
    ]

    @Test("members of users and tokens with any value get an answer, and none a 5xx")
    func anyValue() throws {
        let company = try Company()
        var generator = Generator(state: 20_251_021)
        var statuses: [Int: Int] = [:]
        for _ in 0..<2000 {
            let names = Self.members.shuffled(using: &generator)
                .prefix(Int.random(in: 0...5, using: &generator))
            let body = names.map { name in
                "\"\(name)\":\(Self.values.randomElement(using: &generator) ?? "0")"
            }
            guard let (method, path) = Self.targets.randomElement(using: &generator) else { break }
            let text = "{\(body.joined(separator: ","))}"
            let response = company.send(method, path, as: "AM_ACCOUNT_ADMIN", text)
            statuses[response.status, default: 0] += 1
            #expect(
                [200, 201, 400, 403, 404].contains(response.status),
                "\(method) \(path) \(text)"
            )
        }
        // Some were sound, and most were not.
        #expect(statuses[200, default: 0] > 100)
        #expect(statuses[400, default: 0] > 1000)
    }
}
