import AccountModel
import Testing

@testable import AccountStore

@Suite("AccountStore+Users")
struct UserChangesTests {
    static let attribution = Attribution(at: Crowd.now, userID: "ann", userName: "Ann Person")

    static func robot(_ id: String, _ name: String) -> UserProfile {
        var profile = Crowd.user(id, .service, accounts: ["b"], primary: "a") {
            $0.friendlyName = name
            $0.storedRoles = PermissionList(storedJSON: #"["SSM_SIGNER","AM_DEFAULT_USER"]"#)
        }
        profile.applications = [Crowd.signer].access(in: [Crowd.signer.application])
        return profile
    }

    @Test("a new user is there with its token and its audit entries, and seen by who shares")
    func inserts() throws {
        let store = try Crowd.store()
        let robot = Self.robot("new", "New robot")
        let token = Crowd.token("t", of: "new", name: "New robot", number: 7)
        let entries = [Crowd.entry(1), Crowd.entry(2)]
        try store.insert(robot, token: token, audit: entries)
        #expect(try store.profile("new") == robot)
        let found = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.credential(tokenSHA256: token.sha256)
        }
        #expect(found?.token == token.token)
        #expect(found?.user == robot.user)
        #expect(found?.accounts.map(\.id).contains(robot.accounts[0].id) == true)
        #expect(try store.auditIDs() == ["entry-2", "entry-1"])
        // The newest comes last, in its own account and in the primary one.
        for viewer in ["ann", "bob", "cid", "root"] {
            #expect(try store.userIDs(visibleTo: Crowd.visibility(viewer)).last == "new")
        }
        #expect(try !store.userIDs(visibleTo: Crowd.visibility("eve")).contains("new"))
    }

    /// Somebody whose name may be taken.
    struct Newcomer: CustomTestStringConvertible {
        let testDescription: String
        let profile: UserProfile
        let refusal: StoreError?

        init(
            _ testDescription: String,
            _ userType: UserType,
            refusal: StoreError?,
            _ change: (inout User) -> Void
        ) {
            self.testDescription = testDescription
            self.refusal = refusal
            profile = Crowd.user("new", userType, accounts: ["a"], primary: "a", change)
        }
    }

    static let newcomers = [
        Newcomer("taken name", .service, refusal: .duplicateFriendlyName("Robot cid")) {
            $0.friendlyName = "Robot cid"
        },
        Newcomer("name in another case", .service, refusal: nil) { $0.friendlyName = "Robot Cid" },
        Newcomer("robot with a person's address", .service, refusal: nil) {
            $0.email = "ann@example.com"
        },
        Newcomer("taken address", .standard, refusal: .duplicateEmail("Ann@Example.com")) {
            $0.email = "Ann@Example.com"
        },
        Newcomer("person with a robot's address", .standard, refusal: nil) {
            $0.email = "bob@example.com"
        },
        Newcomer("taken username", .standard, refusal: .duplicateUsername("ANN")) {
            $0.username = "ANN"
        },
    ]

