import Testing

@testable import AccountModel

@Suite("Account: service period")
struct ServedAccountTests {
    private static let now = Timestamp(secondsSince1970: 1_760_918_400)

    private static func account(
        _ id: String,
        from: Int,
        to: Int,
        isActive: Bool = true
    ) -> Account {
        Account(
            id: id,
            name: id,
            isActive: isActive,
            servicePeriod: ServicePeriod(
                from: now.adding(days: from).date,
                to: now.adding(days: to).date
            ),
            friendlyIdentifier: "1",
            locale: "en_US"
        )
    }

    private static func user(primary: String, isEnabled: Bool = true) -> User {
        User(
            id: "user",
            email: "",
            isEnabled: isEnabled,
            primaryAccountID: primary,
            createdAt: now,
            createdBy: "",
            userType: .service,
            storedRoles: Role.list([])
        )
    }

    struct Row: CustomTestStringConvertible {
        let testDescription: String
        let accounts: [Account]
        /// The account that the refusal names; nil when there is none.
        var named: String?
    }

    static let rows = [
        Row(testDescription: "no account at all", accounts: []),
        Row(testDescription: "its first and last day", accounts: [account("a", from: 0, to: 0)]),
        Row(
            testDescription: "the day before its first",
            accounts: [account("a", from: 1, to: 9)],
            named: "a"
        ),
        Row(
            testDescription: "the day after its last",
            accounts: [account("a", from: -9, to: -1)],
            named: "a"
        ),
        Row(
            testDescription: "not active",
            accounts: [account("a", from: 0, to: 0, isActive: false)],
            named: "a"
        ),
        Row(
            testDescription: "one of two is served",
            accounts: [account("a", from: -9, to: -1), account("b", from: 0, to: 1)]
        ),
        Row(
            testDescription: "neither is served: the primary one is named",
            accounts: [account("a", from: -9, to: -1), account("main", from: -9, to: -1)],
            named: "main"
        ),
    ]

    @Test("lets the user in while one account is served", arguments: rows)
    func served(_ row: Row) {
        let standing = Self.user(primary: "main").standing(at: Self.now, in: row.accounts)
        guard let named = row.named else {
            #expect(standing == .usable)
            return
        }
        #expect(
            standing == .accountNotServed(row.accounts.first { $0.id == named } ?? row.accounts[0])
        )
    }

    @Test("what is wrong with the user is said first")
    func user() {
        let accounts = [Self.account("a", from: 1, to: 1)]
        let standing = Self.user(primary: "a", isEnabled: false).standing(
            at: Self.now,
            in: accounts
        )
        #expect(standing == .userDisabled)
    }
}
