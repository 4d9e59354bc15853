import AccountModel

@testable import AccountStore

/// A world of three accounts and users who share some of them.
///
/// | user | accounts | primary account |
/// |---|---|---|
/// | ann (administrator) | a | a |
/// | bob (robot) | a, b | elsewhere |
/// | cid (robot, disabled) | b | b |
/// | dan (standard, locked) | none | a |
/// | eve (robot, ended) | none | elsewhere |
/// | root (system scope) | c | c |
enum Crowd {
    static let now = Fixture.now
    static let ids = ["ann", "bob", "cid", "dan", "eve", "root"]

    static func account(_ id: String) -> Account {
        Account(
            id: id,
            name: "Account \(id)",
            isActive: true,
            servicePeriod: Fixture.account.servicePeriod,
            friendlyIdentifier: id,
            locale: "en_US"
        )
    }

    static func user(
        _ id: String,
        _ userType: UserType,
        accounts: [String],
        primary: String,
        _ change: (inout User) -> Void = { _ in }
    ) -> UserProfile {
        var user = User(
            id: id,
            email: "\(id)@example.com",
            primaryAccountID: primary,
            createdAt: now,
            createdBy: "root",
            userType: userType,
            friendlyName: userType == .service ? "Robot \(id)" : nil,
            firstName: userType == .standard ? id : nil,
            lastName: userType == .standard ? "Person" : nil,
            username: userType == .standard ? id : nil,
            storedRoles: Role.list([.accountUser])
        )
        change(&user)
        return UserProfile(user: user, applications: [], accounts: accounts.map(account))
    }

    static let users = [
        user("ann", .standard, accounts: ["a"], primary: "a") {
            $0.storedRoles = Role.list([.accountAdmin])
        },
        user("bob", .service, accounts: ["a", "b"], primary: "elsewhere"),
        user("cid", .service, accounts: ["b"], primary: "b") { $0.isEnabled = false },
        user("dan", .standard, accounts: [], primary: "a") { $0.isLocked = true },
        user("eve", .service, accounts: [], primary: "elsewhere") {
            $0.endDate = now.adding(seconds: -1)
        },
        user("root", .standard, accounts: ["c"], primary: "c") { $0.accessScope = .system },
    ]

    static let signer = RoleDefinition(
        name: "SSM_SIGNER",
        displayName: "Signer",
        description: "Signs.",
        application: Application(id: "sm", name: "Software Trust"),
        permissions: PermissionList(names: ["SIGN_SM_HASH"]) ?? PermissionList(storedJSON: "[]")
    )

    static func organization(_ id: String, _ accountID: String) -> Organization {
        Organization(id: id, name: "Organization \(id)", accountID: accountID, city: "Lehi")
    }

    static let population = Population(
        accounts: ["a", "b", "c"].map(account),
        signInMethods: ["b": [], "c": [.standard, .standard]],
        organizations: [organization("x", "b"), organization("y", "a"), organization("z", "c")],
        applications: [Application(id: "zz", name: "Trust Lifecycle")],
        roles: [signer],
        users: users,
        tokens: [],
        certificates: []
    )

    static func store(_ location: AccountStore.Location = .memory) throws -> AccountStore {
        let store = try AccountStore.open(location, readerCount: 2)
        try store.save(Fixture.authority)
        try store.begin(Fixture.state, with: population)
        return store
    }

    /// What a user of the crowd sees.
    static func visibility(_ id: String) throws -> Visibility {
        Visibility(of: try profile(id).user)
    }

    static func profile(_ id: String) throws -> UserProfile {
        guard let profile = users.first(where: { $0.user.id == id }) else { throw Missing() }
        return profile
    }

    struct Missing: Error {}

    static func entry(_ number: Int, _ change: (inout AuditEntry) -> Void = { _ in }) -> AuditEntry
    {
        var entry = Fixture.entry(number)
        entry.userID = "ann"
        entry.userName = "Ann Person"
        entry.accountID = "a"
        change(&entry)
        return entry
    }

    static func token(_ id: String, of userID: String, name: String, number: Int)
        -> Population.Token
    {
        let token = APIAccessToken(
            id: id,
            userID: userID,
            name: name,
            createdAt: now,
            createdBy: "ann"
        )
        return Population.Token(token: token, sha256: Fixture.digest(number))
    }
}

extension AccountStore {
    /// Lists the ids of users.
    func userIDs(
        _ filter: UserFilter = UserFilter(),
        visibleTo visibility: Visibility = .everything,
        page: PageRequest = PageRequest(limit: 1000)
    ) throws -> [String] {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.users(filter, visibleTo: visibility, page: page, now: Crowd.now)
        }.map(\.user.id)
    }

    /// Finds a user with everything that is shown of it.
    func profile(_ id: String) throws -> UserProfile? {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.profile(id: id, visibleTo: .everything)
        }
    }

    /// Searches the audit log.
    func audit(
        _ query: AuditQuery = AuditQuery(),
        visibleTo visibility: Visibility = .everything,
        page: PageRequest = PageRequest(limit: 1000)
    ) throws -> AuditPage {
        try read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditPage(query, visibleTo: visibility, page: page)
        }
    }

    /// The ids of all audit entries that are kept, the newest first.
    func auditIDs() throws -> [String] { try audit().records.map(\.entry.id) }
}
