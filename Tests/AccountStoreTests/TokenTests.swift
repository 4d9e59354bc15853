import AccountModel
import Testing

@testable import AccountStore

@Suite("AccountStore+Tokens and AccountReader+Tokens")
struct TokenTests {
    private func tokens(
        of store: AccountStore,
        user: String = "bob",
        page: PageRequest = PageRequest(limit: 10)
    ) throws -> [String] {
        try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.tokens(userID: user, page: page)
        }.map(\.name)
    }

    private func crowd() throws -> AccountStore {
        let store = try Crowd.store()
        for (number, name) in ["Zeta", "Alpha", "Mid"].enumerated() {
            let token = Crowd.token("t\(number)", of: "bob", name: name, number: number)
            try store.insert(token, audit: Crowd.entry(number))
        }
        let other = Crowd.token("t9", of: "cid", name: "Zeta", number: 9)
        try store.insert(other, audit: Crowd.entry(9))
        return store
    }

    @Test("a user's tokens are listed in the order of creation, page by page")
    func lists() throws {
        let store = try crowd()
        #expect(try tokens(of: store) == ["Zeta", "Alpha", "Mid"])
        #expect(try tokens(of: store, page: PageRequest(offset: 1, limit: 1)) == ["Alpha"])
        #expect(try tokens(of: store, page: PageRequest(offset: 3, limit: 1)) == [])
        #expect(try tokens(of: store, user: "cid") == ["Zeta"])
        #expect(try tokens(of: store, user: "ann") == [])
    }

    @Test("a name is unique among a user's tokens, letter by letter")
    func uniqueness() throws {
        let store = try crowd()
        #expect(throws: StoreError.duplicateTokenName("Mid")) {
            let token = Crowd.token("new", of: "bob", name: "Mid", number: 5)
            try store.insert(token, audit: Crowd.entry(5))
        }
        #expect(throws: StoreError.duplicateTokenName("Mid")) {
            _ = try store.updateToken(id: "t0", audit: Crowd.entry(6)) { $0.name = "Mid" }
        }
        _ = try store.updateToken(id: "t0", audit: Crowd.entry(7)) { $0.name = "mid" }
        _ = try store.updateToken(id: "t0", audit: Crowd.entry(8)) { $0.name = "mid" }
        #expect(try tokens(of: store) == ["mid", "Alpha", "Mid"])
        #expect(try store.auditIDs().prefix(2) == ["entry-8", "entry-7"])
        #expect(try store.auditIDs().count == 6)
    }

    @Test("nothing is stored for a user who is gone")
    func orphans() throws {
        let store = try crowd()
        #expect(throws: StoreError.unknownUser("nobody")) {
            let token = Crowd.token("new", of: "nobody", name: "New", number: 5)
            try store.insert(token, audit: Crowd.entry(5))
        }
        #expect(throws: StoreError.unknownUser("nobody")) {
            let certificate = Fixture.certificate(6, userID: "nobody")
            try store.insert(certificate, text: Fixture.text, audit: Crowd.entry(6))
        }
    }

    @Test("of many who want the same name at once, one gets it", .timeLimit(.minutes(10)))
    func race() async throws {
        let folder = try TemporaryFolder()
        let store = try Crowd.store(.file(path: folder.path("world.sqlite")))
        let winners = await withTaskGroup(of: Bool.self) { group in
            for number in 1...20 {
                group.addTask {
                    let id = "t\(number)"
                    let token = Crowd.token(id, of: "bob", name: "One", number: number)
                    return (try? store.insert(token, audit: Crowd.entry(number))) != nil
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        #expect(try store.auditIDs().count == 1)
    }

    @Test("name, flag and end date can be changed, and nothing else")
    func updates() throws {
        let store = try crowd()
        let token = try store.updateToken(id: "t1", audit: Crowd.entry(10)) {
            $0.isEnabled = false
            $0.endDate = Crowd.now
            $0.userID = "cid"
            $0.id = "t9"
        }
        var expected = Crowd.token("t1", of: "bob", name: "Alpha", number: 1).token
        expected.isEnabled = false
        expected.endDate = Crowd.now
        #expect(token == expected)
        let (found, credential) = try store.read(loop: 0) { (reader) throws(StoreError) in
            (
                try reader.token(id: "t1"),
                try reader.credential(tokenSHA256: Fixture.digest(1))
            )
        }
        #expect(found == expected)
        #expect(credential?.token == expected)
        #expect(credential?.user == (try Crowd.profile("bob").user))
        #expect(try store.updateToken(id: "t", audit: Crowd.entry(11)) { _ in } == nil)
        #expect(try store.auditIDs().first == "entry-10")
    }

    @Test("a deleted token is gone, and its name is free")
    func deletes() throws {
        let store = try crowd()
        #expect(try store.deleteToken(id: "t1", audit: Crowd.entry(10)))
        #expect(try tokens(of: store) == ["Zeta", "Mid"])
        #expect(try !store.deleteToken(id: "t1", audit: Crowd.entry(11)))
        #expect(try store.auditIDs().first == "entry-10")
        let again = Crowd.token("t4", of: "bob", name: "Alpha", number: 4)
        try store.insert(again, audit: Crowd.entry(12))
        #expect(try tokens(of: store) == ["Zeta", "Mid", "Alpha"])
    }
}
