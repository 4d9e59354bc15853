import AccountModel
import HTTP
import Testing

@testable import AccountManagerAPI

@Suite("Reasons")
struct ReasonsTests {
    private static let now = Timestamp(secondsSince1970: 1_760_918_400)
    private static let start = now.adding(days: -10)

    private static let user = User(
        id: "783a6a45-b74b-4635-bb4b-69855910ccd3",
        email: "jane@example.com",
        primaryAccountID: "130deba5-3ebb-43b2-8183-1a9940d460f5",
        createdAt: start,
        createdBy: "8f7f8b1f-63c1-4580-af7d-ea4cd890e8f7",
        userType: .service,
        friendlyName: "Example service user",
        storedRoles: Role.list([.defaultUser])
    )

    private static let certificate = ClientAuthCertificate(
        id: "e281fe3b-fb97-4183-a4fa-205913a7aee4",
        userID: user.id,
        name: "API Client Auth Certificate",
        commonName: "Demo API Service User",
        startDate: start,
        endDate: now.adding(days: 1),
        serialNumber: "6403F2A8",
        publicKey: "MIIB",
        sha256: [],
        createdAt: start
    )

    @Test("a disabled certificate: which one, when, by whom, and how to enable it")
    func disabled() {
        let attribution = Attribution(
            at: Self.now.adding(seconds: 3),
            userID: Self.user.id,
            userName: Self.user.displayName
        )
        let credential = CertificateCredential(certificate: Self.certificate, user: Self.user)
        let path = "/account/api/v1/client-auth-certificate/\(Self.certificate.id)/enable"
        let named = "certificate 6403F2A8 (\"API Client Auth Certificate\")"
        #expect(
            Reasons.clause(credential, .certificateDisabled(attribution), now: Self.now) == """
                \(named) was disabled at 2025-10-20T00:00:03Z by Example service user; \
                enable it with PUT \(path)
                """
        )
        #expect(
            Reasons.clause(credential, .certificateDisabled(nil), now: Self.now)
                == "\(named) is disabled; enable it with PUT \(path)"
        )
    }

    @Test("what is usable has no reason")
    func usable() {
        let certificate = CertificateCredential(certificate: Self.certificate, user: Self.user)
        #expect(Reasons.clause(certificate, .usable, now: Self.now) == nil)
        let token = APIAccessToken(
            id: "1",
            userID: Self.user.id,
            name: "token",
            createdAt: Self.now,
            createdBy: Self.user.id
        )
        let credential = TokenCredential(token: token, user: Self.user)
        #expect(Reasons.clause(credential, .usable, now: Self.now) == nil)
    }

    @Test("fits one line of printable ASCII, whatever a stranger put into a certificate")
    func printable() {
        let stranger = "CN=a\r\nset-cookie: b\u{0}\u{1B}[31m\u{202E}é"
        #expect(ReasonText.printable(stranger) == "CN=a??set-cookie: b??[31m??")
    }

    @Test("names the section of a standard in words, where the sign is no ASCII")
    func sections() {
        #expect(ReasonText.printable("no (RFC 9112 §3.2.4).") == "no (RFC 9112 section 3.2.4).")
    }

    @Test("is cut at its limit, and not before")
    func length() {
        let longest = String(repeating: "x", count: ReasonText.bytesMax)
        #expect(ReasonText.printable(longest) == longest)
        let cut = ReasonText.printable(longest + "y")
        #expect(cut.utf8.count == ReasonText.bytesMax)
        #expect(cut.hasSuffix("xxx..."))
    }
}

@Suite("Endpoint and Call")
struct EndpointTests {
    @Test("every changing route is closed to those who only view, and no other")
    func access() {
        for route in AccountManagerAPI.routes {
            let isReading =
                switch route.handler.handler {
                case .reading: true
                case .changing: false
                }
            #expect(isReading == (route.method == "GET"))
            // The permissions of which viewing has any are those that begin with VIEW.
            let admitsViewer =
                switch route.handler.access {
                case .anyUser, .anyUserOr: true
                case .writers, .writersOr: false
                case .permission(let needed): Role.viewOnly.permissions.contains(needed)
                }
            #expect(admitsViewer == isReading, "\(route.method) \(route.pattern)")
        }
    }
}
