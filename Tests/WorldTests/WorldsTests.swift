import AccountModel
import AccountStore
import FoundationEssentials
import OpenSSLBridge
import PrivateCA
import Synchronization
import Testing

@testable import World

@Suite("Worlds")
struct WorldsTests {
    @Test("a world that is made has the seed's users, a tag of its own and its own certificates")
    func making() throws {
        let cosmos = try Cosmos()
        #expect(!cosmos.worlds.hasOthers)
        let world = try cosmos.make("t42")
        #expect(cosmos.worlds.hasOthers)
        #expect(try world.store.census().users == cosmos.worlds.main.store.census().users)
        let certificate = try world.enroll("one")
        #expect(WorldTag.ofSerial(certificate.serialNumber) == WorldTag(name: "t42"))
        #expect(WorldTag.ofToken(world.makeTokenText()).map { cosmos.worlds.name(of: $0) } == "t42")
        #expect(try world.certificateCount == 1)
        #expect(try cosmos.worlds.main.certificateCount == 0)
        #expect(try world.ca.certificatePEM != cosmos.worlds.main.ca.certificatePEM)
        #expect(world.ca.subjectDER == cosmos.worlds.main.ca.subjectDER)
    }

    @Test("a fork has what its origin had then, under the same CA, and lives its own life")
    func fork() throws {
        let cosmos = try Cosmos()
        let origin = try cosmos.make("origin")
        try origin.enroll("before")
        let fork = try cosmos.make("fork") { $0.beginning = .fork(of: "origin") }
        try origin.enroll("after")
        let own = try fork.enroll("after")
        #expect(try fork.certificateCount == 2)
        #expect(try fork.ca.certificatePEM == origin.ca.certificatePEM)
        #expect(WorldTag.ofSerial(own.serialNumber) == WorldTag(name: "fork"))
        let other = try cosmos.make("other") {
            $0.beginning = .fork(of: "origin")
            $0.ownsAuthority = true
        }
        #expect(try other.ca.certificatePEM != origin.ca.certificatePEM)
        #expect(try other.certificateCount == 2)
    }

    @Test("a reset brings back how a world began, and keeps its CA")
    func reset() throws {
        let cosmos = try Cosmos()
        let world = try cosmos.make("t42") {
            $0.clockStart = ClockStart(
                time: Timestamp(secondsSince1970: 1_900_000_000),
                isFrozen: true
            )
        }
        try world.enroll("one")
        let authority = try world.ca.certificatePEM
        cosmos.advance(1_000)
        let fresh = try cosmos.worlds.reset("t42")
        #expect(try fresh.certificateCount == 0)
        #expect(try fresh.ca.certificatePEM == authority)
        #expect(fresh.clock.now.secondsSince1970 == 1_900_000_000)
        #expect(try cosmos.worlds.world(named: "t42") === fresh)
        let main = cosmos.worlds.main
        try main.enroll("one")
        #expect(try cosmos.worlds.reset(WorldName.main).certificateCount == 0)
        #expect(try cosmos.worlds.main.ca.certificatePEM == main.ca.certificatePEM)
        #expect(cosmos.worlds.main !== main)
    }

    @Test("a fork of a fork resets to how the fork began, and not to the seed")
    func resetOfFork() throws {
        let cosmos = try Cosmos()
        try cosmos.make("origin").enroll("before")
        let fork = try cosmos.make("fork") { $0.beginning = .fork(of: "origin") }
        try fork.enroll("mine")
        #expect(try cosmos.worlds.reset("fork").certificateCount == 1)
    }

    @Test("a snapshot holds keys and clock, and may be taken to another world as one file")
    func snapshots() throws {
        let cosmos = try Cosmos()
        let world = try cosmos.make("t42")
        try world.enroll("one")
        let saved = try cosmos.worlds.save("base", of: "t42")
        #expect(saved.byteCount > 0)
        let then = world.clock.now
        cosmos.advance(86_400)
        try world.enroll("two")
        #expect(try cosmos.worlds.snapshots(of: "t42").map(\.name) == ["base"])
        let restored = try cosmos.worlds.restore("base", of: "t42")
        #expect(try restored.certificateCount == 1)
        #expect(restored.clock.now == then)
        let file = try cosmos.worlds.export("base", of: "t42")
        _ = try cosmos.make("t43")
        try cosmos.worlds.import(file, as: "taken", of: "t43")
        let other = try cosmos.worlds.restore("taken", of: "t43")
        #expect(other.name == "t43")
        #expect(try other.certificateCount == 1)
        #expect(try other.ca.certificatePEM == restored.ca.certificatePEM)
        let third = try cosmos.make("t44") { $0.beginning = .snapshot("base", of: "t42") }
        #expect(try third.certificateCount == 1)
        try cosmos.worlds.deleteSnapshot("base", of: "t42")
        #expect(try cosmos.worlds.snapshots(of: "t42").isEmpty)
    }

