internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

/// People for a world that has none to show the flow with.
enum ExamplePeople {
    /// Somebody made up.
    struct Person: Sendable {
        let firstName: String
        let lastName: String
        let email: String
        let role: Role
    }

    static let all = [
        Person(
            firstName: "Erin",
            lastName: "Example",
            email: "erin@example.com",
            role: .accountAdmin
        ),
        Person(
            firstName: "Pat",
            lastName: "Person",
            email: "pat@example.com",
            role: .defaultUser
        ),
    ]

    /// Makes those who are not there, in the world's first account.
    static func add(_ call: PageCall, _ world: World) throws(PageRefusal) {
        let (account, roles, applications) = try call.reading(world) {
            (reader) throws(StoreError) in
            (
                try reader.accounts(visibleTo: .everything, page: PageRequest(limit: 1000))
                    .map(\.account).first(where: \.isActive),
                try reader.roles(),
                try reader.applications()
            )
        }
        guard let account else {
            throw PageRefusal(
                409,
                "This world has no account",
                "People belong to an account: begin a world from a seed that has one."
            )
        }
        for person in all {
            let user = user(person, in: account, world)
            let profile = UserProfile(
                user: user,
                applications: roles.filter { $0.name == person.role.rawValue }
                    .access(in: applications),
                accounts: [account]
            )
            let entry = Records.entry(
                .create,
                by: user,
                about: user,
                "example for two-factor sign-in, by the mock",
                call,
                in: world
            )
            do throws(StoreError) {
                try world.store.insert(
                    profile,
                    token: nil,
                    audit: [entry],
                    letter: world.letter(aboutNew: user)
                )
            } catch .duplicateEmail, .duplicateUsername {
                // There already.
            } catch {
                try PageCall.storing(world) { () throws(StoreError) in throw error }
            }
        }
    }

    private static func user(_ person: Person, in account: Account, _ world: World) -> User {
        let id = world.makeID()
        return User(
            id: id,
            email: person.email,
            primaryAccountID: account.id,
            createdAt: world.clock.now,
            createdBy: id,
            userType: .standard,
            firstName: person.firstName,
            lastName: person.lastName,
            username: person.email,
            storedRoles: Role.list([person.role])
        )
    }
}
