import AccountModel
import SQLiteBridge
import Synchronization
import Testing

@testable import AccountStore

@Suite("AccountStore: mail")
struct MailStoreTests {
    private static let now = Fixture.now

    private static func mail(_ number: Int, to address: String = "Ada@example.com") -> Mail {
        Mail(
            id: "mail-\(number)",
            createdAt: now.adding(seconds: Int64(number)),
            kind: number.isMultiple(of: 2) ? .certificateIssued : .userInvitation,
            to: address,
            userID: "user-\(number % 3)",
            subject: "Subject \(number)",
            body: "A text with a code.\n",
            links: ["https://localhost/\(number)", "https://localhost/b"],
            codes: ["c\(number)"],
            about: "thing-\(number)"
        )
    }

    private static func store(mails count: Int) throws -> AccountStore {
        let store = try Fixture.store()
        try post(store, 1...count)
        return store
    }

    private static func post(_ store: AccountStore, _ numbers: ClosedRange<Int>) throws {
        try store.write { (connection) throws(SQLiteError) in
            for number in numbers { try connection.insert(mail(number)) }
            try connection.cutMails()
        }
    }

    private static func mails(
        _ store: AccountStore,
        _ change: @Sendable (inout MailFilter) -> Void = { _ in }
    ) throws -> [Mail] {
        var filter = MailFilter()
        change(&filter)
        return try store.read(loop: 0) { [filter] (reader) throws(StoreError) in
            let found = try reader.mails(filter, newestFirst: false, countMax: 10_000)
            let count = try reader.mailCount(filter)
            return found.count == count ? found : []
        }
    }

    @Test("a mail comes back as it was written, with a number")
    func comesBack() throws {
        let store = try Self.store(mails: 1)
        var expected = Self.mail(1)
        expected.number = 1
        #expect(try Self.mails(store) == [expected])
        let found = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.mail(id: "mail-1")
        }
        #expect(found == expected)
    }

    struct Search: CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable (inout MailFilter) -> Void
        let found: [Int]
    }

    static let searches = [
        Search(
            testDescription: "an address in any case",
            change: { $0.to = "ada@EXAMPLE.com" },
            found: [1, 2, 3, 4, 5]
        ),
        Search(testDescription: "a part of an address", change: { $0.to = "ada" }, found: []),
        Search(testDescription: "a kind", change: { $0.kind = .userInvitation }, found: [1, 3, 5]),
        Search(testDescription: "a user", change: { $0.userID = "user-1" }, found: [1, 4]),
        Search(testDescription: "a thing", change: { $0.about = "thing-4" }, found: [4]),
        Search(
            testDescription: "a time",
            change: { $0.since = now.adding(seconds: 4) },
            found: [4, 5]
        ),
        Search(testDescription: "what came after one", change: { $0.after = 4 }, found: [5]),
        Search(
            testDescription: "a text in any case",
            change: { $0.text = "SUBJECT 3" },
            found: [3]
        ),
        Search(
            testDescription: "all of it together",
            change: { ($0.kind, $0.after, $0.text) = (.userInvitation, 1, "code") },
            found: [3, 5]
        ),
    ]

    @Test("finds by", arguments: searches)
    func search(_ row: Search) throws {
        let store = try Self.store(mails: 5)
        #expect(try Self.mails(store, row.change).map(\.number) == row.found.map(Int64.init))
    }

    @Test("the oldest mails go, a hundred at a time, and no number is used twice")
    func bounded() throws {
        let most = AccountStore.mailsMax
        let store = try Self.store(mails: most + 100)
        #expect(try Self.mails(store).count == most + 100)
        try Self.post(store, (most + 101)...(most + 101))
        #expect(try Self.mails(store).count == most)
        #expect(try Self.mails(store).first?.number == 102)
        #expect(try store.deleteMail(id: "mail-500"))
        #expect(try !store.deleteMail(id: "mail-500"))
        #expect(try store.deleteMails() == most - 1)
        try Self.post(store, 1...1)
        #expect(try Self.mails(store).map(\.number) == [Int64(most + 102)])
    }

    @Test("a person gets mail, a robot's goes to who made it, an administrator, or itself")
    func recipients() throws {
        let store = try Crowd.store()
        func recipient(of id: String, madeBy maker: String = "nobody") throws -> String? {
            try store.read(loop: 0) { (reader) throws(StoreError) in
                guard var user = try reader.user(id: id) else { return nil }
                user.createdBy = maker
                return try reader.recipient(of: user)
            }
        }
        #expect(try recipient(of: "dan") == "dan@example.com")
        #expect(try recipient(of: "bob", madeBy: "root") == "root@example.com")
        #expect(try recipient(of: "bob", madeBy: "cid") == "ann@example.com")
        #expect(try recipient(of: "cid") == "cid@example.com")
    }

    @Test(
        "a mail is stored with what it is about, or not at all, and those who wait are told after"
    )
    func together() throws {
        let store = try Fixture.store()
        let told = Mutex(0)
        _ = store.mailArrivals.watch { told.withLock { $0 += 1 } }
        let letter = Letter(about: Fixture.user) { Self.mail(7, to: $0) }
        func insert() throws {
            try store.insert(
                Fixture.certificate(1),
                text: Fixture.text,
                audit: Fixture.entry(1),
                letter: letter
            )
        }
        try insert()
        #expect(throws: StoreError.duplicateCertificateName("Certificate 1")) { try insert() }
        #expect(try Self.mails(store).map(\.to) == ["jane@example.com"])
        #expect(told.withLock(\.self) == 1)
    }

    @Test("of very many mails at once only the latest are written")
    func many() throws {
        let store = try Fixture.store()
        let end = Self.now.adding(days: 40)
        for number in 1...(AccountStore.mailsMax + 50) {
            var certificate = Fixture.certificate(number)
            certificate.endDate = end.adding(seconds: Int64(number))
            certificate.createdAt = Self.now
            try store.insert(certificate, text: Fixture.text, audit: Fixture.entry(number))
        }
        let settlement = try store.settle(
            store.contents,
            through: end.adding(days: -29),
            eventsMax: 3
        ) { event in
            guard let kind = MailKind(about: event.kind, days: event.days), let user = event.user
            else { return nil }
            return Letter(about: user) { address in
                Mail(
                    id: event.id,
                    createdAt: event.at,
                    kind: kind,
                    to: address,
                    userID: user.id,
                    subject: "s",
                    body: "b",
                    about: event.id
                )
            }
        }
        #expect(settlement?.events.count == 3)
        #expect(settlement?.mailCount == AccountStore.mailsMax)
        #expect(try Self.mails(store).last?.about == "certificate-\(AccountStore.mailsMax + 50)")
    }
}
