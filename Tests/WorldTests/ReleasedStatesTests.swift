import AccountModel
import AccountStore
import FoundationEssentials
import OpenSSLBridge
import PrivateCA
import Testing

@testable import World

/// A version whose state lies in `Tests/ReleasedStates`.
struct ReleasedState: Sendable, CustomTestStringConvertible {
    let version: String

    var testDescription: String { version }

    /// Where all of them lie, wherever the tests are started from.
    static let folder =
        "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/") + "/ReleasedStates"

    static let all: [ReleasedState] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.first?.isNumber == true }.sorted().map {
            ReleasedState(version: $0)
        }
    }()

    var path: String { "\(Self.folder)/\(version)" }

    /// A copy of one of its files, which a test may change.
    func copy(_ name: String, to folder: borrowing TemporaryFolder) throws -> String {
        let copy = folder.path("default.sqlite")
        try FileManager.default.copyItem(atPath: "\(path)/\(name)", toPath: copy)
        return copy
    }

    /// The SHA-256 of one of its clients' certificates.
    func fingerprint(_ client: String) throws -> [UInt8] {
        let data = try Data(contentsOf: URL(filePath: "\(path)/clients/\(client).crt"))
        return try Certificate.parse(pem: String(decoding: data, as: UTF8.self)).sha256
    }
}

@Suite("State of released versions")
struct ReleasedStatesTests {
    static let begin = WorldTests.begin
    static let userID = "783a6a45-b74b-4635-bb4b-69855910ccd3"

    private func open(_ path: String, system: Timestamp = begin.adding(days: 999)) throws -> World {
        try WorldTests.open(.file(path: path), system: WorldTests.SystemClock(system))
    }

    @Test("the first release is among them")
    func complete() {
        #expect(ReleasedState.all.contains { $0.version == "0.1.0" })
    }

    @Test(
        "users, tokens, certificates and the clock are as they were",
        arguments: ReleasedState.all
    )
    func survives(_ state: ReleasedState) throws {
        let folder = try TemporaryFolder()
        let path = try state.copy("worlds/default.sqlite", to: folder)
        let world = try open(path)
        #expect(!world.isNew)
        #expect(world.clock.state == .frozen(at: Self.begin))
        let digest = world.digest(ofToken: "SERVICE_USER_TOKEN")
        let credential = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.credential(tokenSHA256: digest)
        }
        #expect(credential?.user.email == "jane@example.com")
        #expect(credential?.standing(at: world.clock.now) == .usable)
        let profile = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.user(id: Self.userID).map { (user) throws(StoreError) in
                try reader.profile(of: user)
            }
        }
        #expect(profile?.accounts.isEmpty == false)
        #expect(profile?.applications.isEmpty == false)

        var standings: [String] = []
        for client in ["enabled", "disabled", "deleted"] {
            let fingerprint = try state.fingerprint(client)
            let finding = try world.store.read(loop: 1) { (reader) throws(StoreError) in
                try reader.finding(certificateSHA256: fingerprint)
            }
            switch finding {
            case .existing(let credential):
                standings.append("\(credential.standing(at: world.clock.now))")
            case .deleted(let certificate): standings.append("deleted \(certificate.name)")
            case nil: standings.append("unknown")
            }
        }
        #expect(standings[0] == "usable")
        #expect(standings[1].hasPrefix("certificateDisabled"))
        #expect(standings[2] == "deleted deleted")
    }

    @Test("the same CA signs on", arguments: ReleasedState.all)
    func signs(_ state: ReleasedState) throws {
        let folder = try TemporaryFolder()
        let path = try state.copy("worlds/default.sqlite", to: folder)
        let world = try open(path)
        let csr = try CertificateRequest.make(
            subject: DistinguishedName([.init(.commonName, "later")]),
            key: try PrivateKey.generate(.p256)
        ).pem()
        let request = IssuanceRequest(csr: csr, name: "later", now: world.clock.now)
        let issued = try world.ca.issue(try IssuancePolicy.approve(request))
        let ids = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.certificates(userID: Self.userID).map(\.id)
        }
        // What was printed as the issuer of an old certificate vouches for the new one too.
        let first = try #require(ids.first)
        let text = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.text(ofCertificate: first)
        }
        let old = try #require(text)
        let issuer = try Certificate.parse(pem: old.caCertificate)
        for pem in [issued.pem, old.x509Certificate] {
            let certificate = try Certificate.parse(pem: pem)
            let isSigned = certificate.isSigned(by: issuer)
            #expect(isSigned)
        }
        let certificate = ClientAuthCertificate(
            id: world.makeID(),
            userID: Self.userID,
            name: "later",
            commonName: issued.commonName,
            startDate: issued.startDate,
            endDate: issued.endDate,
            serialNumber: issued.serialNumber,
            publicKey: issued.publicKey,
            sha256: issued.sha256,
            createdAt: world.clock.now
        )
        let entry = AuditEntry(
            id: world.makeID(),
            createdAt: world.clock.now,
            userID: Self.userID,
            userName: "Robot",
            accountID: "account",
            action: .create,
            resourceType: .clientAuthCertificate,
            resourceID: certificate.id,
            description: "a sentence",
            ipAddress: nil
        )
        try world.store.insert(
            certificate,
            text: CertificateText(x509Certificate: issued.pem, caCertificate: old.caCertificate),
            audit: entry
        )
        #expect(try world.store.census().certificates == ids.count + 1)
    }

    @Test("a running clock has gone on meanwhile", arguments: ReleasedState.all)
    func clock(_ state: ReleasedState) throws {
        let folder = try TemporaryFolder()
        let path = try state.copy("running.sqlite", to: folder)
        let store = try AccountStore.open(.file(path: path), readerCount: 1)
        let known = try #require(try store.state())
        guard case .running(let offsetSeconds) = known.clock else {
            Issue.record("the clock stands still")
            return
        }
        #expect(known.createdAt.iso8601 == "2020-02-02T00:00:00Z")
        // The system's time when the world began, and ten days later.
        let made = known.createdAt.adding(seconds: -offsetSeconds)
        let world = try open(path, system: made.adding(days: 10))
        #expect(world.clock.now == known.createdAt.adding(days: 10))
        #expect(world.clockChange == nil)
    }

    @Test(
        "older state is copied beside itself, and the log gets one line",
        arguments: ReleasedState.all
    )
    func copies(_ state: ReleasedState) throws {
        let folder = try TemporaryFolder()
        let path = try state.copy("worlds/default.sqlite", to: folder)
        let world = try open(path)
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        let copies = names.filter { $0.contains("-backup") }
        guard let notice = world.store.migration.notice else {
            // The schema has not changed since.
            #expect(copies.isEmpty)
            return
        }
        #expect(copies.count == 1)
        #expect(notice.contains(path + ".v1-backup") || state.version != "0.1.0")
        #expect(!notice.contains("\n"))
    }
}
