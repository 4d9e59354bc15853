import AccountModel
import AccountStore
import OpenSSLBridge
import PrivateCA
import Testing

@testable import World

@Suite("A world whose chance follows from a seed")
struct SeededWorldTests {
    private static func open(
        _ location: AccountStore.Location = .memory,
        name: String = "default",
        seed: UInt64? = 42
    ) throws -> World {
        try World.open(
            name: name,
            at: location,
            readerCount: 1,
            settings: ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256)),
            seed: try Seed.parse(Array(WorldTests.certificates.utf8), source: "test"),
            clockStart: ClockStart(time: WorldTests.begin, isFrozen: true),
            systemTime: { WorldTests.begin.instant },
            randomSeed: seed
        )
    }

    /// Everything in a world that chance decides.
    private static func contents(_ world: World) throws -> [String] {
        let userID = "783a6a45-b74b-4635-bb4b-69855910ccd3"
        let texts = try world.store.read(loop: 0) { (reader) throws(StoreError) in
            var texts: [String] = []
            for certificate in try reader.certificates(userID: userID) {
                texts.append(certificate.id)
                texts.append(try reader.text(ofCertificate: certificate.id)?.x509Certificate ?? "")
            }
            return texts
        }
        return try texts + [world.ca.certificatePEM]
    }

    private static func draws(_ world: World, _ count: Int) -> [String] {
        (0..<count).flatMap { _ in
            [world.makeID(), world.makeTokenText(), world.makeID(.auditEntry)]
        }
    }

    private static func change(_ world: World) throws {
        try world.store.save(settings: "{}")
    }

    @Test("begins twice in the same way, with the certificates that its seed describes")
    func begins() throws {
        let first = try Self.open()
        let second = try Self.open()
        let contents = try Self.contents(first)
        #expect(contents.count == 9)
        #expect(try Self.contents(second) == contents)
        #expect(Self.draws(second, 5) == Self.draws(first, 5))
    }

    @Test("differs in everything with another seed, another name or none")
    func differs() throws {
        let others = [
            try Self.open(seed: 43), try Self.open(name: "t42"), try Self.open(seed: nil),
        ]
        var drawn: [String] = []
        for world in try [Self.open()] + others {
            drawn += try Self.contents(world) + Self.draws(world, 5)
        }
        #expect(drawn.count == 4 * (9 + 15))
        #expect(Set(drawn).count == drawn.count)
    }

    @Test("goes on after a restart as if there had been none")
    func restart() throws {
        let whole = try Self.open()
        let expected = Self.draws(whole, 6)
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        var found: [String] = []
        for _ in 0..<3 {
            let world = try Self.open(location)
            found += Self.draws(world, 2)
            try Self.change(world)
            #expect(try Self.contents(world) == Self.contents(whole))
        }
        #expect(found == expected)
    }

    @Test("stores how far it is when it is put away")
    func putAway() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let world = try Self.open(location)
        let first = Self.draws(world, 2)
        try world.store.storeStreams()
        #expect(try Set(Self.draws(Self.open(location), 2)).isDisjoint(with: first))
    }

    @Test("repeats itself when it is reset, and draws something else in a copy of another name")
    func resetAndCopy() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("default.sqlite")
        let drawn: [String]
        do {
            let world = try Self.open(.file(path: path))
            drawn = Self.draws(world, 3)
            try Self.change(world)
            let copy = try AccountStore.open(.file(path: folder.path("t1.sqlite")), readerCount: 1)
            try copy.replaceContents(withFileAt: path)
        }
        let fork = try Self.open(.file(path: folder.path("t1.sqlite")), name: "t1")
        #expect(Set(Self.draws(fork, 6)).isDisjoint(with: drawn))
        _ = try World.reset(
            name: "default",
            at: path,
            seed: try Seed.parse(Array(WorldTests.certificates.utf8), source: "test"),
            clockStart: ClockStart(time: WorldTests.begin, isFrozen: true),
            systemTime: { WorldTests.begin.instant },
            randomSeed: 42
        )
        let again = try Self.open(.file(path: path))
        #expect(try Self.contents(again) == Self.contents(Self.open()))
        #expect(Self.draws(again, 3) == drawn)
    }
}

