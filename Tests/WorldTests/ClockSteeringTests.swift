import AccountModel
import AccountStore
import Synchronization
import Testing

@testable import World

@Suite("World: steering its clock")
struct ClockSteeringTests {
    private static let begin = WorldTests.begin
    private static let day: Int64 = 86_400

    /// A robot with a certificate of 100 days and an account that is served for a year.
    static let seed = """
        { accounts: [{ id: "4b13f12d-c8b2-4c49-a21f-9b399364f2ce", name: "Example",
            friendly_identifier: "1234567",
            service_period: { from: "2025-01-01", to: "2026-10-19" } }],
          users: [{
            id: "783a6a45-b74b-4635-bb4b-69855910ccd3", email: "jane@example.com",
            primary_account_id: "4b13f12d-c8b2-4c49-a21f-9b399364f2ce",
            accounts: ["4b13f12d-c8b2-4c49-a21f-9b399364f2ce"],
            user_type: "service", friendly_name: "Robot", roles: ["AM_DEFAULT_USER"],
            end_date: "+200d",
            tokens: [{ name: "key", token: "KEY", end_date: "+50d" }],
            certificates: [{ name: "client", common_name: "Robot", end_date: "+100d" }] }] }
        """

    private static func world(
        _ location: AccountStore.Location = .memory,
        start: ClockStart = ClockStart(isFrozen: true),
        system: WorldTests.SystemClock = WorldTests.SystemClock(begin)
    ) throws -> World {
        try WorldTests.open(location, seed: seed, clockStart: start, system: system)
    }

