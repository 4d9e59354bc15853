import SQLiteBridge
import Testing

@testable import AccountStore

@Suite("Running numbers of streams of seeded chance")
struct StreamNumbersTests {
    @Test("each kind counts from 0")
    func counts() throws {
        let store = try Fixture.store(.memory)
        try store.resumeStreams()
        #expect((0..<3).map { _ in store.nextStreamNumber("id") } == [0, 1, 2])
        #expect(store.nextStreamNumber("token") == 0)
        #expect(store.nextStreamNumber("id") == 3)
    }

    @Test("a change stores what was reached, and the next opening goes on there")
    func survives() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("world.sqlite"))
        do {
            let store = try Fixture.store(location)
            try store.resumeStreams()
            for _ in 0..<5 { _ = store.nextStreamNumber("id") }
            try store.record(Fixture.entry(1))
            #expect(store.streamNumbers.unstored.isEmpty)
            _ = store.nextStreamNumber("id")
            #expect(store.streamNumbers.unstored.map(\.next) == [6])
        }
        let store = try AccountStore.open(location, readerCount: 1)
        try store.resumeStreams()
        #expect(store.nextStreamNumber("id") == 5, "no change followed the sixth")
        try store.storeStreams()
        try store.resumeStreams()
        #expect(store.nextStreamNumber("id") == 6)
    }

    @Test("a change that failed stores nothing; the next one makes up for it")
    func failure() throws {
        let store = try Fixture.store(.memory)
        try store.resumeStreams()
        _ = store.nextStreamNumber("id")
        #expect(throws: StoreError.self) {
            try store.change { (_) throws(StoreError) in throw .unknownUser("nobody") }
        }
        #expect(store.streamNumbers.unstored.map(\.next) == [1])
        #expect(store.nextStreamNumber("id") == 1)
        try store.record(Fixture.entry(1))
        try store.resumeStreams()
        #expect(store.nextStreamNumber("id") == 2)
    }

    @Test("a number given out within a change is stored with the next one at the latest")
    func within() throws {
        let store = try Fixture.store(.memory)
        try store.resumeStreams()
        let number = try store.change { (_) throws(StoreError) in store.nextStreamNumber("id") }
        #expect(number == 0)
        try store.resumeStreams()
        #expect(store.nextStreamNumber("id") == 1)
    }

    @Test("contents that replace others bring their numbers along")
    func replaced() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("other.sqlite")
        do {
            let other = try Fixture.store(.file(path: path))
            try other.resumeStreams()
            for _ in 0..<3 { _ = other.nextStreamNumber("id") }
            try other.storeStreams()
        }
        let store = try Fixture.store(.file(path: folder.path("world.sqlite")))
        try store.resumeStreams()
        for _ in 0..<9 { _ = store.nextStreamNumber("id") }
        try store.replaceContents(withFileAt: path)
        #expect(store.nextStreamNumber("id") == 3)
    }
}
