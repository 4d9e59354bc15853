import AccountModel
import SQLiteBridge
import Synchronization
import TestCommand
import Testing

@testable import AccountStore

@Suite("SnapshotMemory")
struct SnapshotMemoryTests {
    /// Counts how often a text is made.
    private final class Maker: Sendable {
        let count = Atomic<Int>(0)

        func text(_ store: AccountStore, loop: Int, key: String = "a") throws -> [UInt8] {
            try store.read(loop: loop) { (reader) throws(StoreError) in
                reader.remembered(key) {
                    let number = self.count.add(1, ordering: .relaxed).newValue
                    return Array("\(key)\(number)".utf8)
                }
            }
        }
    }

    @Test("a text is made once for each loop, and anew after any change", arguments: [false, true])
    func remembers(isInMemory: Bool) throws {
        let directory = try TemporaryDirectory()
        let file = AccountStore.Location.file(path: directory.path + "/world.sqlite")
        let store = try Fixture.store(isInMemory ? .memory : file)
        let maker = Maker()
        #expect(try maker.text(store, loop: 0) == Array("a1".utf8))
        #expect(try maker.text(store, loop: 0) == Array("a1".utf8))
        #expect(try maker.text(store, loop: 0, key: "b") == Array("b2".utf8))
        try store.record(Fixture.entry(1))
        #expect(try maker.text(store, loop: 0) == Array("a3".utf8))
        #expect(try maker.text(store, loop: 1) == Array((isInMemory ? "a3" : "a4").utf8))
    }

    @Test("a token is read once for each snapshot, an unknown one every time")
    func credentials() throws {
        let memory = SnapshotMemory()
        let known = TokenCredential(token: Fixture.token, user: Fixture.user)
        var reads = 0
        for _ in 0..<3 {
            let found = memory.credential(of: [1]) {
                reads += 1
                return known
            }
            #expect(found == known)
        }
        #expect(reads == 1)
        for _ in 0..<3 {
            let found = memory.credential(of: [2]) {
                reads += 1
                return nil
            }
            #expect(found == nil)
        }
        #expect(reads == 4)
        memory.forget()
        #expect(memory.credential(of: [1]) { nil } == nil)
    }

    @Test("what cannot be made is not remembered, and many texts are not kept for ever")
    func bounds() throws {
        let memory = SnapshotMemory()
        struct Refusal: Error {}
        #expect(throws: Refusal.self) {
            _ = try memory.text(of: "a") { () throws(Refusal) in throw Refusal() }
        }
        #expect(memory.text(of: "a") { [1] } == [1])
        for number in 0..<1_000 { _ = memory.text(of: "\(number)") { [] } }
        #expect(memory.text(of: "a") { [2] } == [2])
    }

    @Test("a page begins where an earlier one left off, until the world changes")
    func starts() throws {
        let store = try Crowd.store()
        let pages = { (limit: Int) throws in
            try stride(from: 0, to: 8, by: limit).flatMap { offset in
                let page = PageRequest(offset: offset, limit: limit)
                return try store.userIDs(visibleTo: .accounts(ofUser: "bob"), page: page)
            }
        }
        let everybody = ["ann", "bob", "cid", "dan"]
        for limit in [3, 2, 1, 3, 8] { #expect(try pages(limit) == everybody) }
        #expect(
            try store.deleteUser(
                id: "ann",
                by: UserChangesTests.attribution,
                audit: Crowd.entry(1)
            )
        )
        for limit in [3, 2, 1] { #expect(try pages(limit) == Array(everybody.dropFirst())) }
    }

    @Test("places in lists are not kept for ever")
    func placesAreBounded() {
        let memory = SnapshotMemory()
        let query = ComposedQuery("SELECT 1")
        memory.remember(start: 7, of: query, offset: 1)
        #expect(memory.start(of: query, offset: 1) == 7)
        #expect(memory.start(of: query, offset: 2) == nil)
        #expect(memory.start(of: ComposedQuery("SELECT 2"), offset: 1) == nil)
        for offset in 2..<1_000 { memory.remember(start: 8, of: query, offset: offset) }
        #expect(memory.start(of: query, offset: 1) == nil)
        #expect(memory.start(of: query, offset: 999) == 8)
    }
}