    @Test("a year is told in its order, with who was reminded")
    func year() throws {
        let world = try Self.world()
        let progress = try world.steer(ClockWish(target: .span(ClockSpan(months: 12))))
        #expect(progress.from == Self.begin)
        #expect(progress.reading.now.iso8601 == "2026-10-20T00:00:00Z")
        #expect(progress.reading.isFrozen)
        let told = progress.settlement.events.map { happened in
            let days = (happened.event.at.secondsSince1970 - Self.begin.secondsSince1970) / Self.day
            return "\(days) \(happened.event.kind.rawValue) \(happened.mailedTo ?? "-")"
        }
        #expect(
            told == [
                "10 certificate_expiring jane@example.com",
                "40 certificate_expiring jane@example.com",
                "49 token_expiring jane@example.com", "50 token_expired jane@example.com",
                "70 certificate_expiring jane@example.com",
                "93 certificate_expiring jane@example.com",
                "97 certificate_expiring jane@example.com", "99 certificate_expiring -",
                "100 certificate_expired jane@example.com", "200 user_expired -",
                "365 account_service_ended -",
            ]
        )
        #expect(progress.settlement.eventCount == 11)
        #expect(progress.settlement.mailCount == 8)
        #expect(try world.mailbox.mails().total == 8)
    }

    @Test("goes from event to event, of any kind or of one, until nothing is to come")
    func nextEvent() throws {
        let world = try Self.world()
        let any = ClockWish(target: .nextEvent(Set(ClockEventKind.allCases)))
        let first = try world.steer(any)
        #expect(first.settlement.events.map(\.event.days) == [90])
        let expired = try world.steer(ClockWish(target: .nextEvent([.certificateExpired])))
        #expect(expired.reading.now == Self.begin.adding(days: 100).adding(seconds: 1))
        #expect(expired.settlement.events.last?.event.kind == .certificateExpired)
        #expect(throws: ClockRefusal.nothingToCome([.certificateExpired])) {
            try world.steer(ClockWish(target: .nextEvent([.certificateExpired])))
        }
        let coming = try world.comingEvents().map(\.kind)
        #expect(coming == [.userExpired, .accountServiceEnded])
    }

    @Test("certificate, token, user and account are judged by the new time in the same moment")
    func standing() throws {
        let world = try Self.world()
        func standing() throws -> CredentialStanding? {
            let digest = world.digest(ofToken: "KEY")
            let credential = try world.store.read(loop: 0) { (reader) throws(StoreError) in
                try reader.credential(tokenSHA256: digest)
            }
            return credential?.standing(at: world.clock.now)
        }
        #expect(try standing() == .usable)
        let end = Self.begin.adding(days: 50)
        _ = try world.steer(ClockWish(target: .time(end)))
        #expect(try standing() == .usable)
        _ = try world.steer(ClockWish(target: .span(ClockSpan(seconds: 1))))
        #expect(try standing() == .tokenExpired(endDate: end))
    }

    @Test("never goes back, and says what does")
    func back() throws {
        let world = try Self.world()
        let wanted = Self.begin.adding(seconds: -1)
        let refusal = try #require(throws: ClockRefusal.self) {
            try world.steer(ClockWish(target: .time(wanted)))
        }
        #expect(refusal == .past(now: Self.begin, wanted: wanted))
        #expect(refusal.sentence(about: "default").contains("restore a snapshot"))
        #expect(world.clock.now == Self.begin)
    }

    @Test(
        "refuses what no clock does",
        arguments: [
            (ClockWish(rate: 0), "above 0"), (ClockWish(rate: 1_000_001), "above 0"),
            (ClockWish(rate: -1), "above 0"), (ClockWish(rate: .nan), "above 0"),
            (ClockWish(target: .time(.latest)), "its CA issues from"),
        ]
    )
    func refuses(wish: ClockWish, complaint: String) throws {
        let world = try Self.world()
        let refusal = try #require(throws: ClockRefusal.self) { try world.steer(wish) }
        #expect(refusal.sentence(about: "default").contains(complaint))
        #expect(
            world.clockReading == ClockReading(world.clock.state, systemTime: Self.begin.instant)
        )
    }

    @Test("runs at a rate, stands, and runs on at it, also after a restart")
    func rate() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("default.sqlite"))
        let system = WorldTests.SystemClock(Self.begin)
        let world = try Self.world(location, start: .system, system: system)
        _ = try world.steer(ClockWish(rate: 60))
        system.now = Self.begin.adding(seconds: 10)
        #expect(world.clock.now == Self.begin.adding(seconds: 600))
        let again = try WorldTests.open(location, system: system)
        #expect(again.clock.now == Self.begin.adding(seconds: 600))
        _ = try again.steer(ClockWish(isFrozen: true))
        system.now = Self.begin.adding(seconds: 20)
        #expect(again.clock.now == Self.begin.adding(seconds: 600))
        #expect(again.clock.wait(until: .latest) == nil)
        #expect(again.clockReading.rate == 60)
        _ = try again.steer(ClockWish(isFrozen: false))
        system.now = Self.begin.adding(seconds: 21)
        #expect(again.clock.now == Self.begin.adding(seconds: 660))
        let minute = again.clock.now.adding(seconds: 60)
        #expect(again.clock.wait(until: minute) == .milliseconds(1001))
        _ = try again.steer(ClockWish(rate: 1))
        system.now = Self.begin.adding(seconds: 22)
        #expect(again.clock.now == Self.begin.adding(seconds: 661))
    }

    @Test("what is due while the clock runs by itself happens when somebody looks, once")
    func byItself() throws {
        let system = WorldTests.SystemClock(Self.begin)
        let world = try Self.world(start: .system, system: system)
        try world.settleClock()
        #expect(try world.mailbox.mails().total == 0)
        system.now = Self.begin.adding(days: 41)
        try world.settleClock()
        try world.settleClock()
        let mails = try world.mailbox.mails().mails
        #expect(mails.map(\.subject).map { $0.suffix(10) } == ["in 60 days", "in 90 days"])
        #expect(mails.map(\.createdAt) == [40, 10].map { Self.begin.adding(days: $0) })
    }

    @Test("those who watch are told of each change, after it")
    func watchers() throws {
        let world = try Self.world()
        let seen = Mutex<[Timestamp]>([])
        let number = world.clock.changes.watch { seen.withLock { $0.append(world.clock.now) } }
        _ = try world.steer(ClockWish(target: .span(ClockSpan(seconds: 5))))
        _ = try? world.steer(ClockWish(target: .time(.earliest)))
        #expect(seen.withLock(\.self) == [Self.begin.adding(seconds: 5)])
        world.clock.changes.leave(number)
        _ = try world.steer(ClockWish(target: .span(ClockSpan(seconds: 5))))
        #expect(seen.withLock(\.self) == [Self.begin.adding(seconds: 5)])
    }

    @Test("changes from many threads come one after the other, and none is lost")
    func concurrent() async throws {
        let world = try Self.world()
        await withTaskGroup { group in
            for _ in 0..<20 {
                group.addTask {
                    _ = try? world.steer(ClockWish(target: .span(ClockSpan(seconds: 60))))
                }
            }
        }
        #expect(world.clock.now == Self.begin.adding(seconds: 1200))
    }

    @Test("a day among ten thousand certificates is quick", .timeLimit(.minutes(10)))
    func many() throws {
        let world = try Self.world()
        let user = "783a6a45-b74b-4635-bb4b-69855910ccd3"
        try world.fill(certificates: 10_000, of: user, spreadOverDays: 397)
        let clock = ContinuousClock()
        var fastest = Duration.seconds(60)
        for _ in 0..<5 {
            let duration = try clock.measure {
                let progress = try world.steer(
                    ClockWish(target: .span(ClockSpan(seconds: Self.day)))
                )
                #expect(progress.settlement.eventCount > 100)
            }
            fastest = min(fastest, duration)
        }
        // A debug build on a busy machine; see docs/clock.md for an optimized one.
        #expect(fastest < .milliseconds(200), "\(fastest)")
    }
}

extension World {
    /// Stores many certificates with ends at all times of the next days.
    func fill(certificates count: Int, of user: String, spreadOverDays days: Int) throws {
        let now = clock.now
        for number in 0..<count {
            let seconds = Int64(number) * Int64(days) * 86_400 / Int64(count)
            try store.insert(
                ClientAuthCertificate(
                    id: "certificate \(number)",
                    userID: user,
                    name: "certificate \(number)",
                    commonName: "Robot",
                    startDate: now.startOfDay.adding(days: -1),
                    endDate: now.adding(seconds: 1 + seconds),
                    serialNumber: "\(number)",
                    publicKey: "",
                    sha256: digest(ofToken: "\(number)"),
                    createdAt: now.adding(days: -1)
                ),
                text: CertificateText(x509Certificate: "", caCertificate: ""),
                audit: AuditEntry(
                    id: "entry \(number)",
                    createdAt: now,
                    userID: user,
                    userName: "Robot",
                    accountID: "",
                    action: .create,
                    resourceType: .clientAuthCertificate,
                    resourceID: nil,
                    description: "",
                    ipAddress: nil
                )
            )
        }
    }
}
