import Testing

@testable import AccountModel

@Suite("Listing")
struct ListingTests {
    @Test("a user sees what shares an account with it, or everything, by its scope")
    func visibility() {
        var user = UserTests.user(roles: [])
        #expect(Visibility(of: user) == .accounts(ofUser: user.id))
        user.accessScope = .system
        #expect(Visibility(of: user) == .everything)
    }

    @Test("the audit log is sorted by time, the newest first, unless somebody asks otherwise")
    func auditDefaults() {
        let query = AuditQuery()
        #expect(query.sortField == .timestamp)
        #expect(!query.isAscending)
    }
}
