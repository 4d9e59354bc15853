import AccountModel
import Testing

@testable import AccountStore

@Suite("AccountReader+Accounts")
struct AccountQueriesTests {
    /// Who looks, and which accounts they see.
    struct Sight: CustomTestStringConvertible {
        let viewer: String
        let seen: [String]

        var testDescription: String { viewer }
    }

    static let sights = [
        Sight(viewer: "ann", seen: ["a"]), Sight(viewer: "bob", seen: ["a", "b"]),
        Sight(viewer: "dan", seen: ["a"]), Sight(viewer: "eve", seen: []),
        Sight(viewer: "root", seen: ["a", "b", "c"]),
    ]

    @Test("accounts and their organizations are seen by who belongs there", arguments: sights)
    func visibility(_ sight: Sight) throws {
        let store = try Crowd.store()
        let visibility = try Crowd.visibility(sight.viewer)
        let (accounts, organizations, second) = try store.read(loop: 0) {
            (reader) throws(StoreError) in
            (
                try reader.accounts(visibleTo: visibility, page: PageRequest(limit: 9)),
                try reader.organizations(visibleTo: visibility, page: PageRequest(limit: 9)),
                try reader.accounts(
                    visibleTo: visibility,
                    page: PageRequest(offset: 1, limit: 1)
                )
            )
        }
        #expect(accounts.map(\.account) == sight.seen.map(Crowd.account))
        #expect(second.map(\.account.id) == Array(sight.seen.dropFirst().prefix(1)))
        let all = try #require(Crowd.population.organizations as [Organization]?)
        #expect(organizations == all.filter { sight.seen.contains($0.accountID) })
        for id in ["a", "b", "c", "elsewhere"] {
            let (account, listed) = try store.read(loop: 0) { (reader) throws(StoreError) in
                (
                    try reader.account(id: id, visibleTo: visibility),
                    try reader.organizations(
                        accountID: id,
                        visibleTo: visibility,
                        page: PageRequest(limit: 9)
                    )
                )
            }
            #expect((account != nil) == sight.seen.contains(id))
            #expect(listed == organizations.filter { $0.accountID == id })
        }
        for organization in all {
            let found = try store.read(loop: 0) { (reader) throws(StoreError) in
                try reader.organization(id: organization.id, visibleTo: visibility)
            }
            let isSeen = sight.seen.contains(organization.accountID)
            #expect(found == (isSeen ? organization : nil))
        }
    }

    @Test("an account names its administrators, also those of other accounts besides")
    func administrators() throws {
        let store = try Crowd.store()
        _ = try store.updateUser(id: "bob", audit: Crowd.entry(1)) {
            $0.user.storedRoles = Role.list([.viewOnly, .accountAdmin])
        }
        let accounts = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.accounts(visibleTo: .everything, page: PageRequest(limit: 9))
        }
        let ann = AccountAdministrator(id: "ann", name: "ann Person", email: "ann@example.com")
        let bob = AccountAdministrator(id: "bob", name: nil, email: "bob@example.com")
        #expect(accounts.map(\.administrators) == [[ann, bob], [bob], []])
        #expect(accounts.map(\.signInMethods) == [[.standard], [], [.standard, .standard]])
    }

    @Test("products stand in the order of the seed, and the Account Manager is always there")
    func applications() throws {
        let store = try Crowd.store()
        let applications = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.applications()
        }
        #expect(
            applications.map(\.code) == ["trust_lifecycle", "software_trust", "account_manager"]
        )
        #expect(applications.last == .accountManager)
    }

    @Test("roles are the Account Manager's, then the seed's")
    func roles() throws {
        let store = try Crowd.store()
        let roles = try store.read(loop: 0) { (reader) throws(StoreError) in try reader.roles() }
        #expect(roles.map(\.name) == Role.allCases.map(\.rawValue) + ["SSM_SIGNER"])
        #expect(roles.last == Crowd.signer)
        #expect(roles.first?.application == .accountManager)
    }

    @Test("settings are stored with the world")
    func settings() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("world.sqlite"))
        do {
            let store = try AccountStore.open(location, readerCount: 1)
            #expect(try store.settings() == "{}")
            try store.begin(Fixture.state, with: Crowd.population)
            #expect(try store.settings() == "{}")
            try store.save(settings: #"{"strict":"documented"}"#)
        }
        let store = try AccountStore.open(location, readerCount: 1)
        #expect(try store.settings() == #"{"strict":"documented"}"#)
        #expect(throws: StoreError.self) { try store.save(settings: "no object") }
    }
}
