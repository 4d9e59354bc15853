import AccountModel
import AccountStore
import FoundationEssentials
import HTTP
import OpenSSLBridge
import World

@testable import AccountManagerAPI

/// A world with users, keys and certificates in every state, and an API to ask.
///
/// It is 2025-10-20T00:00:00Z there, and the clock stands still.
final class Cast: Sendable {
    static let alpha = "aaaaaaaa-0000-4000-8000-000000000001"
    static let beta = "bbbbbbbb-0000-4000-8000-000000000001"
    static let gamma = "cccccccc-0000-4000-8000-000000000001"
    static let delta = "dddddddd-0000-4000-8000-000000000001"
    static let viewer = "eeeeeeee-0000-4000-8000-000000000001"
    static let account = "ffffffff-0000-4000-8000-000000000001"

    /// The id of the certificate "alpha usable".
    static let usableID = certificateID(0)
    static let betaID = certificateID(5)

    let world: World
    let api: AccountManagerAPI
    private let directory: URL

    init(
        now: String = "2025-10-20T00:00:00Z",
        offsetSeconds: Int = 0,
        settings change: (inout WorldSettings) -> Void = { _ in }
    ) throws {
        // A process may end while the CA's key is still being made; this lets it.
        TLSContext.prepareProcess()
        var settings = WorldSettings(caKeyAlgorithm: .p256)
        change(&settings)
        let now = Self.time(now).adding(seconds: Int64(offsetSeconds))
        directory = FileManager.default.temporaryDirectory
            .appending(path: "mock-digicert-one-tests-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let location = AccountStore.Location.file(path: directory.appending(path: "w.db").path)
        // Begun here and not from a seed: a seed cannot hold what was never issued.
        let store = try AccountStore.open(location, readerCount: 1)
        let state = WorldState(
            name: "cast",
            createdAt: now,
            seedSHA256: "",
            clock: .frozen(at: now)
        )
        try store.begin(state, with: Self.population)
        try Self.remove("alpha deleted", from: store)
        world = try World.open(
            name: "cast",
            at: location,
            readerCount: 1,
            settings: ChosenSettings(all: settings),
            seed: Seed.tutorial(),
            systemTime: { Self.time("2000-01-01T00:00:00Z") }
        )
        api = AccountManagerAPI(world: world)
    }

    deinit {
        try? FileManager.default.removeItem(at: directory)
    }

    static func time(_ text: String) -> Timestamp {
        Timestamp.parse(iso8601: text) ?? .earliest
    }
}

// MARK: - Asking

extension Cast {
    /// Makes the facts of a connection.
    func facts(
        certificate: PresentedCertificate? = nil,
        isClientauth: Bool = true
    ) -> ConnectionFacts {
        ConnectionFacts(
            id: 1,
            loop: 0,
            listener: isClientauth ? "clientauth" : "api",
            remoteAddress: "127.0.0.1:4711",
            world: "cast",
            asksForClientCertificate: isClientauth,
            presentedCertificate: certificate
        )
    }

    /// Sends a request; an answer that needs a worker thread is waited for.
    func send(
        _ method: String,
        _ target: String,
        key: [String] = [],
        body: String = "",
        fields: Fields = [:],
        on connection: ConnectionFacts? = nil
    ) -> Response {
        var fields = fields
        for key in key { fields.append("x-api-key", key) }
        if !body.isEmpty, fields.first("content-type") == nil {
            fields.append("content-type", "application/json")
        }
        let request = Request(
            method: method,
            target: target,
            fields: fields,
            body: Array(body.utf8)
        )
        let context = RequestContext(
            requestID: "1",
            connection: connection ?? facts(isClientauth: false)
        )
        switch api.reply(to: request, in: context) {
        case .now(let response): return response
        case .later(let work): return work()
        // Nothing here is held back.
        case .whenever, .stream: return Response(status: 501)
        }
    }

    /// Asks who the caller is.
    func me(
        key: [String] = [],
        certificate: PresentedCertificate? = nil,
        isClientauth: Bool = true
    ) -> Response {
        send(
            "GET",
            "/account/api/v1/user/me",
            key: key,
            on: facts(certificate: certificate, isClientauth: isClientauth)
        )
    }

    /// What a handshake brings for a state of the table.
    func certificate(_ presented: GateTests.Presented) throws -> PresentedCertificate? {
        let name = presented.name
        let index = Self.certificates.firstIndex { $0.name == name }
        switch presented {
        case .none:
            return nil
        case .foreign:
            return Self.presented(sha256: Self.digest(98), issuer: "CN=Somebody Else,O=Elsewhere")
        case .usable, .disabled, .expired, .notYetValid, .deleted, .otherWorld, .ofOtherUser,
            .disabledOfOtherUser, .ofDisabledUser, .ofExpiredUser:
            let issuer = "CN=mock-digicert-one Client Authentication CA,O=mock-digicert-one,C=US"
            return Self.presented(sha256: Self.digest(index ?? 99), issuer: issuer)
        }
    }

    private static func presented(sha256: [UInt8], issuer: String) -> PresentedCertificate {
        PresentedCertificate(
            sha256: sha256,
            subject: "CN=Somebody",
            issuer: issuer,
            serialNumber: "6403",
            notBefore: 0,
            notAfter: 0
        )
    }
}

// MARK: - Who is there

extension Cast {
    private static let certificates = [
        certificate(0, "alpha usable", of: alpha),
        certificate(1, "alpha disabled", of: alpha, isDisabled: true),
        certificate(2, "alpha expired", of: alpha, to: "2025-10-01T23:59:59Z"),
        certificate(3, "alpha early", of: alpha, from: "2025-10-21T00:00:00Z"),
        certificate(4, "alpha deleted", of: alpha),
        certificate(5, "beta usable", of: beta),
        certificate(6, "beta disabled", of: beta, isDisabled: true),
        certificate(7, "gamma usable", of: gamma),
        certificate(8, "delta usable", of: delta),
    ]

