import AccountModel
import AccountStore
import Synchronization
import Testing

@testable import World

@Suite("Mailbox")
struct MailboxTests {
    private static let begin = WorldTests.begin
    private static let expiring: MailFilter = {
        var filter = MailFilter()
        filter.kind = .certificateExpiring
        return filter
    }()

    private static func world(
        start: ClockStart = ClockStart(isFrozen: true),
        system: WorldTests.SystemClock = WorldTests.SystemClock(begin)
    ) throws -> World {
        try WorldTests.open(seed: ClockSteeringTests.seed, clockStart: start, system: system)
    }

    /// Alarms that ring when a test says so, and answers that came.
    final class Desk: Sendable {
        private let alarms = Mutex<[(after: Duration, ring: @Sendable () -> Void)]>([])
        private let outcomes = Mutex<[MailWaitOutcome]>([])

        var alarm: Alarm {
            Alarm { after, ring in self.alarms.withLock { $0.append((after, ring)) } }
        }

        var answers: [MailWaitOutcome] { outcomes.withLock(\.self) }

        var delays: [Duration] { alarms.withLock { $0.map(\.after) } }

        func answer(_ outcome: MailWaitOutcome) { outcomes.withLock { $0.append(outcome) } }

        func ring(_ index: Int) { alarms.withLock { $0[index].ring }() }

        func wait(
            _ filter: MailFilter,
            in world: @escaping @Sendable () -> World?
        ) -> MailWait {
            MailWait.begin(
                filter,
                in: world,
                timeout: .seconds(10),
                alarm: alarm,
                answer: answer
            )
        }
    }

    @Test("a reminder says what expires when, of whom, and where it is")
    func reminder() throws {
        let world = try Self.world()
        _ = try world.steer(ClockWish(target: .span(ClockSpan(seconds: 40 * 86_400))))
        let mails = try world.mailbox.mails(Self.expiring).mails
        #expect(mails.count == 2)
        let mail = try #require(mails.first)
        #expect(
            mail.subject == "Your client authentication certificate \"client\" expires in 60 days"
        )
        #expect(mail.to == "jane@example.com")
        #expect(mail.userID == "783a6a45-b74b-4635-bb4b-69855910ccd3")
        #expect(mail.body.contains("of Robot expires in 60 days"))
        #expect(mail.body.contains("End date: \(Self.begin.adding(days: 100))"))
        let about = try #require(mail.about)
        #expect(
            mail.links == [
                "\(Mail.serverPlaceholder)/account/api/v1/client-auth-certificate/\(about)"
            ]
        )
        #expect(mail.links.allSatisfy(mail.body.contains))
        #expect(try world.mailbox.mail(id: mail.id) == mail)
        #expect(try world.mailbox.delete(id: mail.id))
        #expect(try world.mailbox.clear() == 1)
    }

    @Test("a person is invited with a link and a code, and a service user's maker is told")
    func users() throws {
        let world = try Self.world()
        func mail(_ type: UserType) throws -> Mail {
            let user = User(
                id: world.makeID(),
                email: "new@example.com",
                primaryAccountID: "",
                createdAt: Self.begin,
                createdBy: "",
                userType: type,
                friendlyName: type == .service ? "Robot 2" : nil,
                firstName: type == .standard ? "Ada" : nil,
                username: "ada",
                storedRoles: Role.list([])
            )
            try world.store.insert(
                UserProfile(user: user, applications: [], accounts: []),
                token: nil,
                audit: [],
                letter: world.letter(aboutNew: user)
            )
            return try #require(try world.mailbox.mails().mails.first)
        }
        let invitation = try mail(.standard)
        #expect(invitation.kind == .userInvitation)
        let code = try #require(invitation.codes.first)
        #expect(code.count == 32)
        #expect(invitation.links.first?.hasSuffix("?code=\(code)") == true)
        #expect(invitation.body.contains("enter \(code)"))
        let note = try mail(.service)
        #expect(note.kind == .serviceUserCreated)
        #expect(note.codes.isEmpty)
        #expect(note.subject == "Service user \"Robot 2\" was created")
    }

    @Test("who waits gets what is there at once")
    func present() throws {
        let world = try Self.world()
        _ = try world.steer(ClockWish(target: .span(ClockSpan(seconds: 40 * 86_400))))
        let desk = Desk()
        _ = desk.wait(Self.expiring) { world }
        guard case .mail(let mail)? = desk.answers.first else {
            Issue.record("no mail: \(desk.answers)")
            return
        }
        #expect(mail.subject.hasSuffix("in 90 days"))
        #expect(world.store.mailArrivals.count == 0)
        #expect(world.clock.changes.count == 0)
    }

    @Test("who waits gets the mail in the moment it is committed, and only one")
    func arrival() throws {
        let world = try Self.world()
        let desk = Desk()
        _ = desk.wait(Self.expiring) { world }
        #expect(desk.answers.isEmpty)
        #expect(desk.delays == [.seconds(10)])
        _ = try world.steer(ClockWish(target: .span(ClockSpan(seconds: 40 * 86_400))))
        #expect(desk.answers.count == 1)
        desk.ring(0)
        #expect(desk.answers.count == 1)
        #expect(world.store.mailArrivals.count == 0)
    }

    @Test("who waits in vain is told so, and who gives up is not")
    func timeout() throws {
        let world = try Self.world()
        let desk = Desk()
        _ = desk.wait(Self.expiring) { world }
        desk.ring(0)
        #expect(desk.answers == [.timeout])
        desk.wait(Self.expiring) { world }.cancel()
        desk.ring(1)
        #expect(desk.answers == [.timeout])
        _ = desk.wait(Self.expiring) { nil }
        #expect(desk.answers == [.timeout, .gone])
        #expect(world.store.mailArrivals.count == 0)
    }

    @Test("a wait that is over is kept by nobody, whatever alarms are still set for it")
    func released() throws {
        let world = try Self.world(start: .system)
        let desk = Desk()
        weak var left: MailWait?
        weak var answered: MailWait?
        do {
            _ = try world.steer(ClockWish(rate: 86_400))
            let leaving = desk.wait(Self.expiring) { world }
            left = leaving
            answered = desk.wait(Self.expiring) { world }
            #expect(desk.delays.count == 4)
            leaving.cancel()
        }
        #expect(left == nil)
        #expect(answered != nil)
        _ = try world.steer(ClockWish(target: .span(ClockSpan(seconds: 40 * 86_400))))
        #expect(desk.answers.count == 1)
        #expect(answered == nil)
        for index in desk.delays.indices { desk.ring(index) }
        #expect(desk.answers.count == 1)
    }

    @Test("a clock that runs brings the mail at its moment, and one that is let run sets the alarm")
    func running() throws {
        let system = WorldTests.SystemClock(Self.begin)
        let world = try Self.world(system: system)
        let desk = Desk()
        _ = desk.wait(Self.expiring) { world }
        #expect(desk.delays == [.seconds(10)])
        // Ten days at the rate of a day in a second.
        _ = try world.steer(ClockWish(isFrozen: false, rate: 86_400))
        #expect(desk.delays == [.seconds(10), .milliseconds(10_001)])
        system.now = Self.begin.adding(seconds: 9)
        _ = try world.steer(ClockWish(rate: 864_000))
        #expect(desk.delays.last == .milliseconds(101))
        desk.ring(1)
        #expect(desk.answers.isEmpty)
        system.now = Self.begin.adding(seconds: 10)
        desk.ring(2)
        #expect(desk.answers.count == 1)
    }
}
