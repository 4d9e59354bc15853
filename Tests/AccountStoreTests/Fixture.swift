import AccountModel
import FoundationEssentials

@testable import AccountStore

/// A world's worth of rows, made at run time.
enum Fixture {
    static let now = Timestamp(secondsSince1970: 1_760_918_400)
    static let tokenSHA256 = digest(1)
    static let authority = AuthorityRecord(
        certificate: [0x30, 1],
        text: "the CA's text\n",
        privateKey: [0x30, 2],
        createdAt: now
    )

    static let account = Account(
        id: "account-1",
        name: "Example account",
        isActive: true,
        servicePeriod: ServicePeriod(
            from: Timestamp(secondsSince1970: 0).date,
            to: Timestamp.latest.date
        ),
        friendlyIdentifier: "1234567",
        locale: "en_US"
    )

    static let user = User(
        id: "user-1",
        email: "jane@example.com",
        primaryAccountID: "elsewhere",
        createdAt: now.adding(days: -300),
        createdBy: "user-0",
        userType: .service,
        friendlyName: "Robot",
        storedRoles: Role.list([.accountManager, .viewOnly]),
        endDate: now.adding(days: 300)
    )

    static let otherUser = User(
        id: "user-2",
        email: "ada@example.com",
        isEnabled: false,
        isLocked: true,
        accessScope: .system,
        primaryAccountID: "account-1",
        createdAt: now,
        createdBy: "user-2",
        userType: .standard,
        description: "a person",
        locale: "de_DE",
        firstName: "Ada",
        lastName: "Admin",
        username: "ada",
        phone: "+1 555 0100",
        storedRoles: Role.list([])
    )

    static let applications = [
        application("z", ["VIEW_Z"]), application("a", []), application("m", ["B_1", "A_2"]),
    ]

    static let token = APIAccessToken(
        id: "token-1",
        userID: "user-1",
        name: "Main",
        isEnabled: false,
        endDate: now.adding(days: 1),
        createdAt: now,
        createdBy: "user-0"
    )

    static let population = Population(
        accounts: [account],
        users: [
            UserProfile(user: user, applications: applications, accounts: [account]),
            UserProfile(user: otherUser, applications: [applications[1]], accounts: []),
        ],
        tokens: [.init(token: token, sha256: tokenSHA256)],
        certificates: []
    )

    static let state = WorldState(
        name: "default",
        createdAt: now,
        seedSHA256: "abc",
        clock: .running(offsetSeconds: -5)
    )

    /// A store with the population and the CA in it.
    static func store(_ location: AccountStore.Location = .memory) throws -> AccountStore {
        let store = try AccountStore.open(location, readerCount: 2)
        try store.save(authority)
        try store.begin(state, with: population)
        return store
    }

    static func certificate(
        _ number: Int,
        name: String? = nil,
        userID: String = "user-1"
    ) -> ClientAuthCertificate {
        ClientAuthCertificate(
            id: "certificate-\(number)",
            userID: userID,
            name: name ?? "Certificate \(number)",
            commonName: "Robot",
            startDate: now,
            endDate: now.adding(days: 90),
            serialNumber: "0\(number)",
            publicKey: "MIIB",
            sha256: digest(number),
            createdAt: now.adding(seconds: 7)
        )
    }

    static let text = CertificateText(
        x509Certificate: "a certificate's text\n",
        caCertificate: authority.text
    )

    static func entry(_ number: Int, action: AuditAction = .create) -> AuditEntry {
        AuditEntry(
            id: "entry-\(number)",
            createdAt: now,
            userID: "user-1",
            userName: "Robot",
            accountID: "account-1",
            action: action,
            resourceType: .clientAuthCertificate,
            resourceID: "certificate-\(number)",
            description: "a sentence",
            ipAddress: "::1"
        )
    }

    static func digest(_ number: Int) -> [UInt8] {
        [UInt8](repeating: 0, count: 24)
            + (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }

    private static func application(_ id: String, _ names: [String]) -> ApplicationAccess {
        ApplicationAccess(
            id: id,
            name: "Application \(id)",
            permissions: PermissionList(names: names) ?? PermissionList(storedJSON: "[]")
        )
    }
}

/// A folder that is removed with everything in it when its owner is.
struct TemporaryFolder: ~Copyable {
    let path: String

    init() throws {
        path = "\(FileManager.default.temporaryDirectory.path)/mock-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func path(_ name: String) -> String { "\(path)/\(name)" }
}
