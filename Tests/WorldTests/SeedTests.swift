import AccountModel
import FoundationEssentials
import AccountStore
import PrivateCA
import Testing

@testable import World

@Suite("Seed")
struct SeedTests {
    static let now = Timestamp(secondsSince1970: 1_760_918_400)

    /// A broken seed, and the complaint about it.
    struct Broken: CustomTestStringConvertible {
        let seed: String
        let complaint: String

        var testDescription: String { complaint }
    }

    static let account = """
        { id: "4b13f12d-c8b2-4c49-a21f-9b399364f2ce", name: "A", friendly_identifier: "1",
          service_period: { from: "2021-05-06", to: "2030-05-06" } }
        """

    static let id = "5e41ce00-0000-4000-8000-000000000001"

    static func seed(user: String = "", tokens: String = "", certificates: String = "") -> String {
        """
        { accounts: [\(account)], users: [{
            id: "783a6a45-b74b-4635-bb4b-69855910ccd3", email: "jane@example.com",
            primary_account_id: "130deba5-3ebb-43b2-8183-1a9940d460f5",
            user_type: "service", friendly_name: "Robot", \(user)
            tokens: [\(tokens)], certificates: [\(certificates)],
        }] }
        """
    }

    static let broken = [
        Broken(seed: "[]", complaint: "the seed must be an object, and is a list"),
        Broken(
            seed: "{ user: [] }",
            complaint: "user: unknown key; known are $schema, version, settings, accounts"
        ),
        Broken(
            seed: "{ version: 2, robots: [] }",
            complaint: "version: is of a newer program: this one knows seeds up to version 1"
        ),
        Broken(seed: "{ version: 0 }", complaint: "version: must be a whole number from 1 to"),
        Broken(seed: "{ users: {} }", complaint: "users: must be a list, and is an object"),
        Broken(seed: "{ users: [1] }", complaint: "users[0]: must be an object, and is a number"),
        Broken(seed: "{ accounts: [{}] }", complaint: "accounts[0]: service_period is missing"),
        Broken(seed: "{ users: [{}] }", complaint: "users[0]: user_type is missing"),
        Broken(
            seed: seed(user: "status: 'ASLEEP',"),
            complaint: "users[0].status: \"ASLEEP\" is none of ACTIVE, DISABLED"
        ),
        Broken(
            seed: seed(user: "roles: ['KING'],"),
            complaint: "users[0].roles[0]: \"KING\" is none of AM_ACCOUNT_ADMIN"
        ),
        Broken(
            seed: seed(user: "accounts: ['130deba5-3ebb-43b2-8183-1a9940d460f5'],"),
            complaint: "users[0].accounts[0]: no account has the id 130deba5"
        ),
        Broken(
            seed: seed(user: "end_date: '2025-02-30T00:00:00Z',"),
            complaint: "users[0].end_date: \"2025-02-30T00:00:00Z\" is no time"
        ),
        Broken(
            seed: seed(tokens: "{ token: 'a' }, { colour: 'red', token: 'b' }"),
            complaint: "users[0].tokens[1].colour: unknown key; known are id, name, token"
        ),
        Broken(
            seed: seed(tokens: "{ token: 'a b' }"),
            complaint: "users[0].tokens[0].token: must be printable ASCII without spaces"
        ),
        Broken(
            seed: seed(tokens: "{ token: 'a' }, { token: 'a', name: 'b' }"),
            complaint: "users[0].tokens[1].token: another token has the same text"
        ),
        Broken(
            seed: seed(tokens: "{ token: '\(String(repeating: "a", count: 513))' }"),
            complaint: "users[0].tokens[0].token: is longer than 512 bytes"
        ),
        Broken(
            seed: seed(tokens: "{ token: 'a', id: '\(id)' }, { token: 'b', id: '\(id)' }"),
            complaint: "users[0].tokens[1].id: another token has the id \(id) already"
        ),
        Broken(
            seed: seed(certificates: "{ name: 'a', id: '\(id)' }, { name: 'b', id: '\(id)' }"),
            complaint: "users[0].certificates[1].id: another certificate has the id \(id) already"
        ),
        Broken(
            seed: seed(tokens: "{ token: 'a', enabled: 1 }"),
            complaint: "users[0].tokens[0].enabled: must be true or false, and is a number"
        ),
        Broken(
            seed: seed(certificates: "{ name: 'a' }, { name: 'a' }"),
            complaint: "users[0].certificates[1]: the user has a certificate named \"a\" already"
        ),
        Broken(
            seed: seed(certificates: "{ name: 'a', key_algorithm: 'dsa' }"),
            complaint: "users[0].certificates[0].key_algorithm: \"dsa\" is none of rsa-2048"
        ),
        Broken(
            seed: seed(certificates: "{ name: 'a', csr: '', common_name: 'b' }"),
            complaint: "users[0].certificates[0]: common_name cannot stand beside csr"
        ),
    ]

