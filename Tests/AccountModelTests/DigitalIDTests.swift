import Testing

@testable import AccountModel

@Suite("DigitalID")
struct DigitalIDTests {
    static let now = Timestamp(secondsSince1970: 1_760_918_400)

    /// A digest that shows what went in.
    static func guess(_ text: String) -> SecretGuess { SecretGuess { $0 + Array(text.utf8) } }

    static func secret(_ text: String) -> GuardedSecret {
        GuardedSecret(salt: [7], sha256: [7] + Array(text.utf8))
    }

    static func pin(_ text: String = "PIN", days: Int = 10) -> DigitalIDPIN {
        DigitalIDPIN(secret: secret(text), expiresAt: now.adding(days: days))
    }

    static let certificate = DigitalIDCertificate(
        sha256: [1],
        serialNumber: "01",
        subject: "CN=Ada",
        startDate: now.startOfDay,
        endDate: now.adding(days: 365),
        pem: "PEM"
    )

    /// A request that stands somewhere.
    static func request(_ standing: DigitalIDStanding) throws -> DigitalID {
        var request = DigitalID(
            id: "1",
            form: "f",
            createdAt: now,
            applicant: DigitalIDApplicant(),
            challenge: secret("phrase")
        )
        if standing == .draft { return request }
        try request.confirm(DigitalIDKey(), at: now)
        if standing == .pending { return request }
        if standing == .rejected {
            try request.reject(comment: "no", at: now)
            return request
        }
        let isExpired = standing == .pinExpired
        try request.approve(pin(days: isExpired ? -1 : 10), comment: "", at: now)
        switch standing {
        case .approved, .pinExpired: return request
        case .pinLocked:
            for _ in 1...5 { _ = try? request.retrieve(with: guess("no"), at: now) }
            return request
        default: break
        }
        try request.retrieve(with: guess("PIN"), at: now)
        if standing == .retrievable { return request }
        try request.install(certificate, at: now)
        if standing == .installed { return request }
        try request.activate(hasQueue: false, setsUpQueue: true, at: now)
        if standing == .revoked {
            try request.revoke(with: guess("phrase"), because: .superseded, at: now)
        }
        if standing == .expired {
            request.certificate = DigitalIDCertificate(
                sha256: [1],
                serialNumber: "01",
                subject: "CN=Ada",
                startDate: now.adding(days: -9),
                endDate: now.adding(seconds: -1),
                pem: "PEM"
            )
        }
        return request
    }

    /// A move, and where it can be made from.
    struct Move: CustomTestStringConvertible, Sendable {
        let name: String
        let allowed: Set<DigitalIDStanding>
        let make: @Sendable (inout DigitalID) throws(DigitalIDRefusal) -> Void
        var testDescription: String { name }
    }

    static let moves = [
        Move(name: "confirm", allowed: [.draft]) { (request) throws(DigitalIDRefusal) in
            try request.confirm(DigitalIDKey(), at: now)
        },
        Move(name: "approve", allowed: [.pending]) { (request) throws(DigitalIDRefusal) in
            try request.approve(pin(), comment: "", at: now)
        },
        Move(name: "reject", allowed: [.pending]) { (request) throws(DigitalIDRefusal) in
            try request.reject(comment: "", at: now)
        },
        Move(name: "replace the PIN", allowed: [.approved, .pinLocked, .pinExpired]) {
            (request) throws(DigitalIDRefusal) in
            try request.replacePIN(with: pin(), at: now)
        },
        Move(name: "unlock the PIN", allowed: [.pinLocked]) {
            (request) throws(DigitalIDRefusal) in
            try request.unlockPIN(at: now)
        },
        Move(name: "enter the PIN", allowed: [.approved]) {
            (request) throws(DigitalIDRefusal) in
            try request.retrieve(with: guess("PIN"), at: now)
        },
        Move(name: "install", allowed: [.retrievable]) { (request) throws(DigitalIDRefusal) in
            try request.install(certificate, at: now)
        },
        Move(name: "ask for activation", allowed: [.installed]) {
            (request) throws(DigitalIDRefusal) in
            try request.askForActivation(at: now)
        },
        Move(name: "activate", allowed: [.installed]) { (request) throws(DigitalIDRefusal) in
            try request.activate(hasQueue: true, setsUpQueue: false, at: now)
        },
        Move(name: "renew", allowed: [.installed, .active, .expired]) {
            (request) throws(DigitalIDRefusal) in
            _ = try request.renew(as: "2", form: "g", with: guess("phrase"), pin: pin(), at: now)
        },
        Move(name: "revoke", allowed: [.installed, .active]) {
            (request) throws(DigitalIDRefusal) in
            try request.revoke(with: guess("phrase"), because: .unspecified, at: now)
        },
    ]

