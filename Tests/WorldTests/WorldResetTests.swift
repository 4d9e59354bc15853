import AccountModel
import AccountStore
import FoundationEssentials
import OpenSSLBridge
import PrivateCA
import Testing

@testable import World

@Suite("Reset of a world")
struct WorldResetTests {
    static let begin = WorldTests.begin

    static func reset(
        _ path: String,
        seed: String? = nil,
        clockStart: ClockStart = .system,
        system: Timestamp = begin
    ) throws -> WorldReset {
        try World.reset(
            name: "default",
            at: path,
            settings: ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256)),
            seed: try seed.map { try Seed.parse(Array($0.utf8), source: "test") }
                ?? Seed.tutorial(),
            clockStart: clockStart,
            systemTime: { system }
        )
    }

    @Test("that was killed leaves a copy of the keys, which the next start removes")
    func leftover() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("default.sqlite")
        _ = try WorldTests.open(.file(path: path)).ca.certificatePEM
        for ending in ["", "-wal", "-shm"] {
            try Data("half".utf8).write(to: URL(filePath: path + ".reset" + ending))
        }
        _ = try WorldTests.open(.file(path: path))
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path(""))
        #expect(!names.contains { $0.contains("reset") }, "\(names)")
    }

    @Test("empties the world back to the seed and keeps its CA")
    func resets() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("default.sqlite")
        let start = ClockStart(time: Self.begin.adding(days: -900), isFrozen: true)
        let before: (pem: String, census: StoreCensus) = try {
            let world = try WorldTests.open(
                .file(path: path),
                seed: WorldTests.certificates,
                clockStart: start
            )
            return (try world.ca.certificatePEM, try world.store.census())
        }()
        #expect(before.census.certificates == 4)

        let reset = try Self.reset(path)
        #expect(reset.before == before.census)
        #expect(reset.after.certificates == 0)
        #expect(reset.authorityPEM == before.pem)
        // As a new world's, whatever the old one's was.
        #expect(reset.clock.now == Self.begin)
        #expect(reset.clock.state == .running(offsetSeconds: 0))

        let world = try WorldTests.open(.file(path: path))
        #expect(!world.isNew)
        #expect(try world.ca.certificatePEM == before.pem)
        #expect(try world.store.census() == reset.after)
        #expect(world.clock.now == Self.begin)
        let digest = world.digest(ofToken: "SERVICE_USER_TOKEN")
        let credential = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.credential(tokenSHA256: digest)
        }
        #expect(credential?.standing(at: Self.begin) == .usable)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder.path).allSatisfy {
                $0.hasPrefix("default.sqlite") && !$0.contains("reset")
            }
        )
    }

    @Test("begins with another seed and clock where they are given")
    func begins() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("default.sqlite")
        _ = try WorldTests.open(.file(path: path)).ca.certificatePEM
        let time = Self.begin.adding(days: -5)
        let reset = try Self.reset(
            path,
            seed: WorldTests.certificates,
            clockStart: ClockStart(time: time, isFrozen: true)
        )
        #expect(reset.after.certificates == 4)
        #expect(try WorldTests.open(.file(path: path)).clock.state == .frozen(at: time))
    }

    @Test("a seed that cannot be loaded leaves the world as it was")
    func broken() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("default.sqlite")
        let before = try WorldTests.open(.file(path: path), seed: WorldTests.certificates)
            .store.census()
        let seed = SeedTests.seed(certificates: "{ name: 'a', csr: 'nonsense' }")
        let error = try #require(throws: WorldError.self) { _ = try Self.reset(path, seed: seed) }
        #expect(error.description.contains("seed file test: users[0].certificates[0].csr: "))
        #expect(try WorldTests.open(.file(path: path)).store.census() == before)
    }

    @Test("a file that is no world is refused")
    func foreign() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("default.sqlite")
        try Data(String(repeating: "no database ", count: 100).utf8).write(
            to: URL(filePath: path)
        )
        let error = try #require(throws: WorldError.self) { _ = try Self.reset(path) }
        #expect(error.description.contains("is no SQLite database"))
    }
}
