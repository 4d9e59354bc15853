import AccountModel
import Testing

@testable import AccountStore

@Suite("AccountStore: Digital ID Center")
struct DigitalIDStoreTests {
    private static let now = Fixture.now

    private static func draft(_ id: String, form: String, email: String = "a@x.org") -> DigitalID {
        var applicant = DigitalIDApplicant()
        applicant.firstName = "Ada"
        applicant.lastName = "Lovelace"
        applicant.email = email
        applicant.telephone = "12345"
        applicant.authorityCode = "E1234"
        applicant.comments = "two\nlines"
        return DigitalID(
            id: id,
            form: form,
            createdAt: now,
            applicant: applicant,
            challenge: GuardedSecret(salt: [1, 2], sha256: [3], failures: 4)
        )
    }

    private static func store(_ drafts: DigitalID...) throws -> AccountStore {
        let store = try Fixture.store()
        for draft in drafts { _ = try store.enter(draft, forgettingDraftsBefore: .earliest) }
        return store
    }

    private static func stored(_ id: String, _ store: AccountStore) throws -> DigitalID? {
        try store.read(loop: 0) { (reader) throws(StoreError) in try reader.digitalID(id: id) }
    }

    private static func mail(to address: String) -> Mail {
        Mail(
            id: "mail to \(address)",
            createdAt: now,
            kind: .digitalIDMessage,
            to: address,
            userID: nil,
            subject: "s",
            body: "b",
            about: nil
        )
    }

    @Test("everything of a request comes back as it was stored")
    func comesBack() throws {
        let store = try Self.store(Self.draft("1", form: "f"))
        #expect(try Self.stored("1", store) == Self.draft("1", form: "f"))
        var full = Self.draft("1", form: "f")
        full.status = .revoked
        full.key = DigitalIDKey(place: .browser, kind: .p384)
        full.submittedAt = Self.now.adding(seconds: 1)
        full.decidedAt = Self.now.adding(seconds: 2)
        full.decisionComment = "fine"
        full.pin = DigitalIDPIN(
            secret: GuardedSecret(salt: [5], sha256: [6], failures: 2),
            expiresAt: Self.now.adding(seconds: 3)
        )
        full.retrievedAt = Self.now.adding(seconds: 4)
        full.installedAt = Self.now.adding(seconds: 5)
        full.certificate = DigitalIDCertificate(
            sha256: [9, 9],
            serialNumber: "AB",
            subject: "CN=Ada",
            startDate: Self.now.adding(seconds: 6),
            endDate: Self.now.adding(seconds: 7),
            pem: "PEM"
        )
        full.activationAskedAt = Self.now.adding(seconds: 8)
        full.activatedAt = Self.now.adding(seconds: 9)
        full.queueSetUpAt = Self.now.adding(seconds: 10)
        full.revocation = DigitalIDRevocation(at: Self.now, reason: .aaCompromise)
        let expected = full
        _ = try store.changeDigitalID(id: "1") { (request, _) throws(StoreError) in
            request = expected
            return DigitalIDChange(())
        }
        #expect(try Self.stored("1", store) == expected)
        let (bySerial, byPrint, byForm, queue) = try store.read(loop: 0) {
            (reader) throws(StoreError) in
            (
                try reader.digitalID(serialNumber: "AB"),
                try reader.digitalID(certificateSHA256: [9, 9]),
                try reader.digitalID(form: "f"),
                try reader.queueSetUpAt(authorityCode: "E1234")
            )
        }
        #expect(bySerial == expected && byPrint == expected && byForm == expected)
        #expect(queue == Self.now.adding(seconds: 10))
    }

    @Test("a form is one request: entered anew while it is a draft, and not afterwards")
    func forms() throws {
        let store = try Self.store(Self.draft("1", form: "f"))
        let again = Self.draft("2", form: "f", email: "b@x.org")
        let stored = try store.enter(again, forgettingDraftsBefore: .earliest)
        #expect(stored.id == "1" && stored.applicant.email == "b@x.org")
        _ = try store.changeDigitalID(id: "1") { (request, _) throws(StoreError) in
            request.status = .pending
            return DigitalIDChange(())
        }
        let sent = Self.draft("3", form: "f", email: "B@x.org")
        let late = try store.enter(sent, forgettingDraftsBefore: .earliest)
        #expect(late.id == "1" && late.applicant.email == "b@x.org")
        #expect(try Self.stored("2", store) == nil && Self.stored("3", store) == nil)
        let other = try store.enter(Self.draft("4", form: "f"), forgettingDraftsBefore: .earliest)
        #expect(other.id == "4" && other.form == "4")
        #expect(try Self.stored("1", store) == late)
    }

