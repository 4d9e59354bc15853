import AccountModel
import AccountStore
import PrivateCA
import SQLiteBridge
import Testing

@testable import World

/// Bytes from 20,000 to 60,000 are overwritten: pages in the middle, and neither header nor end.
private func damaged(_ image: [UInt8]) -> [UInt8] {
    var image = image
    let end = min(60_000, image.count)
    image.replaceSubrange(20_000..<end, with: repeatElement(0xff, count: end - 20_000))
    return image
}

@Suite("Damaged worlds", .timeLimit(.minutes(10)))
struct DamagedWorldsTests {
    @Test("a damaged file is refused as a snapshot, with a remedy for who sent it")
    func damagedImport() throws {
        let cosmos = try Cosmos()
        try cosmos.worlds.save("a", of: "default")
        let file = try cosmos.worlds.export("a", of: "default")
        for bytes in [damaged(file), Array("no database at all".utf8) + file.dropFirst(18)] {
            let refusal = #expect(throws: WorldsError.self) {
                try cosmos.worlds.import(bytes, as: "corr", of: "default")
            }
            let text = refusal?.description ?? ""
            #expect(refusal?.kind == .refused)
            #expect(text.contains("/snapshots/{snapshot}/file"), "\(text)")
            #expect(!text.contains("--state-dir") && !text.contains("***"))
        }
        #expect(try cosmos.worlds.snapshots(of: "default").map(\.name) == ["a"])
    }

    @Test("a database with other tables, or a trigger too many, is refused as a snapshot")
    func strangeImport() throws {
        let cosmos = try Cosmos()
        try cosmos.worlds.save("a", of: "default")
        let path = cosmos.directory + "/default.snapshots/a.sqlite"
        for sql in [
            "CREATE TRIGGER t AFTER INSERT ON audit_entry BEGIN DELETE FROM user; END",
            "CREATE TABLE theirs (a)", "DROP TABLE mail",
        ] {
            let file = try cosmos.worlds.export("a", of: "default")
            try run(sql, in: path)
            let strange = try cosmos.worlds.export("a", of: "default")
            #expect(strange != file)
            let refusal = #expect(throws: WorldsError.self, "\(sql)") {
                try cosmos.worlds.import(strange, as: "strange", of: "default")
            }
            #expect(refusal?.kind == .refused)
            try AccountStore.write(image: file, to: path)
        }
    }

    @Test("a database in which no world can be opened is refused as a snapshot")
    func unusableImport() throws {
        let cosmos = try Cosmos()
        _ = try cosmos.worlds.main.ca.certificatePEM
        try cosmos.worlds.save("a", of: "default")
        try run(
            "UPDATE authority SET certificate = x'3000'",
            in: cosmos.directory + "/default.snapshots/a.sqlite"
        )
        let file = try cosmos.worlds.export("a", of: "default")
        let refusal = #expect(throws: WorldsError.self) {
            try cosmos.worlds.import(file, as: "b", of: "default")
        }
        #expect(refusal?.kind == .refused)
        #expect(throws: WorldsError.self) { try cosmos.worlds.restore("a", of: "default") }
        #expect(try cosmos.worlds.main.facts().users > 0)
    }

    @Test("a snapshot that was damaged on the disk is neither restored nor forked from")
    func damagedSnapshot() throws {
        let cosmos = try Cosmos()
        for name in [WorldName.main, "t42"] {
            if name != WorldName.main { _ = try cosmos.make(name) }
            try cosmos.worlds.save("a", of: name)
            let file = try cosmos.worlds.export("a", of: name)
            let path = cosmos.directory + "/\(name).snapshots/a.sqlite"
            try AccountStore.write(image: damaged(file), to: path)
            let world = try #require(try cosmos.worlds.world(named: name))
            let users = try world.facts().users
            let refusal = #expect(throws: WorldsError.self) {
                try cosmos.worlds.restore("a", of: name)
            }
            #expect(refusal?.kind == .refused)
            #expect(try cosmos.worlds.world(named: name)?.facts().users == users)
            #expect(throws: WorldsError.self) {
                try cosmos.make("fork") { $0.beginning = .snapshot("a", of: name) }
            }
            #expect(!cosmos.worlds.contains("fork"))
            #expect(try cosmos.worlds.reset(name).facts().users == users)
        }
    }

    @Test("a world whose contents are damaged begins again, and keeps a CA that can be read")
    func resetOfDamaged() throws {
        let cosmos = try Cosmos()
        for name in [WorldName.main, "t42"] {
            let world = name == WorldName.main ? cosmos.worlds.main : try cosmos.make(name)
            let users = try world.facts().users
            _ = try world.ca.certificatePEM
            try world.store.replaceContents(
                with: AccountStore.open(image: damaged(world.store.image()), source: "test")
            )
            #expect(throws: (any Error).self) { try world.facts() }
            let fresh = try cosmos.worlds.reset(name)
            #expect(try fresh.facts().users == users)
            try fresh.enroll("after")
            #expect(try cosmos.worlds.world(named: name) === fresh)
        }
    }

    @Test(
        "a dormant world begins again whatever became of its file",
        arguments: [0..<100, 0..<20_000, 20_000..<60_000]
    )
    func resetOfDormant(_ range: Range<Int>) throws {
        let cosmos = try Cosmos()
        let users = try cosmos.make("t42").facts().users
        let slot = try #require(cosmos.worlds.slot(named: "t42"))
        cosmos.worlds.close(slot)
        var image = try #require(try AccountStore.image(ofFileAt: slot.path))
        image.replaceSubrange(range, with: repeatElement(0xff, count: range.count))
        AccountStore.remove(fileAt: slot.path)
        try AccountStore.write(image: image, to: slot.path)
        let fresh = try cosmos.worlds.reset("t42")
        #expect(try fresh.facts().users == users)
        try fresh.enroll("after")
        cosmos.worlds.close(slot)
        #expect(try cosmos.worlds.world(named: "t42")?.certificateCount == 1)
    }

    @Test("a world that is replaced stays until the new one is whole, and leaves nothing behind")
    func replacing() throws {
        let cosmos = try Cosmos()
        let old = try cosmos.make("rp")
        try old.enroll("one")
        let files = try cosmos.files()
        let refusal = #expect(throws: WorldsError.self) {
            try cosmos.make("rp") {
                $0.replaces = true
                $0.clockStart = ClockStart(time: Timestamp(secondsSince1970: 0))
            }
        }
        #expect(refusal?.kind == .refused)
        try cosmos.make("other").enroll("two")
        try cosmos.worlds.save("a", of: "other")
        let path = cosmos.directory + "/other.snapshots/a.sqlite"
        let file = try cosmos.worlds.export("a", of: "other")
        try AccountStore.write(image: damaged(file), to: path)
        let replacing = {
            try cosmos.make("rp") {
                $0.replaces = true
                $0.beginning = .snapshot("a", of: "other")
            }
        }
        #expect(throws: WorldsError.self) { try replacing() }
        #expect(try cosmos.worlds.world(named: "rp") === old)
        #expect(try old.certificateCount == 1)
        #expect(
            try cosmos.files().filter { $0.hasPrefix("rp") } == files.filter { $0.hasPrefix("rp") }
        )
        try AccountStore.write(image: file, to: path)
        let new = try replacing()
        try new.enroll("three")
        #expect(try new.certificateCount == 2)
        #expect(try cosmos.worlds.reset("rp").certificateCount == 1)
        #expect(try cosmos.files().allSatisfy { !$0.contains("unfinished") })
    }

    private func run(_ sql: String, in path: String) throws {
        let connection = try Connection.open(path: path)
        try connection.execute(sql)
    }
}
