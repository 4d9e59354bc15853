import OpenSSLBridge
import Testing

@testable import PrivateCA

@Suite("Keys that are made before anybody needs them", .timeLimit(.minutes(10)))
struct SpareKeysTests {
    private static let algorithm = KeyAlgorithm.rsa(bits: 2048)

    private static func authority(
        _ spares: SpareKeys?,
        algorithm: KeyAlgorithm = algorithm,
        random: RandomStreams = .secure
    ) throws -> PrivateCA {
        try PrivateCA(
            stored: nil,
            algorithm: algorithm,
            random: random,
            makesKey: .whenNeeded(spares),
            save: { _ in }
        )
    }

    /// Waits until the thread that makes keys has ended.
    private static func settle(_ spares: SpareKeys) async {
        while spares.isMaking { await Task.yield() }
    }

    @Test("an authority makes its key when somebody needs it, and not before")
    func whenNeeded() throws {
        let authority = try Self.authority(nil, algorithm: .p256)
        #expect(!authority.isReady)
        _ = try authority.certificatePEM
        #expect(authority.isReady)
    }

    @Test("a stored key is read when somebody needs it, and what it is for is known before")
    func readWhenNeeded() throws {
        let saved = SavedAuthority()
        let made = try PrivateCA(stored: nil, algorithm: .p384, save: saved.keep)
        let text = try made.certificatePEM
        let stored = try #require(saved.all.first)
        let again = try PrivateCA(stored: stored, makesKey: .whenNeeded(nil), save: saved.keep)
        #expect(again.isReady && again.algorithm == .p384)
        #expect(again.took(stored.certificate) && !again.took([]))
        #expect(again.subjectDER == made.subjectDER && again.name == made.name)
        #expect(try again.certificatePEM == text)
        let broken = StoredAuthority(certificate: stored.certificate, privateKey: [1])
        #expect(throws: OpenSSLError.self) { try PrivateCA(stored: broken) { _ in } }
        let late = try PrivateCA(stored: broken, makesKey: .whenNeeded(nil), save: saved.keep)
        #expect(throws: OpenSSLError.self) { try late.certificatePEM }
        #expect(saved.all.count == 1)
    }

    @Test("one spare is made for each authority without a key, and taken by the first in need")
    func spares() async throws {
        let spares = SpareKeys()
        let authorities = try (0..<2).map { _ in try Self.authority(spares) }
        await Self.settle(spares)
        #expect(spares.count(of: Self.algorithm) == 2)
        let first = try authorities[0].certificatePEM
        #expect(spares.count(of: Self.algorithm) == 1)
        let second = try authorities[1].certificatePEM
        #expect(spares.count(of: Self.algorithm) == 0)
        let keys = try [first, second].map { try Certificate.parse(pem: $0).publicKey }
        #expect(keys[0] != keys[1])
        await Self.settle(spares)
        #expect(spares.count(of: Self.algorithm) == 0, "nobody waits any longer")
    }

    @Test("an authority that is gone before it needed a key leaves one for the next")
    func leftOver() async throws {
        let spares = SpareKeys()
        do { _ = try Self.authority(spares) }
        await Self.settle(spares)
        let before = spares.count(of: Self.algorithm)
        #expect(before <= 1)
        let next = try Self.authority(spares)
        await Self.settle(spares)
        #expect(spares.count(of: Self.algorithm) == 1)
        _ = try next.certificatePEM
        #expect(spares.count(of: Self.algorithm) == 0)
    }

    @Test("whoever needs a key at once gets one, from the thread or of its own making")
    func atOnce() async throws {
        let spares = SpareKeys()
        let authorities = try (0..<4).map { _ in try Self.authority(spares) }
        let keys = try await withThrowingTaskGroup(of: PublicKeyInfo?.self) { group in
            for authority in authorities {
                group.addTask { try Certificate.parse(pem: authority.certificatePEM).publicKey }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(Set(keys.compactMap { $0?.der }).count == 4)
    }

    @Test("there are never more than are kept, however many authorities wait")
    func bound() async throws {
        let spares = SpareKeys()
        let authorities = try (0..<SpareKeys.countMax + 2).map { _ in try Self.authority(spares) }
        await Self.settle(spares)
        #expect(spares.count(of: Self.algorithm) == SpareKeys.countMax)
        withExtendedLifetime(authorities) {}
    }

    @Test("keys that are made in no time, or that follow from a seed, are no spares")
    func noSpares() async throws {
        let spares = SpareKeys()
        let quick = try Self.authority(spares, algorithm: .p256)
        let seeded = try Self.authority(spares, random: RandomStreamsTests.streams())
        #expect(!spares.isMaking)
        _ = try quick.certificatePEM
        let expected = try Self.authority(nil, random: RandomStreamsTests.streams())
        #expect(try seeded.certificatePEM == expected.certificatePEM)
        #expect(!spares.isMaking)
    }
}
