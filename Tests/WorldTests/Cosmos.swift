import AccountModel
import AccountStore
import FoundationEssentials
import OpenSSLBridge
import PrivateCA
import Synchronization
import Testing

@testable import World

/// Worlds in a directory that goes with them, and a system's clock that a test moves.
final class Cosmos {
    let worlds: Worlds
    let directory: String
    private let clock = SharedClock()

    init(directory: String? = nil, _ change: (inout Worlds.Setup) -> Void = { _ in }) throws {
        TLSContext.prepareProcess()
        let path =
            directory
            ?? FileManager.default.temporaryDirectory.path() + "worlds-\(UUID().uuidString)"
        self.directory = path
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true
        )
        let clock = clock
        let settings = ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256))
        let main = try World.open(
            name: WorldName.main,
            at: .file(path: path + "/default.sqlite"),
            readerCount: 2,
            settings: settings,
            seed: Seed.tutorial(),
            systemTime: { clock.now }
        )
        var setup = Worlds.Setup(
            directory: path,
            seed: { try Seed.tutorial() },
            systemTime: { clock.now }
        )
        setup.settings = settings
        change(&setup)
        worlds = Worlds(setup, main: main)
    }

    func advance(_ seconds: Int64) { clock.advance(seconds) }

    deinit {
        try? FileManager.default.removeItem(atPath: directory)
    }

    func make(_ name: String, _ change: (inout WorldOrder) -> Void = { _ in }) throws -> World {
        var order = WorldOrder(name: name)
        change(&order)
        return try worlds.make(order)
    }

    func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    }
}

/// Whole seconds from 2025-10-20T00:00:00Z on.
final class SharedClock: Sendable {
    private let seconds = Mutex<Int64>(1_760_918_400)

    var now: Instant { Instant(millisecondsSince1970: seconds.withLock { $0 } * 1_000) }

    func advance(_ count: Int64) { seconds.withLock { $0 += count } }
}

extension World {
    /// Makes a certificate for the tutorial's service user and stores it.
    @discardableResult
    func enroll(_ name: String) throws -> ClientAuthCertificate {
        let key = try PrivateKey.generate(.p256)
        let subject = DistinguishedName([.init(.commonName, name)])
        let wish = CertificateWish(
            csr: try CertificateRequest.make(subject: subject, key: key).pem(),
            name: name
        )
        let user = try #require(
            try store.read(loop: 0) { (reader) throws(StoreError) in
                try reader.user(id: "783a6a45-b74b-4635-bb4b-69855910ccd3")
            }
        )
        let (certificate, text) = try makeCertificate(wish, for: user, now: clock.now)
        let entry = AuditEntry(
            id: makeID(.auditEntry),
            createdAt: clock.now,
            userID: user.id,
            userName: user.displayName,
            accountID: user.primaryAccountID,
            action: .create,
            resourceType: .clientAuthCertificate,
            resourceID: certificate.id,
            description: "test",
            ipAddress: nil
        )
        try store.insert(certificate, text: text, audit: entry)
        return certificate
    }

    var certificateCount: Int { get throws { try store.census().certificates } }
}