    @Test("an import of what is no world, or none of ours, is refused in words")
    func foreignImport() throws {
        let cosmos = try Cosmos()
        _ = try cosmos.make("t42")
        for bytes in [[], Array("no database".utf8), [UInt8](repeating: 7, count: 4_096)] {
            let refusal = #expect(throws: WorldsError.self) {
                try cosmos.worlds.import(bytes, as: "x", of: "t42")
            }
            #expect(refusal?.kind == .refused)
        }
        #expect(try cosmos.worlds.snapshots(of: "t42").isEmpty)
    }

    @Test("a dormant world wakes as it was, also in another process")
    func dormancy() throws {
        let cosmos = try Cosmos { $0.openMax = 1 }
        let certificate = try cosmos.make("t1").enroll("one")
        cosmos.advance(10)
        _ = try cosmos.make("t2")
        let slot: WorldSlot = try #require(cosmos.worlds.slots.first { $0.name == "t1" })
        #expect(slot.isDormant)
        #expect(try cosmos.worlds.world(named: "t1")?.certificateCount == 1)
        #expect(!slot.isDormant)
        cosmos.advance(10)
        _ = try cosmos.make("t3")
        #expect(slot.isDormant)
        let again = try Cosmos(directory: cosmos.directory)
        #expect(again.worlds.slots.map(\.name) == ["default", "t1", "t2", "t3"])
        let tag = try #require(WorldTag.ofSerial(certificate.serialNumber))
        #expect(again.worlds.name(of: tag) == "t1")
        #expect(try again.worlds.world(named: "t1")?.certificateCount == 1)
    }

    @Test("a world that somebody still uses wakes beside it, over the same store")
    func dormancyOfOneInUse() throws {
        let cosmos = try Cosmos { $0.openMax = 1 }
        let used = try cosmos.make("t1")
        cosmos.advance(10)
        _ = try cosmos.make("t2")
        let slot: WorldSlot = try #require(cosmos.worlds.slots.first { $0.name == "t1" })
        #expect(slot.isDormant)
        try used.enroll("late")
        let woken = try #require(try cosmos.worlds.world(named: "t1"))
        #expect(woken !== used && woken.store === used.store)
        #expect(try woken.certificateCount == 1)
        let count = cosmos.worlds.closingCount
        cosmos.advance(10)
        cosmos.worlds.closeIdle()
        #expect(cosmos.worlds.closingCount == count + 1)
    }

    @Test("a world that is idle as long as it was to be is deleted with its files")
    func expiry() throws {
        let cosmos = try Cosmos()
        _ = try cosmos.make("short") { $0.expiresAfterIdleSeconds = 60 }
        _ = try cosmos.make("long")
        try cosmos.worlds.save("base", of: "short")
        let gone = Mutex<[String]>([])
        cosmos.worlds.observeDeletions { name in gone.withLock { $0.append(name) } }
        cosmos.advance(59)
        #expect(cosmos.worlds.deleteExpired().isEmpty)
        _ = try cosmos.worlds.world(named: "short")
        cosmos.advance(59)
        #expect(cosmos.worlds.deleteExpired().isEmpty)
        cosmos.advance(1)
        #expect(cosmos.worlds.deleteExpired() == ["short"])
        #expect(gone.withLock { $0 } == ["short"])
        #expect(try cosmos.worlds.world(named: "short") == nil)
        #expect(try cosmos.files().allSatisfy { !$0.hasPrefix("short") })
        try cosmos.worlds.expire(afterIdleSeconds: 5, "long")
        cosmos.advance(5)
        #expect(cosmos.worlds.deleteExpired() == ["long"])
        #expect(!cosmos.worlds.hasOthers)
    }

    struct Refused: CustomTestStringConvertible {
        let testDescription: String
        let kind: WorldsError.Kind
        let words: String
        let attempt: @Sendable (Worlds) throws -> Void
    }

    static let refused = [
        Refused(testDescription: "taken name", kind: .exists, words: "already") {
            _ = try $0.make(WorldOrder(name: "t42"))
        },
        Refused(testDescription: "default", kind: .exists, words: "already") {
            _ = try $0.make(WorldOrder(name: "default"))
        },
        Refused(testDescription: "reserved word", kind: .refused, words: "demo") {
            _ = try $0.make(WorldOrder(name: "demo"))
        },
        Refused(testDescription: "bad name", kind: .refused, words: "begins with a letter") {
            _ = try $0.make(WorldOrder(name: "4T_"))
        },
        Refused(testDescription: "unknown origin", kind: .missing, words: "POST /worlds") {
            var order = WorldOrder(name: "x")
            order.beginning = .fork(of: "none")
            _ = try $0.make(order)
        },
        Refused(testDescription: "unknown snapshot", kind: .missing, words: "it has none") {
            _ = try $0.restore("none", of: "t42")
        },
        Refused(testDescription: "bad snapshot", kind: .refused, words: "1 to 64 letters") {
            _ = try $0.save("../x", of: "t42")
        },
        Refused(testDescription: "deleting default", kind: .refused, words: "reset") {
            try $0.delete("default")
        },
        Refused(testDescription: "deleting none", kind: .missing, words: "no world none") {
            try $0.delete("none")
        },
        Refused(testDescription: "one too many", kind: .full, words: "2 worlds") {
            _ = try $0.make(WorldOrder(name: "third"))
        },
    ]

    @Test("what cannot be is refused in words, and nothing is left of it", arguments: refused)
    func refuses(_ row: Refused) throws {
        let cosmos = try Cosmos { $0.countMax = 2 }
        _ = try cosmos.make("t42")
        let before = try cosmos.files()
        let error = #expect(throws: WorldsError.self) { try row.attempt(cosmos.worlds) }
        #expect(error?.kind == row.kind)
        #expect(error?.description.contains(row.words) == true, "\(error?.description ?? "")")
        #expect(
            try cosmos.files().filter { $0.hasSuffix(".sqlite") }
                == before.filter { $0.hasSuffix(".sqlite") }
        )
    }

    @Test("of many who make one name at once, one does")
    func race() async throws {
        let cosmos = try Cosmos()
        let worlds = cosmos.worlds
        let made = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { (try? worlds.make(WorldOrder(name: "first"))) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(made == 1)
        let firsts = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 { group.addTask { (try? worlds.makeOnFirstUse("two"))?.isNew == true } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(firsts == 1)
    }

    @Test("replacing a world begins it anew, under a CA of its own")
    func replacing() throws {
        let cosmos = try Cosmos()
        let old = try cosmos.make("t42")
        try old.enroll("one")
        let authority = try old.ca.certificatePEM
        let new = try cosmos.make("t42") { $0.replaces = true }
        #expect(try new.certificateCount == 0)
        #expect(try new.ca.certificatePEM != authority)
    }

    @Test("what was chosen for the process, and for the world alone, is remembered")
    func settings() throws {
        let cosmos = try Cosmos { $0.openMax = 1 }
        let world = try cosmos.make("t1") {
            $0.settings = (try? ChosenSettings(.object(["defaultLimit": .integer(7)]))) ?? .init()
        }
        #expect(world.settings.defaultLimit == 7)
        #expect(world.ca.algorithm == .p256)
        cosmos.advance(10)
        _ = try cosmos.make("t2")
        #expect(try cosmos.worlds.world(named: "t1")?.settings.defaultLimit == 7)
        let fork = try cosmos.make("t3") { $0.beginning = .fork(of: "t1") }
        #expect(fork.settings.defaultLimit == 7)
    }
}

@Suite("WorldName")
struct WorldNameTests {
    @Test(
        "is a label of a host name that nothing else is called",
        arguments: [
            ("t42", true), ("a", true), ("my-world", true), ("default", true), ("", false),
            ("4t", false), ("-a", false), ("a-", false), ("A", false), ("a.b", false),
            ("a_b", false), ("localhost", false), ("demo", false), ("one", false),
            ("mock", false), ("clientauth", false),
            (String(repeating: "a", count: 40), true), (String(repeating: "a", count: 41), false),
        ]
    )
    func names(name: String, isGood: Bool) {
        #expect((WorldName.problem(name) == nil) == isGood)
    }
}
