import AccountModel
import FoundationEssentials
import Glibc
import SQLiteBridge
import Testing

@testable import AccountStore

@Suite("AccountStore")
struct AccountStoreTests {
    static let ann = Attribution(at: Fixture.now, userID: "user-2", userName: "Ann")

    @Test("what is stored is there after opening again", arguments: [0, 1])
    func survives(loop: Int) throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("world.sqlite"))
        do {
            let store = try Fixture.store(location)
            try store.insert(
                Fixture.certificate(1),
                text: Fixture.text,
                audit: Fixture.entry(1)
            )
        }
        let store = try AccountStore.open(location, readerCount: 1)
        #expect(try store.state() == Fixture.state)
        #expect(try store.authority() == Fixture.authority)
        #expect(try certificates(of: store, loop: loop) == [Fixture.certificate(1)])
    }

    @Test("what was acknowledged survives the death of the process", .timeLimit(.minutes(10)))
    func death() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let store = try Fixture.store(.file(path: path))
            for number in 1...25 {
                try store.insert(
                    Fixture.certificate(number),
                    text: Fixture.text,
                    audit: Fixture.entry(number)
                )
            }
            kill(getpid(), SIGKILL)
        }
        let store = try AccountStore.open(.file(path: path), readerCount: 1)
        #expect(try certificates(of: store).count == 25)
        #expect(try auditIDs(of: store).count == 25)
    }

    @Test("a frozen clock is stored")
    func frozen() throws {
        let store = try AccountStore.open(.memory, readerCount: 1)
        #expect(try store.state() == nil)
        let state = WorldState(
            name: "w",
            createdAt: Fixture.now,
            seedSHA256: "",
            clock: .frozen(at: Fixture.now)
        )
        let nobody = Population(accounts: [], users: [], tokens: [], certificates: [])
        try store.begin(state, with: nobody)
        #expect(try store.state() == state)
        #expect(throws: StoreError.self) { try store.begin(state, with: nobody) }
    }

    @Test(
        "a name is unique among a user's certificates, letter by letter",
        arguments: [("One", "user-1", false), ("one", "user-1", true), ("One", "user-2", true)]
    )
    func uniqueness(name: String, userID: String, isAccepted: Bool) throws {
        let store = try Fixture.store()
        let first = Fixture.certificate(1, name: "One")
        try store.insert(first, text: Fixture.text, audit: Fixture.entry(1))
        let second = Fixture.certificate(2, name: name, userID: userID)
        if isAccepted {
            try store.insert(second, text: Fixture.text, audit: Fixture.entry(2))
        } else {
            #expect(throws: StoreError.duplicateCertificateName("One")) {
                try store.insert(second, text: Fixture.text, audit: Fixture.entry(2))
            }
        }
        #expect(try auditIDs(of: store) == (isAccepted ? ["entry-2", "entry-1"] : ["entry-1"]))
    }

    @Test("of many who want the same name at once, one gets it", .timeLimit(.minutes(10)))
    func concurrentNames() async throws {
        let folder = try TemporaryFolder()
        let store = try Fixture.store(.file(path: folder.path("world.sqlite")))
        let winners = await withTaskGroup(of: Bool.self) { group in
            for number in 1...20 {
                group.addTask {
                    let certificate = Fixture.certificate(number, name: "One")
                    let entry = Fixture.entry(number)
                    do {
                        try store.insert(certificate, text: Fixture.text, audit: entry)
                        return true
                    } catch {
                        return false
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(winners == 1)
        #expect(try auditIDs(of: store).count == 1)
    }

    @Test("who disabled a certificate first is kept until it is enabled again")
    func disabling() throws {
        let store = try Fixture.store()
        try store.insert(Fixture.certificate(1), text: Fixture.text, audit: Fixture.entry(1))
        let bob = Attribution(
            at: Fixture.now.adding(days: 1),
            userID: "user-1",
            userName: "Bob"
        )
        let rows: [(Bool, Attribution, Attribution?)] = [
            (false, Self.ann, Self.ann), (false, bob, Self.ann), (true, bob, nil),
            (true, Self.ann, nil), (false, bob, bob),
        ]
        for (number, (isEnabled, attribution, expected)) in rows.enumerated() {
            let changed = try store.setCertificate(
                id: "certificate-1",
                isEnabled: isEnabled,
                by: attribution,
                audit: Fixture.entry(number + 2, action: isEnabled ? .enable : .disable)
            )
            #expect(changed?.isEnabled == isEnabled)
            #expect(changed?.disabled == expected)
            #expect(try certificates(of: store) == [changed])
        }
        #expect(try auditIDs(of: store).count == 6)
    }

    @Test("a deleted certificate is remembered by its fingerprint, and its name is free")
    func deleting() throws {
        let store = try Fixture.store()
        let certificate = Fixture.certificate(1, name: "One")
        try store.insert(certificate, text: Fixture.text, audit: Fixture.entry(1))
        let isDeleted = try store.deleteCertificate(
            id: "certificate-1",
            by: Self.ann,
            audit: Fixture.entry(2, action: .delete)
        )
        #expect(isDeleted)
        #expect(try certificates(of: store) == [])
        let finding = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.finding(certificateSHA256: certificate.sha256)
        }
        let expected = DeletedCertificate(
            id: "certificate-1",
            userID: "user-1",
            name: "One",
            serialNumber: "01",
            sha256: certificate.sha256,
            deleted: Self.ann
        )
        #expect(finding == .deleted(expected))
        try store.insert(
            Fixture.certificate(2, name: "One"),
            text: Fixture.text,
            audit: Fixture.entry(3)
        )
        #expect(try auditIDs(of: store) == ["entry-3", "entry-2", "entry-1"])
    }

    @Test("a change of what is not there changes nothing, and is not audited")
    func missing() throws {
        let store = try Fixture.store()
        let changed = try store.setCertificate(
            id: "certificate-1",
            isEnabled: true,
            by: Self.ann,
            audit: Fixture.entry(1)
        )
        #expect(changed == nil)
        let isDeleted = try store.deleteCertificate(
            id: "certificate-1",
            by: Self.ann,
            audit: Fixture.entry(2)
        )
        #expect(!isDeleted)
        #expect(try auditIDs(of: store) == [])
    }

    @Test("an audit entry that cannot be stored takes its change with it")
    func together() throws {
        let store = try Fixture.store()
        try store.write { (connection) throws(SQLiteError) in
            try connection.execute(
                "CREATE TEMP TRIGGER t BEFORE INSERT ON main.audit_entry "
                    + "BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
        }
        #expect(throws: StoreError.self) {
            try store.insert(Fixture.certificate(1), text: Fixture.text, audit: Fixture.entry(1))
        }
        #expect(try certificates(of: store) == [])
    }

    @Test("an audit entry comes back as it was written")
    func audit() throws {
        let store = try Fixture.store()
        var entry = Fixture.entry(1, action: .disable)
        entry.status = .failure
        entry.resourceID = nil
        entry.ipAddress = nil
        try store.record(entry)
        let found = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditEntries(limit: 10)
        }
        #expect(found == [entry])
    }

    @Test("every loop sees a change as soon as it is made, from one read to the next")
    func readsOwnWrites() throws {
        let folder = try TemporaryFolder()
        let store = try Fixture.store(.file(path: folder.path("world.sqlite")))
        for number in 1...50 {
            #expect(try certificates(of: store, loop: number % 2).count == number - 1)
            try store.insert(
                Fixture.certificate(number),
                text: Fixture.text,
                audit: Fixture.entry(number)
            )
            #expect(try certificates(of: store, loop: 0).count == number)
            #expect(try certificates(of: store, loop: 1).count == number)
        }
    }

    @Test("a change made while a loop reads is seen by its next read, and not before")
    func changeWhileReading() throws {
        let folder = try TemporaryFolder()
        let store = try Fixture.store(.file(path: folder.path("world.sqlite")))
        let counts = try store.read(loop: 0) { (reader) throws(StoreError) in
            let before = try reader.certificates(userID: "user-1").count
            try store.insert(
                Fixture.certificate(1),
                text: Fixture.text,
                audit: Fixture.entry(1)
            )
            return [before, try reader.certificates(userID: "user-1").count]
        }
        #expect(counts == [0, 0])
        #expect(try certificates(of: store, loop: 0).count == 1)
    }

    @Test("idle readers do not let the log grow without end")
    func logIsCut() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("world.sqlite")
        let store = try Fixture.store(.file(path: path))
        for number in 1...600 {
            _ = try certificates(of: store, loop: 0).count
            try store.record(Fixture.entry(number))
            try store.insert(
                Fixture.certificate(number),
                text: Fixture.text,
                audit: Fixture.entry(number)
            )
        }
        // SQLite cuts the log at 1,000 pages of 4 KiB; each change adds some.
        let size = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size]
        #expect(try #require(size as? UInt64) < 6 << 20)
    }

    @Test("readers and a writer do not disturb one another", .timeLimit(.minutes(10)))
    func concurrency() async throws {
        let folder = try TemporaryFolder()
        let store = try Fixture.store(.file(path: folder.path("world.sqlite")))
        try await withThrowingTaskGroup { group in
            for loop in 0...3 {
                group.addTask {
                    var count = 0
                    while count < 100 {
                        let seen = try store.read(loop: loop) { (reader) throws(StoreError) in
                            (
                                try reader.certificates(userID: "user-1").count,
                                try reader.auditEntries(limit: 1000).count
                            )
                        }
                        // One snapshot: a certificate is never seen without its audit entry.
                        #expect(seen.0 == seen.1)
                        #expect(seen.0 >= count)
                        count = seen.0
                        await Task.yield()
                    }
                }
            }
            group.addTask {
                for number in 1...100 {
                    try store.insert(
                        Fixture.certificate(number),
                        text: Fixture.text,
                        audit: Fixture.entry(number)
                    )
                }
            }
            try await group.waitForAll()
        }
    }

    private func certificates(
        of store: AccountStore,
        loop: Int = 0
    ) throws -> [ClientAuthCertificate] {
        try store.read(loop: loop) { (reader) throws(StoreError) in
            try reader.certificates(userID: "user-1")
        }
    }

    private func auditIDs(of store: AccountStore) throws -> [String] {
        try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.auditEntries(limit: 100)
        }.map(\.id)
    }
}
