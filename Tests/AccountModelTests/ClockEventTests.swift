import Testing

@testable import AccountModel

@Suite("ClockEvent")
struct ClockEventTests {
    private static let end = Timestamp(secondsSince1970: 1_800_000_000)

    private static func certificate(days: Int) -> ClientAuthCertificate {
        ClientAuthCertificate(
            id: "id",
            userID: "user",
            name: "name",
            commonName: "name",
            startDate: end.adding(days: -days),
            endDate: end,
            serialNumber: "AB",
            publicKey: "",
            sha256: [],
            createdAt: end.adding(days: -days)
        )
    }

    @Test(
        "the next thing that happens to a certificate is a round number of days before its end",
        arguments: [(100, 90), (90, 60), (45, 30), (8, 7), (4, 3), (2, 1)]
    )
    func reminders(daysLeft: Int, next: Int) {
        let now = Self.end.adding(days: -daysLeft)
        let found = ClockEvent.next(of: Self.certificate(days: 397), after: now)
        #expect(found == Self.end.adding(days: -next))
    }

    @Test("a certificate begins and ends, and then nothing happens any more")
    func ends() {
        let certificate = Self.certificate(days: 397)
        let start = certificate.startDate
        #expect(ClockEvent.next(of: certificate, after: start.adding(seconds: -1)) == start)
        #expect(ClockEvent.next(of: certificate, after: Self.end) == Self.end.adding(seconds: 1))
        let over = Self.end.adding(seconds: 1)
        #expect(ClockEvent.next(of: certificate, after: over) == .latest)
    }

    @Test("what has an end date is spoken of a day before, and expires in the second after it")
    func endDates() {
        let day = Self.end.adding(days: -1)
        #expect(ClockEvent.next(of: Self.end, after: day.adding(seconds: -1)) == day)
        #expect(ClockEvent.next(of: Self.end, after: day) == Self.end.adding(seconds: 1))
        #expect(ClockEvent.next(of: nil, after: day) == .latest)
    }

    static let sentences: [ClockEventKind: String] = [
        .certificateValid: "certificate AB (\"thing\") of Robot became valid",
        .certificateExpiring: "certificate AB (\"thing\") of Robot entered its last 30 days",
        .certificateExpired: "certificate AB (\"thing\") of Robot expired",
        .tokenExpiring: "token \"thing\" (1) of Robot entered its last 30 days",
        .tokenExpired: "token \"thing\" (1) of Robot expired",
        .userExpired: "the end date of thing (user 1) passed",
        .accountServiceBegan: "the service period of account thing (1) began",
        .accountServiceEnded: "the service period of account thing (1) ended",
    ]

    @Test("says in a sentence what happens", arguments: ClockEventKind.allCases)
    func sentence(kind: ClockEventKind) {
        let event = ClockEvent(
            at: Self.end,
            kind: kind,
            days: 30,
            id: "1",
            name: "thing",
            serialNumber: "AB",
            user: User(
                id: "user",
                email: "",
                primaryAccountID: "",
                createdAt: Self.end,
                createdBy: "",
                userType: .service,
                friendlyName: "Robot",
                storedRoles: Role.list([])
            )
        )
        #expect(event.description == Self.sentences[kind])
    }

    @Test("the last day is a mail of a token's, and of a certificate's none")
    func mails() {
        #expect(MailKind(about: .tokenExpiring, days: 1) == .tokenExpiring)
        #expect(MailKind(about: .certificateExpiring, days: 3) == .certificateExpiring)
        #expect(MailKind(about: .certificateExpiring, days: 1) == nil)
        #expect(MailKind(about: .accountServiceEnded, days: nil) == nil)
    }

    @Test("links and texts of a mail lead to where its reader reaches the server")
    func addresses() {
        let mail = Mail(
            id: "1",
            createdAt: Self.end,
            kind: .userInvitation,
            to: "a@example.com",
            userID: nil,
            subject: "s",
            body: "see \(Mail.serverPlaceholder)/x or \(Mail.pagesPlaceholder)/y.",
            links: ["\(Mail.serverPlaceholder)/x"],
            about: nil
        )
        let addressed = mail.addressed(to: "https://localhost:1", pages: "http://localhost:2")
        #expect(addressed.links == ["https://localhost:1/x"])
        #expect(addressed.body == "see https://localhost:1/x or http://localhost:2/y.")
        #expect(mail.addressed(to: "").body == "see /x or /y.")
    }
}
