import Testing

@testable import AccountModel

@Suite("Application")
struct ApplicationTests {
    static let software = Application(id: "s", name: "Software Trust")

    @Test("without a code it has one made of its name")
    func code() {
        #expect(Self.software.code == "software_trust")
        #expect(Application(id: "s", code: "sm", name: "Software Trust").code == "sm")
    }

    @Test("roles add up product by product, in the order of the products")
    func access() throws {
        let signer = try Self.role("SSM_SIGNER", ["SIGN_SM_HASH", "VIEW_SM_CERTIFICATE"])
        let builder = try Self.role("SSM_BUILD_ENGINEER", ["VIEW_SM_CERTIFICATE", "A_SM_B"])
        let viewer = Role.accountUser.definition(in: .accountManager)
        let order = [Application(id: "n", name: "Unused"), .accountManager, Self.software]
        let access = [signer, viewer, builder].access(in: order)
        #expect(access.map(\.id) == [Application.accountManager.id, "s"])
        #expect(access.map(\.name) == ["Account Manager", "Software Trust"])
        #expect(
            access.map(\.permissions.names) == [
                ["VIEW_AM_ACCOUNT", "VIEW_AM_ORGANIZATION", "VIEW_AM_USER"],
                ["SIGN_SM_HASH", "VIEW_SM_CERTIFICATE", "A_SM_B"],
            ]
        )
    }

    @Test("a role of the Account Manager says what it permits", arguments: Role.allCases)
    func definition(role: Role) {
        let definition = role.definition(in: .accountManager)
        #expect(definition.name == role.rawValue)
        #expect(definition.application == .accountManager)
        #expect(definition.permissions.names == role.permissions.map(\.rawValue))
    }

    private static func role(_ name: String, _ permissions: [String]) throws -> RoleDefinition {
        RoleDefinition(
            name: name,
            displayName: name,
            description: "",
            application: software,
            permissions: try #require(PermissionList(names: permissions))
        )
    }
}