    @Test("names are unique among all users of a kind, seen or not", arguments: newcomers)
    func unique(_ newcomer: Newcomer) throws {
        let store = try Crowd.store()
        if let refusal = newcomer.refusal {
            #expect(throws: refusal) {
                try store.insert(newcomer.profile, token: nil, audit: [Crowd.entry(1)])
            }
            #expect(try store.profile("new") == nil)
            #expect(try store.auditIDs() == [])
            #expect(!"\(refusal)".isEmpty)
        } else {
            try store.insert(newcomer.profile, token: nil, audit: [Crowd.entry(1)])
            #expect(try store.profile("new") == newcomer.profile)
        }
    }

    @Test("of many who want the same name at once, one gets it", .timeLimit(.minutes(10)))
    func race() async throws {
        let folder = try TemporaryFolder()
        let store = try Crowd.store(.file(path: folder.path("world.sqlite")))
        let winners = await withTaskGroup(of: Bool.self) { group in
            for number in 1...20 {
                group.addTask {
                    let robot = Self.robot("new-\(number)", "Wanted")
                    let entry = Crowd.entry(number)
                    return (try? store.insert(robot, token: nil, audit: [entry])) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        #expect(try store.auditIDs().count == 1)
    }

    @Test("a change sees what is stored now, and both of two changes at once remain")
    func updates() throws {
        let store = try Crowd.store()
        let first = try store.updateUser(id: "cid", audit: Crowd.entry(1)) {
            $0.user.isEnabled = true
            $0.user.id = "somebody else"
        }
        let second = try store.updateUser(id: "cid", audit: Crowd.entry(2)) {
            $0.user.description = "changed"
            $0.user.endDate = Crowd.now
        }
        var expected = try Crowd.profile("cid")
        expected.user.isEnabled = true
        #expect(first == expected)
        expected.user.description = "changed"
        expected.user.endDate = Crowd.now
        #expect(second == expected)
        #expect(try store.profile("cid") == expected)
        #expect(try store.auditIDs() == ["entry-2", "entry-1"])
        #expect(try store.updateUser(id: "nobody", audit: Crowd.entry(3)) { _ in } == nil)
        #expect(try store.auditIDs().count == 2)
    }

    @Test("every member of a user can be changed but its id")
    func everyMember() throws {
        let store = try Crowd.store()
        var expected = Self.robot("cid", "Renamed")
        expected.user = Fixture.otherUser
        expected.user.id = "cid"
        expected.user.friendlyName = "Renamed"
        expected.user.primaryAccountID = "c"
        let wanted = expected
        let changed = try store.updateUser(id: "cid", audit: Crowd.entry(1)) { $0 = wanted }
        #expect(changed == expected)
        #expect(try store.profile("cid") == expected)
    }

    @Test("who changes accounts is seen by others from then on")
    func moves() throws {
        let store = try Crowd.store()
        _ = try store.updateUser(id: "cid", audit: Crowd.entry(1)) {
            $0.accounts = [Crowd.account("c")]
        }
        // The primary account is still b.
        #expect(try store.userIDs(visibleTo: Crowd.visibility("cid")) == ["bob", "cid", "root"])
        _ = try store.updateUser(id: "cid", audit: Crowd.entry(2)) {
            $0.user.primaryAccountID = "a"
        }
        #expect(
            try store.userIDs(visibleTo: Crowd.visibility("cid"))
                == ["ann", "bob", "cid", "dan", "root"]
        )
    }

    @Test("a user may keep its name, and none may take another's")
    func renames() throws {
        let store = try Crowd.store()
        _ = try store.updateUser(id: "bob", audit: Crowd.entry(1)) { $0.user.isEnabled = false }
        #expect(throws: StoreError.duplicateFriendlyName("Robot cid")) {
            _ = try store.updateUser(id: "bob", audit: Crowd.entry(2)) {
                $0.user.friendlyName = "Robot cid"
            }
        }
        #expect(throws: StoreError.duplicateEmail("dan@example.com")) {
            _ = try store.updateUser(id: "ann", audit: Crowd.entry(3)) {
                $0.user.email = "dan@example.com"
            }
        }
        #expect(try store.profile("bob")?.user.friendlyName == "Robot bob")
        #expect(try store.auditIDs() == ["entry-1"])
    }

    @Test("with a user go its tokens and certificates, which are remembered")
    func deletes() throws {
        let store = try Crowd.store()
        let token = Crowd.token("t", of: "bob", name: "One", number: 7)
        try store.insert(token, audit: Crowd.entry(1))
        for number in 1...2 {
            try store.insert(
                Fixture.certificate(number, userID: "bob"),
                text: Fixture.text,
                audit: Crowd.entry(number + 1)
            )
        }
        let entry = Crowd.entry(4) { $0.action = .delete }
        #expect(try store.deleteUser(id: "bob", by: Self.attribution, audit: entry))
        #expect(try store.profile("bob") == nil)
        #expect(try store.userIDs() == ["ann", "cid", "dan", "eve", "root"])
        let (credential, found, tokens) = try store.read(loop: 0) { (reader) throws(StoreError) in
            (
                try reader.credential(tokenSHA256: token.sha256),
                try reader.finding(certificateSHA256: Fixture.digest(2)),
                try reader.tokens(userID: "bob", page: PageRequest(limit: 10))
            )
        }
        #expect(credential == nil)
        #expect(tokens == [])
        guard case .deleted(let certificate) = found else {
            Issue.record("the certificate is forgotten")
            return
        }
        #expect(certificate.deleted == Self.attribution)
        #expect(certificate.userID == "bob")
        #expect(try store.auditIDs().first == "entry-4")
        #expect(try !store.deleteUser(id: "bob", by: Self.attribution, audit: Crowd.entry(5)))
        #expect(try store.auditIDs().count == 4)
        // The name is free again.
        try store.insert(Self.robot("new", "Robot bob"), token: nil, audit: [])
    }
}