@Suite("Worlds whose chance follows from one seed")
struct SeededWorldsTests {
    private static func worlds(in folder: borrowing TemporaryFolder) throws -> Worlds {
        let seed = { @Sendable () throws -> Seed in
            try Seed.parse(Array(WorldTests.certificates.utf8), source: "test")
        }
        var setup = Worlds.Setup(
            directory: folder.path,
            seed: seed,
            systemTime: { WorldTests.begin.instant }
        )
        setup.settings = ChosenSettings(all: WorldSettings(caKeyAlgorithm: .p256))
        setup.randomSeed = 42
        let main = try World.open(
            name: "default",
            at: .file(path: folder.path("default.sqlite")),
            readerCount: 1,
            settings: setup.settings,
            seed: try seed(),
            systemTime: { WorldTests.begin.instant },
            randomSeed: 42
        )
        return Worlds(setup, main: main)
    }

    private static func draws(_ world: World) throws -> [String] {
        let drawn = (0..<3).flatMap { _ in [world.makeID(), world.makeTokenText()] }
        try world.store.save(settings: "{}")
        return drawn
    }

    @Test("a fork has its origin's CA and never repeats what its origin drew")
    func forks() throws {
        let folder = try TemporaryFolder()
        let worlds = try Self.worlds(in: folder)
        let origin = try worlds.make(WorldOrder(name: "t1"))
        let before = try Self.draws(origin)
        var order = WorldOrder(name: "t2")
        order.beginning = .fork(of: "t1")
        let fork = try worlds.make(order)
        #expect(try fork.ca.certificatePEM == origin.ca.certificatePEM)
        let drawn = try before + Self.draws(origin) + Self.draws(fork) + Self.draws(worlds.main)
        #expect(Set(drawn).count == 4 * 6)
    }

    @Test("a world that is reset or restored repeats itself from there")
    func repeats() throws {
        let folder = try TemporaryFolder()
        let worlds = try Self.worlds(in: folder)
        let first = try Self.draws(worlds.make(WorldOrder(name: "t1")))
        try worlds.save("later", of: "t1")
        let second = try Self.draws(#require(try worlds.world(named: "t1")))
        #expect(Set(second).isDisjoint(with: first))
        #expect(try Self.draws(worlds.restore("later", of: "t1")) == second)
        #expect(try Self.draws(worlds.reset("t1")) == first)
        let main = try Self.draws(worlds.main)
        #expect(try Self.draws(worlds.reset("default")) == main)
    }

    @Test("two processes make up the same names and the same CAs")
    func names() throws {
        var seen: [[String]] = []
        for _ in 0..<2 {
            let folder = try TemporaryFolder()
            let worlds = try Self.worlds(in: folder)
            let made = try (0..<3).map { _ in try worlds.make(WorldOrder()) }
            seen.append(try made.map { "\($0.name) \(try $0.ca.certificatePEM)" })
        }
        #expect(seen[0] == seen[1])
        #expect(Set(seen[0]).count == 3)
    }

    @Test("a world that was dormant goes on")
    func dormant() throws {
        let folder = try TemporaryFolder()
        let worlds = try Self.worlds(in: folder)
        let world = try worlds.make(WorldOrder(name: "t1"))
        let first = (0..<3).map { _ in world.makeID() }
        worlds.close(try worlds.existingSlot(named: "t1"))
        let woken = try #require(try worlds.world(named: "t1"))
        #expect(woken !== world)
        #expect(Set((0..<3).map { _ in woken.makeID() }).isDisjoint(with: first))
    }
}
