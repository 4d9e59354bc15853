import AccountModel
import HTTP
import Testing

@testable import AccountManagerAPI

@Suite("Access")
struct AccessTests {
    /// Who gets through a route's own check.
    struct Row: CustomTestStringConvertible {
        let access: Access
        let admitted: Set<Role>

        init(_ access: Access, _ admitted: Set<Role>) {
            self.access = access
            self.admitted = admitted
        }

        var testDescription: String { access.text }
    }

    static let everybody = Set(Role.allCases)
    static let rows = [
        Row(.anyUser, everybody),
        Row(.writers, everybody.subtracting([.viewOnly])),
        Row(.anyUserOr(.viewAuditLog), everybody),
        Row(.writersOr(.viewAuditLog), everybody.subtracting([.viewOnly])),
        Row(
            .permission(.viewAuditLog),
            [.accountAdmin, .accountManager, .userManager, .viewOnly]
        ),
    ]

    @Test("what is known of a route is one of the words that docs/api.md explains")
    func evidence() {
        let words = AccountManagerAPI.routes.map(\.handler.evidence)
        #expect(Set(words).isSubset(of: Set(Evidence.allCases)))
        #expect(words.contains(.documented))
    }

    @Test("lets the right roles through, and names them to the others", arguments: rows)
    func admits(_ row: Row) {
        for role in Role.allCases {
            let user = User(
                id: "u",
                email: "u@example.com",
                primaryAccountID: "a",
                createdAt: .earliest,
                createdBy: "u",
                userType: .standard,
                storedRoles: Role.list([role])
            )
            do throws(APIRefusal) {
                try row.access.admit(user)
                #expect(row.admitted.contains(role), "\(role)")
            } catch {
                #expect(!row.admitted.contains(role), "\(role)")
                #expect(error.error == .notEnoughPermissions)
                #expect(error.reason.contains("AM_"))
            }
        }
    }
}
