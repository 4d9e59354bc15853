import Testing

@testable import AccountModel

@Suite("RolePermissions")
struct RolePermissionsTests {
    /// A role, and everything it allows, as the vendor's list of roles has it.
    struct Row: CustomTestStringConvertible {
        let role: Role
        let names: Set<String>
        let writes: Bool

        init(_ role: Role, _ names: Set<String>, writes: Bool = true) {
            self.role = role
            self.names = names
            self.writes = writes
        }

        var testDescription: String { role.rawValue }
    }

    static let rows = [
        Row(
            .accountAdmin,
            [
                "MANAGE_AM_ACCOUNT", "VIEW_AM_ACCOUNT", "MANAGE_AM_ORGANIZATION",
                "VIEW_AM_ORGANIZATION", "MANAGE_AM_USER", "VIEW_AM_USER", "VIEW_AM_AUDIT_LOG",
            ]
        ),
        Row(
            .accountManager,
            [
                "MANAGE_AM_ACCOUNT", "VIEW_AM_ACCOUNT", "MANAGE_AM_ORGANIZATION",
                "VIEW_AM_ORGANIZATION", "VIEW_AM_USER", "VIEW_AM_AUDIT_LOG",
            ]
        ),
        Row(.accountUser, ["VIEW_AM_ACCOUNT", "VIEW_AM_ORGANIZATION", "VIEW_AM_USER"]),
        Row(.defaultUser, []),
        Row(
            .userManager,
            [
                "VIEW_AM_ACCOUNT", "VIEW_AM_ORGANIZATION", "MANAGE_AM_USER", "VIEW_AM_USER",
                "VIEW_AM_AUDIT_LOG",
            ]
        ),
        Row(
            .viewOnly,
            ["VIEW_AM_ACCOUNT", "VIEW_AM_ORGANIZATION", "VIEW_AM_USER", "VIEW_AM_AUDIT_LOG"],
            writes: false
        ),
    ]

    @Test("each role allows what the vendor says, and no more", arguments: rows)
    func allows(_ row: Row) {
        let user = UserTests.user(roles: [row.role])
        let allowed = Permission.allCases.filter { user.may($0) }
        #expect(Set(allowed.map(\.rawValue)) == row.names)
        #expect(user.mayWrite == row.writes)
        #expect(row.role.permissions == allowed, "printed in the order of all permissions")
    }

    @Test("every role has its row here, a name and a summary of its own")
    func complete() {
        #expect(Set(Self.rows.map(\.role)) == Set(Role.allCases))
        #expect(Set(Role.allCases.map(\.displayName)).count == Role.allCases.count)
        #expect(Set(Role.allCases.map(\.summary)).count == Role.allCases.count)
    }

    @Test("roles add up, and nobody without a role may do anything")
    func union() {
        let both = UserTests.user(roles: [.viewOnly, .defaultUser])
        #expect(both.may(.viewAuditLog))
        #expect(both.mayWrite)
        var signer = both
        signer.storedRoles = PermissionList(names: ["SSM_SIGNER"]) ?? signer.storedRoles
        #expect(signer.mayWrite, "a role of another product has the default right")
        #expect(!Permission.allCases.contains { signer.may($0) })
        let nobody = UserTests.user(roles: [])
        #expect(!Permission.allCases.contains { nobody.may($0) })
        #expect(!nobody.mayWrite)
    }
}