    private static var population: Population {
        let now = time("2025-01-01T00:00:00Z")
        let account = Account(
            id: account,
            name: "Test account",
            isActive: true,
            servicePeriod: ServicePeriod(from: now.date, to: now.adding(years: 10).date),
            friendlyIdentifier: "7654321",
            locale: "en_US"
        )
        let users = [
            user(alpha, "Alpha"),
            user(beta, "Beta"),
            user(gamma, "Gamma", isEnabled: false),
            user(delta, "Delta", to: "2025-10-10T23:59:59Z"),
            user(viewer, "Viewer", roles: [.viewOnly]),
        ]
        return Population(
            accounts: [account],
            users: users.map { user in
                UserProfile(user: user, applications: [], accounts: [account])
            },
            tokens: [
                token("ALPHA_KEY", of: alpha),
                token("ALPHA_DISABLED_KEY", of: alpha, isEnabled: false),
                token("ALPHA_EXPIRED_KEY", of: alpha, to: "2025-10-10T23:59:59Z"),
                token("BETA_KEY", of: beta),
                token("GAMMA_KEY", of: gamma),
                token("DELTA_KEY", of: delta),
                token("VIEWER_KEY", of: viewer),
            ],
            certificates: certificates.map { certificate in
                let text = CertificateText(x509Certificate: "", caCertificate: "")
                return Population.Certificate(certificate: certificate, text: text)
            }
        )
    }

    private static func user(
        _ id: String,
        _ name: String,
        isEnabled: Bool = true,
        roles: [Role] = [.defaultUser],
        to endDate: String? = nil
    ) -> User {
        User(
            id: id,
            email: "\(name.lowercased())@example.com",
            isEnabled: isEnabled,
            primaryAccountID: account,
            createdAt: time("2025-01-01T00:00:00Z"),
            createdBy: id,
            userType: .service,
            friendlyName: name,
            storedRoles: Role.list(roles),
            endDate: endDate.map(time)
        )
    }

    private static func token(
        _ text: String,
        of userID: String,
        isEnabled: Bool = true,
        to endDate: String? = nil
    ) -> Population.Token {
        let sha256 = Digest.sha256(Array(text.utf8))
        let token = APIAccessToken(
            id: Identifier.uuid(randomBytes: sha256),
            userID: userID,
            name: text,
            isEnabled: isEnabled,
            endDate: endDate.map(time),
            createdAt: time("2025-01-01T00:00:00Z"),
            createdBy: userID
        )
        return Population.Token(token: token, sha256: sha256)
    }

    private static func certificate(
        _ number: UInt8,
        _ name: String,
        of userID: String,
        from startDate: String = "2025-01-01T00:00:00Z",
        to endDate: String = "2026-01-01T23:59:59Z",
        isDisabled: Bool = false
    ) -> ClientAuthCertificate {
        ClientAuthCertificate(
            id: certificateID(number),
            userID: userID,
            name: name,
            commonName: "Somebody",
            startDate: time(startDate),
            endDate: time(endDate),
            isEnabled: !isDisabled,
            serialNumber: "6403",
            publicKey: "MIIB",
            sha256: digest(Int(number)),
            createdAt: time("2025-01-01T12:00:00Z"),
            disabled: isDisabled
                ? Attribution(
                    at: time("2025-10-19T12:00:03Z"),
                    userID: alpha,
                    userName: "Alpha"
                ) : nil
        )
    }

    private static func certificateID(_ number: UInt8) -> String {
        Identifier.uuid(randomBytes: [0xE2, 0x81, number])
    }

    private static func digest(_ number: Int) -> [UInt8] {
        [UInt8](repeating: UInt8(number), count: 32)
    }

    private static func remove(_ name: String, from store: AccountStore) throws {
        guard let certificate = certificates.first(where: { $0.name == name }) else { return }
        let now = time("2025-10-20T00:00:00Z")
        _ = try store.deleteCertificate(
            id: certificate.id,
            by: Attribution(at: now, userID: alpha, userName: "Alpha"),
            audit: AuditEntry(
                id: certificateID(200),
                createdAt: now,
                userID: alpha,
                userName: "Alpha",
                accountID: account,
                action: .delete,
                resourceType: .clientAuthCertificate,
                resourceID: certificate.id,
                description: "",
                ipAddress: nil
            )
        )
    }
}

/// The envelope of each error, as bytes on the wire.
enum Envelope {
    static let nothingProvided = of("AUTHORIZATION_ERROR", "No authentication data provided")
    static let refusedKey = of("invalid_api_key", "API key is invalid")
    static let noAccess = of("no_access", "Not enough permissions")
    static let invalidInput = of("invalid_input_field", "Wrong input or input format")
    static let duplicate = of(
        "duplicate_error",
        "Cannot have duplicate names for client authentication certificate"
    )
    static let notFound = of("resource_not_found", "Client authentication certificate not found")
    static let unrouted = of("INTERNAL_SERVER_ERROR", "Path not found")

    static func of(_ code: String, _ message: String) -> String {
        "{\"errors\":[{\"code\":\"\(code)\",\"message\":\"\(message)\"}]}"
    }
}

extension Response {
    /// The body as text.
    var text: String { String(decoding: body, as: UTF8.self) }

    /// `id` of the object in the body.
    var userID: String? { member("id") }

    /// A string member of the object in the body.
    func member(_ name: String) -> String? {
        guard case .object(let members) = try? JSONReader.read(body),
            case .string(let text) = members[name]
        else { return nil }
        return text
    }
}