    @Test("a wrong seed is refused with file, place and problem", arguments: broken)
    func refuses(_ broken: Broken) throws {
        let error = try #require(throws: SeedError.self) {
            _ = try Seed.parse(Array(broken.seed.utf8), source: "my.json")
        }
        #expect(error.description.hasPrefix("seed file my.json: \(broken.complaint)"))
    }

    @Test("broken JSON is refused in one sentence")
    func brokenJSON() throws {
        let error = try #require(throws: SeedError.self) {
            _ = try Seed.parse(Array("{\n users: [}".utf8), source: "my.json")
        }
        #expect(
            error.description == "seed file my.json: it is not valid JSON: line 2, column 10: "
                + "a value is expected here"
        )
    }

    @Test(
        "of two members of one name the decoder would drop one in silence, so both are refused",
        arguments: [
            ("{ users: [], \"users\": [] }", "line 1, column 14"),
            ("{ users: [],\n 'users': [] }", "line 2, column 2"),
            (seed(tokens: "{ token: 'a', token: 'b' }"), "line 6, column 28"),
        ]
    )
    func twoMembers(text: String, place: String) throws {
        let error = try #require(throws: SeedError.self) {
            _ = try Seed.parse(Array(text.utf8), source: "my.json")
        }
        let problem = "a second member of the same name"
        #expect(
            error.description == "seed file my.json: it is not valid JSON: \(place): \(problem)"
        )
    }

    @Test("a seed file that cannot be read is one sentence")
    func unreadable() throws {
        let error = try #require(throws: SeedError.self) {
            _ = try Seed.load(path: "/nonexistent/seed.json")
        }
        #expect(
            error.description == "seed file /nonexistent/seed.json: there is no such file"
        )
    }

    @Test(
        "times are absolute or relative to the world's beginning",
        arguments: [
            ("2021-06-23T08:55:19Z", "2021-06-23T08:55:19Z"), ("+0d", "2025-10-20T00:00:00Z"),
            ("-300d", "2024-12-24T00:00:00Z"), ("+90d", "2026-01-18T00:00:00Z"),
            ("-12h", "2025-10-19T12:00:00Z"), ("+30m", "2025-10-20T00:30:00Z"),
            ("-1s", "2025-10-19T23:59:59Z"), ("+999999999d", "9999-12-31T23:59:59Z"),
            ("90d", nil), ("+d", nil), ("+-1d", nil), ("+1w", nil), ("+1.5d", nil), ("", nil),
            ("+9999999999d", nil), ("now", nil),
        ]
    )
    func moments(text: String, expected: String?) {
        #expect(SeedMoment.resolve(text, now: Self.now)?.iso8601 == expected)
    }

    @Test("a token without a name is numbered: its own text is kept nowhere")
    func namelessTokens() throws {
        let text = Self.seed(tokens: "{ token: 'a' }, { token: 'b' }")
        let contents = try Seed.parse(Array(text.utf8), source: "test").contents(now: Self.now)
        #expect(contents.tokens.map(\.token.name) == ["token 1", "token 2"])
    }

    @Test("a renewed service period has not ended when a world begins after its last day")
    func renewedPeriod() throws {
        let late = try #require(Timestamp.parse(iso8601: "2041-02-28T23:59:58Z"))
        func end(_ period: String) throws -> String? {
            let text = Self.seed().replacing(#"to: "2030-05-06" }"#, with: period)
            let seed = try Seed.parse(Array(text.utf8), source: "test")
            return try seed.contents(now: late).accounts.first?.servicePeriod.to.description
        }
        #expect(try end(#"to: "2030-05-06", renewed: true }"#) == "2041-05-06")
        #expect(try end(#"to: "2030-05-06", renewed: false }"#) == "2030-05-06")
        #expect(try end(#"to: "2030-05-06" }"#) == "2030-05-06")
    }

    @Test("the seed that ships is the tutorial's data")
    func tutorial() throws {
        let contents = try Seed.tutorial().contents(now: Self.now)
        let profile = try #require(contents.users.first)
        #expect(profile.user.id == "783a6a45-b74b-4635-bb4b-69855910ccd3")
        #expect(profile.user.primaryAccountID == "130deba5-3ebb-43b2-8183-1a9940d460f5")
        #expect(profile.user.createdAt.iso8601 == "2021-06-23T08:55:19Z")
        let names = profile.applications.map(\.name)
        #expect(
            names == [
                "Trust Lifecycle", "IoT Trust", "Document Trust", "Account Manager", "CA Manager",
                "Software Trust",
            ]
        )
        #expect(
            profile.applications.last?.permissions.json
                == #"["MANAGE_SM_CERTIFICATE_PROFILE","VIEW_SM_CERTIFICATE","SIGN_SM_HASH"]"#
        )
        #expect(profile.accounts.map(\.friendlyIdentifier) == ["1234567"])
        #expect(contents.users.map(\.user.mayWrite) == [true, true, false])
        #expect(contents.users.map(\.user.managesUsers) == [false, true, false])
    }

    @Test("the JSON Schema has the same keys")
    func schema() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let file = root.appending(path: "config/seed.schema.json")
        let schema = try JSONDecoder().decode(Schema.self, from: Data(contentsOf: file))
        #expect(Set(schema.properties.keys) == Set(SeedKeys.root))
        let keys = [
            "account": SeedKeys.account, "user": SeedKeys.user, "token": SeedKeys.token,
            "application": SeedKeys.application, "certificate": SeedKeys.certificate,
            "sign_in_method": SeedKeys.signInMethod, "organization": SeedKeys.organization,
            "product": SeedKeys.product, "role": SeedKeys.role,
        ]
        for (name, keys) in keys {
            #expect(schema.definitions[name].map { Set($0.properties.keys) } == Set(keys))
        }
    }

    /// The part of a JSON Schema that is compared.
    struct Schema: Decodable {
        struct Object: Decodable {
            let properties: [String: Anything]

            enum CodingKeys: CodingKey { case properties }

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: CodingKeys.self)
                properties =
                    try container.decodeIfPresent([String: Anything].self, forKey: .properties)
                    ?? [:]
            }
        }

        struct Anything: Decodable {}

        let properties: [String: Anything]
        let definitions: [String: Object]

        enum CodingKeys: String, CodingKey {
            case properties
            case definitions = "$defs"
        }
    }

    @Test("each of the three users has a word and a token of the vendor's form")
    func tokens() throws {
        let contents = try Seed.tutorial().contents(now: Self.now)
        for user in contents.users {
            let texts = contents.tokens.filter { $0.token.userID == user.user.id }.map(\.text)
            #expect(texts.contains { $0.wholeMatch(of: /01[0-9a-f]{24}_[0-9a-f]{64}/) != nil })
        }
        let words = contents.tokens.map(\.text).filter {
            $0.hasSuffix("TOKEN") || $0.hasSuffix("KEY")
        }
        #expect(
            words == [
                "SERVICE_USER_TOKEN", "SERVICE_API_KEY", "ADMIN_API_TOKEN", "VIEW_ONLY_API_TOKEN",
            ]
        )
    }
}