    @Test("a move is made from where it can be, and refused from everywhere else", arguments: moves)
    func isMadeOrRefused(_ move: Move) throws {
        for standing in DigitalIDStanding.allCases {
            let before = try Self.request(standing)
            #expect(before.standing(at: Self.now) == standing)
            var after = before
            do throws(DigitalIDRefusal) {
                try move.make(&after)
                #expect(move.allowed.contains(standing), "\(standing) allows \(move.name)")
            } catch {
                #expect(!move.allowed.contains(standing), "\(standing) refuses \(move.name)")
                #expect(after == before, "\(standing)")
            }
        }
    }

    @Test("each PIN may be guessed wrongly four times; the fifth locks it")
    func pins() throws {
        var request = try Self.request(.approved)
        for left in [4, 3, 2, 1] {
            #expect(throws: DigitalIDRefusal.wrongPIN(left: left)) {
                try request.retrieve(with: Self.guess("no"), at: Self.now)
            }
        }
        var lucky = request
        try lucky.retrieve(with: Self.guess("PIN"), at: Self.now)
        #expect(lucky.status == .retrievable && lucky.pin == nil)
        #expect(throws: DigitalIDRefusal.pinLocked) {
            try request.retrieve(with: Self.guess("no"), at: Self.now)
        }
        #expect(throws: DigitalIDRefusal.pinLocked) {
            try request.retrieve(with: Self.guess("PIN"), at: Self.now)
        }
        try request.unlockPIN(at: Self.now)
        #expect(request.pin?.secret.guessesLeft == 5)
        #expect(throws: DigitalIDRefusal.notLocked) { try request.unlockPIN(at: Self.now) }
    }

    @Test("a PIN is good in its last second, and not in the next; unlocking does not change that")
    func expiry() throws {
        var request = try Self.request(.pinLocked)
        let late = Self.now.adding(days: 10).adding(seconds: 1)
        #expect(throws: DigitalIDRefusal.self) { try request.unlockPIN(at: late) }
        request = try Self.request(.approved)
        #expect(request.standing(at: late) == .pinExpired)
        #expect(throws: DigitalIDRefusal.pinExpired(Self.now.adding(days: 10))) {
            try request.retrieve(with: Self.guess("PIN"), at: late)
        }
        try request.retrieve(with: Self.guess("PIN"), at: Self.now.adding(days: 10))
    }

    @Test("the fifth wrong challenge phrase locks renewing and revoking alike")
    func challenge() throws {
        var request = try Self.request(.active)
        for left in [4, 3, 2, 1] {
            #expect(throws: DigitalIDRefusal.wrongChallenge(left: left)) {
                try request.revoke(with: Self.guess("no"), because: .unspecified, at: Self.now)
            }
        }
        #expect(throws: DigitalIDRefusal.challengeLocked) {
            try request.renew(
                as: "2",
                form: "g",
                with: Self.guess("no"),
                pin: Self.pin(),
                at: Self.now
            )
        }
        #expect(throws: DigitalIDRefusal.challengeLocked) {
            try request.revoke(with: Self.guess("phrase"), because: .unspecified, at: Self.now)
        }
        #expect(request.status == .active)
        try request.unlockChallenge()
        #expect(throws: DigitalIDRefusal.notLocked) { try request.unlockChallenge() }
        try request.revoke(with: Self.guess("phrase"), because: .unspecified, at: Self.now)
    }

    @Test("a renewal is approved, is of the same person, and has a certificate of its own to come")
    func renewal() throws {
        var request = try Self.request(.active)
        request.applicant.firstName = "Ada"
        request.applicant.comments = "hello"
        let renewal = try request.renew(
            as: "2",
            form: "g",
            with: Self.guess("phrase"),
            pin: Self.pin(),
            at: Self.now
        )
        #expect(renewal.standing(at: Self.now) == .approved)
        #expect(renewal.renewalOf == "1" && renewal.certificate == nil)
        #expect(renewal.applicant.firstName == "Ada" && renewal.applicant.comments.isEmpty)
        #expect(renewal.challenge.sha256 == request.challenge.sha256)
        #expect(request.status == .active)
    }

    @Test("there is no activation without a message queue, and one is set up once")
    func queue() throws {
        var request = try Self.request(.installed)
        #expect(throws: DigitalIDRefusal.noQueue) {
            try request.activate(hasQueue: false, setsUpQueue: false, at: Self.now)
        }
        var second = request
        try request.activate(hasQueue: false, setsUpQueue: true, at: Self.now)
        #expect(request.queueSetUpAt == Self.now)
        try second.activate(hasQueue: true, setsUpQueue: true, at: Self.now)
        #expect(second.queueSetUpAt == nil && second.status == .active)
    }
}
