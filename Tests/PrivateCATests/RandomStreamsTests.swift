import OpenSSLBridge
import Synchronization
import Testing

@testable import PrivateCA

@Suite("Where a world's chance comes from")
struct RandomStreamsTests {
    /// Counts each kind from 0, as a database does.
    static func streams(seed: UInt64 = 42, world: String = "default") -> RandomStreams {
        let numbers = Numbers()
        return RandomStreams(seed: seed, world: world) { numbers.next($0) }
    }

    private final class Numbers: Sendable {
        private let numbers = Mutex<[RandomKind: UInt64]>([:])

        func next(_ kind: RandomKind) -> UInt64 {
            numbers.withLock { numbers in
                defer { numbers[kind, default: 0] += 1 }
                return numbers[kind, default: 0]
            }
        }
    }

    @Test("the same draws give the same bytes, whatever else is drawn between them")
    func repeats() {
        let first = Self.streams()
        let second = Self.streams()
        var seen: Set<[UInt8]> = []
        for _ in 0..<3 {
            _ = second.bytes(40, for: .token)
            for kind in RandomKind.allCases where kind != .token {
                let bytes = first.bytes(16, for: kind)
                #expect(second.bytes(16, for: kind) == bytes)
                seen.insert(bytes)
            }
        }
        #expect(seen.count == 3 * (RandomKind.allCases.count - 1))
    }

    @Test("another seed, another world or another kind is another stream")
    func differs() {
        let streams = [
            Self.streams(), Self.streams(seed: 43), Self.streams(seed: 42 << 8),
            Self.streams(world: "defaul"), Self.streams(world: "defaultid"),
            Self.streams(world: ""),
        ]
        let drawn = streams.flatMap { streams in
            RandomKind.allCases.map { streams.bytes(16, for: $0) }
        }
        #expect(Set(drawn).count == streams.count * RandomKind.allCases.count)
    }

    @Test("what a world has once is the same however often it is made")
    func only() {
        let streams = Self.streams()
        let first = streams.only(.authorityKey)
        #expect(first != nil)
        #expect(streams.only(.authorityKey) == first)
        #expect(Self.streams().only(.authorityKey) == first)
        #expect(Self.streams(world: "t1").only(.authorityKey) != first)
        #expect(streams.only(.authority) != first)
    }

    @Test("without a seed nothing is foreseeable")
    func secure() {
        #expect(!RandomStreams.secure.isSeeded)
        #expect(RandomStreams.secure.next(.token) == nil)
        #expect(RandomStreams.secure.only(.authorityKey) == nil)
        let bytes = RandomStreams.secure.bytes(16, for: .token)
        #expect(bytes.count == 16)
        #expect(RandomStreams.secure.bytes(16, for: .token) != bytes)
    }

    @Test(
        "an authority follows from the seed, key, certificate and all",
        arguments: [
            KeyAlgorithm.rsa(bits: 2048), .p256, .p384, .p521, .ed25519,
        ]
    )
    func authority(_ algorithm: KeyAlgorithm) throws {
        let make = { (streams: RandomStreams) in
            try PrivateCA(stored: nil, algorithm: algorithm, random: streams) { _ in }
        }
        let csr = try RequestFixture.pem(.p256)
        let issue = { (authority: PrivateCA) in
            try (0..<3).map { _ in
                try authority.issue(IssuancePolicy.approve(RequestFixture.request(csr: csr))).pem
            }
        }
        let first = try make(Self.streams())
        let second = try make(Self.streams())
        #expect(try first.certificatePEM == second.certificatePEM)
        let issued = try issue(first)
        #expect(Set(issued).count == 3)
        #expect(try issue(second) == issued)
        let other = try make(Self.streams(world: "t42"))
        #expect(try other.certificatePEM != first.certificatePEM)
        #expect(try Set(issue(other)).isDisjoint(with: issued))
    }

    @Test("an authority that could not be stored at first is the same one when it can")
    func triesAgain() throws {
        struct DiskFull: Error {}
        let isFull = Atomic(true)
        let authority = try PrivateCA(stored: nil, algorithm: .p256, random: Self.streams()) { _ in
            if isFull.load(ordering: .relaxed) { throw DiskFull() }
        }
        #expect(throws: DiskFull.self) { try authority.certificatePEM }
        isFull.store(false, ordering: .relaxed)
        let expected = try PrivateCA(stored: nil, algorithm: .p256, random: Self.streams()) { _ in }
        #expect(try authority.certificatePEM == expected.certificatePEM)
    }
}
