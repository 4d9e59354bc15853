import Testing

@testable import AccountModel

@Suite("CredentialStanding")
struct CredentialStandingTests {
    static let now = Timestamp(secondsSince1970: 1_760_918_400)
    static let before = now.adding(seconds: -1)
    static let after = now.adding(seconds: 1)
    static let somebody = Attribution(at: before, userID: "u", userName: "Ann")

    /// One credential and what it is worth now.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        let expected: CredentialStanding
        var isUserEnabled = true
        var isUserLocked = false
        var userEnd: Timestamp?
        var isEnabled = true
        var disabled: Attribution?
        var start = now
        var end: Timestamp? = now
    }

    static let certificates = [
        Row(testDescription: "in its first and last second", expected: .usable),
        Row(
            testDescription: "one second too early",
            expected: .certificateNotYetValid(startDate: after),
            start: after,
            end: after
        ),
        Row(
            testDescription: "one second too late",
            expected: .certificateExpired(endDate: before),
            start: before,
            end: before
        ),
        Row(
            testDescription: "disabled by somebody",
            expected: .certificateDisabled(somebody),
            isEnabled: false,
            disabled: somebody
        ),
        Row(
            testDescription: "disabled and expired: enabling would not help",
            expected: .certificateExpired(endDate: before),
            isEnabled: false,
            start: before,
            end: before
        ),
        Row(
            testDescription: "of a disabled user",
            expected: .userDisabled,
            isUserEnabled: false,
            isUserLocked: true
        ),
        Row(testDescription: "in the user's last second", expected: .usable, userEnd: now),
        Row(
            testDescription: "after the user's end",
            expected: .userExpired(endDate: before),
            isUserLocked: true,
            userEnd: before
        ),
        Row(testDescription: "of a locked user", expected: .userLocked, isUserLocked: true),
    ]

    @Test("a certificate is judged by its dates, its flag and its user", arguments: certificates)
    func certificate(_ row: Row) {
        let certificate = ClientAuthCertificate(
            id: "c",
            userID: "u",
            name: "n",
            commonName: "n",
            startDate: row.start,
            endDate: row.end ?? .latest,
            isEnabled: row.isEnabled,
            serialNumber: "01",
            publicKey: "",
            sha256: [],
            createdAt: Self.before,
            disabled: row.disabled
        )
        let credential = CertificateCredential(certificate: certificate, user: Self.user(row))
        #expect(credential.standing(at: Self.now) == row.expected)
    }

    static let tokens = [
        Row(testDescription: "without an end", expected: .usable, end: nil),
        Row(testDescription: "in its last second", expected: .usable),
        Row(
            testDescription: "one second too late",
            expected: .tokenExpired(endDate: before),
            end: before
        ),
        Row(testDescription: "disabled", expected: .tokenDisabled, isEnabled: false),
        Row(
            testDescription: "of a disabled user",
            expected: .userDisabled,
            isUserEnabled: false,
            isUserLocked: true
        ),
        Row(
            testDescription: "after the user's end",
            expected: .userExpired(endDate: before),
            isUserLocked: true,
            userEnd: before
        ),
        Row(testDescription: "of a locked user", expected: .userLocked, isUserLocked: true),
    ]

    @Test("a token is judged by its end, its flag and its user", arguments: tokens)
    func token(_ row: Row) {
        let token = APIAccessToken(
            id: "t",
            userID: "u",
            name: "n",
            isEnabled: row.isEnabled,
            endDate: row.end,
            createdAt: Self.before,
            createdBy: "u"
        )
        let credential = TokenCredential(token: token, user: Self.user(row))
        #expect(credential.standing(at: Self.now) == row.expected)
    }

    static func user(_ row: Row) -> User {
        User(
            id: "u",
            email: "u@example.com",
            isEnabled: row.isUserEnabled,
            isLocked: row.isUserLocked,
            primaryAccountID: "a",
            createdAt: before,
            createdBy: "u",
            userType: .service,
            friendlyName: "Robot",
            storedRoles: Role.list([.defaultUser]),
            endDate: row.userEnd
        )
    }
}
