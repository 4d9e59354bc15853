import Testing

@testable import AccountModel

@Suite("User")
struct UserTests {
    @Test(
        "writes need a role that does more than view",
        arguments: [
            ([], false), ([Role.viewOnly], false), ([.defaultUser], true),
            ([.viewOnly, .accountUser], true),
        ]
    )
    func writes(roles: [Role], isAllowed: Bool) {
        #expect(Self.user(roles: roles).mayWrite == isAllowed)
    }

    /// A user's flags and end, and what they amount to.
    struct StatusRow: CustomTestStringConvertible {
        let expected: UserStatus
        var isEnabled = true
        var isLocked = false
        var endDate: Timestamp?

        var testDescription: String { "\(expected) \(isEnabled) \(isLocked) \(endDate as Any)" }
    }

    static let now = Timestamp(secondsSince1970: 1_760_918_400)

    static let statuses = [
        StatusRow(expected: .active),
        StatusRow(expected: .active, endDate: now),
        StatusRow(expected: .expired, endDate: now.adding(seconds: -1)),
        StatusRow(expected: .locked, isLocked: true),
        StatusRow(expected: .expired, isLocked: true, endDate: now.adding(seconds: -1)),
        StatusRow(
            expected: .disabled,
            isEnabled: false,
            isLocked: true,
            endDate: now.adding(seconds: -1)
        ),
    ]

    @Test("disabled is shown before expired, and that before locked", arguments: statuses)
    func status(_ row: StatusRow) {
        var user = Self.user(roles: [])
        user.isEnabled = row.isEnabled
        user.isLocked = row.isLocked
        user.endDate = row.endDate
        #expect(user.status(at: Self.now) == row.expected)
    }

    @Test("is called by its friendly name, else by its own, else by its address")
    func name() {
        var user = Self.user(roles: [])
        #expect(user.displayName == "u@example.com")
        user.lastName = "Doe"
        #expect(user.displayName == "Doe")
        user.firstName = "Jane"
        #expect(user.displayName == "Jane Doe")
        user.friendlyName = "Robot"
        #expect(user.displayName == "Robot")
    }

    static func user(roles: [Role]) -> User {
        User(
            id: "u",
            email: "u@example.com",
            primaryAccountID: "a",
            createdAt: .earliest,
            createdBy: "u",
            userType: .standard,
            storedRoles: Role.list(roles)
        )
    }
}

@Suite("PermissionList")
struct PermissionListTests {
    @Test(
        "is a JSON array in the given order",
        arguments: [
            ([], "[]"), (["A_1"], #"["A_1"]"#), (["B", "A"], #"["B","A"]"#),
        ]
    )
    func json(names: [String], json: String) throws {
        let list = try #require(PermissionList(names: names))
        #expect(list.json == json)
        #expect(list.names == names)
        #expect(PermissionList(storedJSON: json) == list)
        #expect(!list.contains("C"))
        #expect(names.allSatisfy { list.contains($0) })
    }

    @Test(
        "refuses a name that would need escaping",
        arguments: ["", "a", "A B", "A\"", "É", "A,B"]
    )
    func refuses(_ name: String) {
        #expect(PermissionList(names: ["OK", name]) == nil)
    }
}

@Suite("Identifier")
struct IdentifierTests {
    @Test("a UUID states version 4 and the RFC's variant (RFC 9562 §5.4)")
    func uuid() {
        let zeros = Identifier.uuid(randomBytes: [])
        #expect(zeros == "00000000-0000-4000-8000-000000000000")
        let ones = Identifier.uuid(randomBytes: [UInt8](repeating: 0xff, count: 20))
        #expect(ones == "ffffffff-ffff-4fff-bfff-ffffffffffff")
        #expect(Identifier.isUUID(zeros))
        #expect(Identifier.isUUID(ones))
    }

    @Test(
        "another form is no UUID",
        arguments: [
            "", "783a6a45b74b4635bb4b69855910ccd3", "783A6A45-B74B-4635-BB4B-69855910CCD3",
            "783a6a45-b74b-4635-bb4b-69855910ccd", "783a6a45-b74b-4635-bb4b-69855910ccd33",
            "783a6a45-b74b-4635-bb4b-69855910ccg3", "783a6a45-b74b-4635-bb4b6-9855910ccd3",
        ]
    )
    func other(_ text: String) {
        #expect(!Identifier.isUUID(text))
    }
}
