import AccountModel
import Testing

@testable import World

@Suite("SeedContents: accounts, organizations, products and roles")
struct SeedContentsTests {
    static let account = "4b13f12d-c8b2-4c49-a21f-9b399364f2ce"
    static let id = "5e41ce00-0000-4000-8000-000000000001"
    static let otherID = "5e41ce00-0000-4000-8000-000000000002"
    static let software = "{ id: '\(id)', name: 'Software Trust' }"

    static func contents(_ members: String) throws -> SeedContents {
        let text = "{ accounts: [\(SeedTests.account)], \(members) }"
        return try Seed.parse(Array(text.utf8), source: "test").contents(now: SeedTests.now)
    }

    static func user(_ members: String) -> String {
        """
        users: [{ id: "\(otherID)", email: "jane@example.com", user_type: "standard",
            primary_account_id: "\(account)", \(members) }]
        """
    }

    /// Members of a seed that are refused, and the complaint about them.
    struct Broken: CustomTestStringConvertible {
        let members: String
        let complaint: String

        var testDescription: String { complaint }
    }

    static let broken = [
        Broken(
            members: "settings: { strict: 'very' }",
            complaint: "settings.strict: is \"very\"; give"
        ),
        Broken(members: "settings: { tea: 1 }", complaint: "settings.tea: is no setting"),
        Broken(members: "settings: 1", complaint: "settings: must be an object"),
        Broken(
            members: "organizations: [{ id: '\(id)', name: 'O', account_id: '\(id)' }]",
            complaint: "organizations[0].account_id: no account has the id \(id)"
        ),
        Broken(
            members: "applications: [\(software), \(software)]",
            complaint: "applications[1]: another application has the id \(id) already"
        ),
        Broken(
            members: "applications: [\(software), { id: '\(otherID)', name: 'software trust' }]",
            complaint: "applications[1]: another application has the code software_trust already"
        ),
        Broken(
            members: "roles: [{ name: 'SSM_SIGNER', application: 'software_trust' }]",
            complaint: "roles[0].application: no application above has the code"
        ),
        Broken(
            members: "roles: [{ name: 'signer', application: 'a' }]",
            complaint: "roles[0].name: a role is named with upper-case letters"
        ),
        Broken(
            members: "roles: [{ name: 'AM_VIEW_ONLY', application: 'a' }]",
            complaint: "roles[0].name: there is a role named AM_VIEW_ONLY already"
        ),
        Broken(
            members: """
                applications: [\(software)],
                roles: [{ name: 'S', application: 'software_trust', permissions: ['a'] }]
                """,
            complaint: "roles[0].permissions: a permission is made of upper-case letters"
        ),
        Broken(
            members: "applications: [\(software)], "
                + user("applications: [{ id: '\(id)', name: 'Else' }]"),
            complaint: "users[0].applications[0]: the application \(id) is named \"Software Trust\""
        ),
        Broken(
            members: user("roles: ['SSM_SIGNER']"),
            complaint: "users[0].roles[0]: \"SSM_SIGNER\" is none of AM_ACCOUNT_ADMIN"
        ),
        Broken(
            members: user("locked: 'yes'"),
            complaint: "users[0].locked: must be true or false, and is a text"
        ),
    ]

    @Test("what is wrong is refused with place and problem", arguments: broken)
    func refuses(_ broken: Broken) throws {
        let error = try #require(throws: SeedError.self) { _ = try Self.contents(broken.members) }
        #expect(error.description.hasPrefix("seed file test: \(broken.complaint)"), "\(error)")
    }

    @Test("settings are those of the configuration, by name")
    func settings() throws {
        let seed = try Seed.parse(Array("{ settings: { defaultLimit: 5 } }".utf8), source: "test")
        #expect(seed.settings.values == [.defaultLimit: .integer(5)])
        #expect(try Seed.tutorial().settings == ChosenSettings())
    }

    @Test("a user without products of its own has what its roles permit")
    func derivedApplications() throws {
        let members = """
            applications: [\(Self.software)],
            roles: [{ name: 'SSM_SIGNER', application: 'software_trust',
                permissions: ['SIGN_SM_HASH'] }],
            \(Self.user("roles: ['SSM_SIGNER', 'AM_ACCOUNT_USER']"))
            """
        let profile = try #require(try Self.contents(members).users.first)
        #expect(profile.user.roleNames == ["SSM_SIGNER", "AM_ACCOUNT_USER"])
        #expect(profile.user.roles == [.accountUser])
        #expect(profile.applications.map(\.name) == ["Software Trust", "Account Manager"])
        #expect(profile.applications.first?.permissions.names == ["SIGN_SM_HASH"])
        let empty = try Self.contents(Self.user("roles: ['AM_VIEW_ONLY'], applications: []"))
        #expect(empty.users.first?.applications == [])
    }

    @Test("a standard user signs in with its address unless the seed says otherwise")
    func usernames() throws {
        let jane = try #require(try Self.contents(Self.user("locked: true")).users.first?.user)
        #expect(jane.username == "jane@example.com")
        #expect(jane.isLocked)
        let named = try Self.contents(Self.user("username: 'jane', phone: '1'")).users.first?.user
        #expect(named?.username == "jane")
        #expect(named?.phone == "1")
        let robot = try Seed.tutorial().contents(now: SeedTests.now).users.first?.user
        #expect(robot?.username == nil)
    }

    @Test("the seed that ships has an organization, all products and roles of three of them")
    func tutorial() throws {
        let contents = try Seed.tutorial().contents(now: SeedTests.now)
        #expect(contents.organizations.map(\.accountID) == [Self.account])
        #expect(contents.signInMethods == [Self.account: [.standard]])
        #expect(
            contents.applications.map(\.code) == [
                "trust_lifecycle", "iot_trust", "document_trust", "account_manager", "ca_manager",
                "software_trust", "device_trust",
            ]
        )
        #expect(
            contents.roles.map(\.name)
                == ["SSM_SIGNER", "SSM_BUILD_ENGINEER", "DEVCTM_SOLUTION_ADMINISTRATOR"]
        )
    }
}