    @Test("a form of another request fails, and no request is deleted for it")
    func takenForm() throws {
        let store = try Self.store(Self.draft("1", form: "1"), Self.draft("2", form: "2"))
        #expect(throws: StoreError.self) {
            try store.changeDigitalID(id: "2") { (request, _) throws(StoreError) in
                request.form = "1"
                return DigitalIDChange(())
            }
        }
        #expect(try Self.stored("1", store) == Self.draft("1", form: "1"))
        #expect(try Self.stored("2", store) == Self.draft("2", form: "2"))
    }

    @Test("old drafts go when another one comes, and nothing else does")
    func oldDrafts() throws {
        let store = try Self.store(Self.draft("1", form: "1"), Self.draft("2", form: "2"))
        _ = try store.changeDigitalID(id: "2") { (request, _) throws(StoreError) in
            request.status = .pending
            return DigitalIDChange(())
        }
        let latest = Timestamp.latest
        _ = try store.enter(Self.draft("3", form: "3"), forgettingDraftsBefore: latest)
        #expect(try Self.stored("1", store) == nil)
        #expect(try Self.stored("2", store) != nil)
        #expect(try Self.stored("3", store) != nil)
    }

    @Test("a renewal and the mails are stored with the change that they come of")
    func together() throws {
        let store = try Self.store(Self.draft("1", form: "f"))
        var renewal = DigitalID(
            id: "2",
            renewalOf: "1",
            createdAt: Self.now,
            status: .approved,
            applicant: DigitalIDApplicant(),
            challenge: GuardedSecret(salt: [], sha256: [])
        )
        renewal.pin = nil
        let other = renewal
        let outcome = try store.changeDigitalID(id: "1") { (_, _) throws(StoreError) in
            DigitalIDChange("told", other: other, mails: [Self.mail(to: "a@x.org")])
        }
        #expect(outcome == "told")
        let (renewals, mails) = try store.read(loop: 0) { (reader) throws(StoreError) in
            (
                try reader.renewals(ofDigitalID: "1"),
                try reader.mails(MailFilter(), newestFirst: false, countMax: 9)
            )
        }
        #expect(renewals == [other] && mails.map(\.to) == ["a@x.org"])
        let missing = try store.changeDigitalID(id: "0") { (_, _) throws(StoreError) in
            DigitalIDChange(1)
        }
        #expect(missing == nil)
    }

    @Test("requests are listed by status, address and name, without drafts")
    func lists() throws {
        let store = try Self.store(
            Self.draft("1", form: "1"),
            Self.draft("2", form: "2", email: "Mary@x.org"),
            Self.draft("3", form: "3")
        )
        for id in ["1", "2"] {
            _ = try store.changeDigitalID(id: id) { (request, _) throws(StoreError) in
                request.status = id == "1" ? .pending : .installed
                return DigitalIDChange(())
            }
        }
        func list(_ change: (inout DigitalIDFilter) -> Void) throws -> [String] {
            var filter = DigitalIDFilter()
            change(&filter)
            return try store.read(loop: 0) { [filter] (reader) throws(StoreError) in
                try reader.digitalIDs(filter, countMax: 9).map(\.id)
            }
        }
        #expect(try list { _ in } == ["2", "1"])
        #expect(try list { $0.newestFirst = false } == ["1", "2"])
        #expect(try list { $0.statuses = [.pending, .draft] } == ["1"])
        #expect(try list { $0.email = "mary" } == ["2"])
        #expect(try list { $0.name = "a LOVE" } == ["2", "1"])
        #expect(try list { $0.name = "%" }.isEmpty)
    }

    @Test("a message goes out once for its form, and to nobody whose request is gone")
    func messages() throws {
        let store = try Self.store(Self.draft("1", form: "1"), Self.draft("2", form: "2"))
        _ = try store.changeDigitalID(id: "1") { (request, _) throws(StoreError) in
            request.status = .active
            return DigitalIDChange(())
        }
        let message = DigitalIDMessage(form: "m", createdAt: Self.now, subject: "s", body: "b")
        for _ in 1...2 {
            let sent = try store.send(message) { Self.mail(to: $0) }
            #expect(sent.recipientCount == 1)
        }
        let (messages, count) = try store.read(loop: 0) { (reader) throws(StoreError) in
            (try reader.digitalIDMessages(countMax: 9), try reader.mailCount())
        }
        #expect(messages.count == 1 && count == 1)
    }

    @Test("that the authority is installed is noted once")
    func authority() throws {
        let store = try Self.store()
        try store.noteDigitalIDAuthorityInstalled(at: Self.now)
        try store.noteDigitalIDAuthorityInstalled(at: .latest)
        let noted = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.digitalIDAuthorityInstalledAt()
        }
        #expect(noted == Self.now)
    }
}
