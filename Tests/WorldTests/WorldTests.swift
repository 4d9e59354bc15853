import AccountModel
import AccountStore
import FoundationEssentials
import OpenSSLBridge
import PrivateCA
import Synchronization
import Testing

@testable import World

@Suite("World")
struct WorldTests {
    static let begin = Timestamp(secondsSince1970: 1_760_918_400)

    /// A system's clock that a test moves.
    final class SystemClock: Sendable {
        private let time: Mutex<Timestamp>

        init(_ time: Timestamp) { self.time = Mutex(time) }

        var now: Timestamp {
            get { time.withLock { $0 } }
            set { time.withLock { $0 = newValue } }
        }
    }

    static func open(
        _ location: AccountStore.Location = .memory,
        seed: String? = nil,
        given: GivenAuthority? = nil,
        clockStart: ClockStart = .system,
        system: SystemClock = SystemClock(begin)
    ) throws -> World {
        try World.open(
            name: "default",
            at: location,
            readerCount: 2,
            settings: ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256)),
            seed: try seed.map { try Seed.parse(Array($0.utf8), source: "test") }
                ?? Seed.tutorial(),
            given: given,
            clockStart: clockStart,
            systemTime: { system.now }
        )
    }

    @Test("a new world has the tutorial's user behind the tutorial's token")
    func tutorial() throws {
        let world = try Self.open()
        #expect(world.isNew)
        let digest = world.digest(ofToken: "SERVICE_USER_TOKEN")
        let credential = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.credential(tokenSHA256: digest)
        }
        #expect(credential?.user.email == "jane@example.com")
        #expect(credential?.token.name == "SERVICE_USER_TOKEN")
        #expect(credential?.standing(at: world.clock.now) == .usable)
    }

    @Test("the CA is the same after a restart, and its text is the stored one")
    func authority() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let first = try Self.open(location).ca.certificatePEM
        let world = try Self.open(location)
        #expect(try world.ca.certificatePEM == first)
        #expect(try world.store.authority()?.text == first)
    }

    static let certificates = """
        { users: [{
            id: "783a6a45-b74b-4635-bb4b-69855910ccd3", email: "jane@example.com",
            primary_account_id: "130deba5-3ebb-43b2-8183-1a9940d460f5",
            user_type: "service", friendly_name: "Robot", roles: ["AM_DEFAULT_USER"],
            certificates: [
                { name: "good", common_name: "Robot 1", end_date: "+90d" },
                { name: "expired", start_date: "-300d", end_date: "-1d" },
                { name: "disabled", key_algorithm: "ed25519", enabled: false },
                { name: "early", start_date: "+2d", end_date: "+30d" },
            ],
        }] }
        """

    @Test("a seed may describe certificates, also expired, disabled and early ones")
    func describedCertificates() throws {
        let world = try Self.open(seed: Self.certificates)
        let now = world.clock.now
        let userID = "783a6a45-b74b-4635-bb4b-69855910ccd3"
        let found = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.certificates(userID: userID)
        }
        #expect(found.map(\.name) == ["good", "expired", "disabled", "early"])
        #expect(found.map(\.commonName) == ["Robot 1", "expired", "disabled", "early"])
        var standings: [CredentialStanding] = []
        for certificate in found {
            let finding = try world.store.read(loop: 1) { (reader) throws(StoreError) in
                try reader.finding(certificateSHA256: certificate.sha256)
            }
            guard case .existing(let credential) = finding else { continue }
            standings.append(credential.standing(at: now))
        }
        let seeder = Attribution(at: now, userID: userID, userName: "the seed")
        #expect(
            standings == [
                .usable, .certificateExpired(endDate: now.adding(days: -1)),
                .certificateDisabled(seeder),
                .certificateNotYetValid(startDate: now.adding(days: 2)),
            ]
        )
        let texts = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.text(ofCertificate: found[0].id)
        }
        #expect(try texts?.caCertificate == world.ca.certificatePEM)
    }

    @Test("a given certificate is known by its fingerprint, though another CA issued it")
    func givenCertificate() throws {
        let issuer = try Self.open(seed: Self.certificates)
        let userID = "783a6a45-b74b-4635-bb4b-69855910ccd3"
        let (source, text) = try issuer.store.read(loop: 0) { (reader) throws(StoreError) in
            let certificate = try reader.certificates(userID: userID)[0]
            return (certificate, try reader.text(ofCertificate: certificate.id))
        }
        let pem = try #require(text?.x509Certificate).replacing("\n", with: "\\n")
        let seed = SeedTests.seed(certificates: #"{ name: "given", x509_cert: "\#(pem)" }"#)
        let world = try Self.open(seed: seed)
        let finding = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.finding(certificateSHA256: source.sha256)
        }
        guard case .existing(let credential) = finding else {
            Issue.record("not found: \(String(describing: finding))")
            return
        }
        var expected = source
        expected.id = credential.certificate.id
        expected.name = "given"
        #expect(credential.certificate == expected)
    }

    static let period = "users[0].certificates[0]: no certificate can be valid from"

    @Test("one certificate given to two names is refused with its place")
    func givenTwice() throws {
        let issuer = try Self.open(seed: Self.certificates)
        let text = try issuer.store.read(loop: 0) { (reader) throws(StoreError) in
            let userID = "783a6a45-b74b-4635-bb4b-69855910ccd3"
            return try reader.text(ofCertificate: reader.certificates(userID: userID)[0].id)
        }
        let pem = try #require(text?.x509Certificate).replacing("\n", with: "\\n")
        let rows = ["a", "b"].map { "{ name: '\($0)', x509_cert: '\(pem)' }" }
        let error = try #require(throws: WorldError.self) {
            _ = try Self.open(seed: SeedTests.seed(certificates: rows.joined(separator: ",")))
        }
        let place = "users[0].certificates[1]: another certificate of the seed is the same one"
        #expect(error.description == "world default: seed file test: \(place)")
    }

    @Test(
        "a certificate that cannot be made is refused with its place",
        arguments: [
            ("{ name: 'a', csr: 'nonsense' }", "users[0].certificates[0].csr: "),
            ("{ name: 'a', x509_cert: 'nonsense' }", "users[0].certificates[0].x509_cert: "),
            ("{ name: 'a', end_date: '+398d' }", "\(period) 2025-10-20T00:00:00Z to 2026-11-22"),
            ("{ name: 'a', end_date: '-1d' }", "\(period) 2025-10-20T00:00:00Z to 2025-10-19"),
            (
                "{ name: 'a', start_date: '+2d', end_date: '+1d' }",
                "\(period) 2025-10-22T00:00:00Z to 2025-10-21"
            ),
            (
                "{ name: 'a', start_date: '1999-12-31T23:59:59Z' }",
                "\(period) 1999-12-31T23:59:59Z to a year later"
            ),
        ]
    )
    func brokenCertificate(text: String, place: String) throws {
        let error = try #require(throws: WorldError.self) {
            _ = try Self.open(seed: SeedTests.seed(certificates: text))
        }
        #expect(error.description.hasPrefix("world default: seed file test: \(place)"), "\(error)")
    }

    @Test("a world whose beginning failed begins again")
    func beginsAgain() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let broken = SeedTests.seed(certificates: "{ name: 'a', csr: 'nonsense' }")
        #expect(throws: WorldError.self) { _ = try Self.open(location, seed: broken) }
        #expect(try Self.open(location).isNew)
        #expect(try !Self.open(location).isNew)
    }

    @Test("a foreign file is refused in one sentence")
    func foreign() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("default.sqlite")
        try Data(String(repeating: "no database ", count: 100).utf8).write(
            to: URL(filePath: path)
        )
        let error = try #require(throws: WorldError.self) {
            _ = try Self.open(.file(path: path))
        }
        #expect(error.description.contains("\(path) is no SQLite database"))
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
