import HTTP
import Testing

@testable import AccountManagerAPI

@Suite("Used credential")
struct UsedCredentialTests {
    private typealias Row = (
        key: GateTests.Key, presented: GateTests.Presented, hasToken: Bool, hasCertificate: Bool,
        decidedBy: UsedCredential.Decision?
    )

    private static let rows: [Row] = [
        (.usable, .none, true, false, .token),
        (.usable, .usable, true, true, .token),
        (.usable, .disabled, true, true, .token),
        (.absent, .usable, false, true, .certificate),
        (.absent, .disabled, false, true, nil),
        (.absent, .deleted, false, true, nil),
        (.disabled, .none, true, false, nil),
        (.usable, .ofOtherUser, true, true, nil),
        (.unknown, .foreign, false, false, nil),
        (.absent, .none, false, false, nil),
    ]

    @Test("an answer names what the world knows of what was presented", arguments: rows.indices)
    func names(_ index: Int) throws {
        let row = Self.rows[index]
        let cast = try Cast()
        let response = cast.me(
            key: row.key.values,
            certificate: try cast.certificate(row.presented)
        )
        let credential = response.credential
        #expect((credential?.token != nil) == row.hasToken)
        #expect((credential?.certificate != nil) == row.hasCertificate)
        #expect(credential?.decidedBy == row.decidedBy)
        #expect((credential?.userID == Cast.alpha) == (row.decidedBy != nil))
        // One that names nothing says that somebody looked.
        #expect(credential != nil)
        if row.hasToken { #expect(credential?.token?.userID == Cast.alpha) }
    }
}
