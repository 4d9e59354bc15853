import AccountModel
import HTTP
import PrivateCA
import Testing

@testable import World

@Suite("MagicName")
struct MagicNameTests {
    private static let now = FaultPlanTests.now

    @Test(
        "a name like any other is none",
        arguments: ["web", "Mock-503", "mock", "mock-digicert-one 1"]
    )
    func ordinary(_ name: String) throws {
        #expect(try MagicName.read(name) == nil)
    }

    @Test("every word of the table is understood, alone and after another", arguments: examples)
    func words(_ example: String) throws {
        #expect(try MagicName.read("mock-" + example) != nil)
        #expect(
            try MagicName.read("mock-\(example) and a note") == MagicName.read("mock-" + example)
        )
        guard !example.hasPrefix("delay") else { return }
        let both = try #require(try MagicName.read("mock-delay-3s+\(example)"))
        #expect(try MagicName.read("mock-delay-3s_\(example)")?.action == both.action)
        #expect(both.action.delay == FaultDelay(from: 3000))
    }

    static let examples = MagicWord.all.map(\.example)

    @Test("words and sentences are there once, and no word hides another")
    func table() {
        #expect(Set(MagicWord.all.map(\.pattern)).count == MagicWord.all.count)
        #expect(MagicWord.all.allSatisfy { !$0.sentence.isEmpty })
    }

    static let wrong: [(name: String, complaint: String)] = [
        ("mock-", "\"\" in the name \"mock-\" is no magic word; there are delay-DURATION, STATUS"),
        ("mock-explode", "\"explode\" in the name"), ("mock-delay-3", "\"delay-3\""),
        ("mock-delay-2h", "\"delay-2h\""), ("mock-200", "\"200\""), ("mock-600", "\"600\""),
        ("mock-503-then-ok-0", "\"503-then-ok-0\""), ("mock-503-then-ok", "\"503-then-ok\""),
        ("mock-expires-in-10ms", "\"expires-in-10ms\""), ("mock-503+", "\"\" in the name"),
        ("mock-503+429", "\"429\" cannot be had together with the other words of \"mock-503+429\""),
        ("mock-reset+close", "cannot be had together"), ("mock-duplicate+503", "cannot be had"),
        ("mock-already-expired+not-yet-valid", "cannot be had together"),
        ("mock-delay-1s+delay-2s", "cannot be had together"),
        ("mock-expires-in-90s_too-long", "cannot be had together"),
        ("mock-already-expired_expires-in-90s", "cannot be had together"),
        (
            "mock-expires-in-999d",
            "needs a span from 1s to 397d, such as expires-in-90s, in the name"
        ),
        ("mock-delay-99999999h", "needs a span of at most 1h"),
        ("mock-boom", "magicNames to false"),
    ]

    @Test(
        "an unknown word is refused with those there are, and so is a contradiction",
        arguments: wrong
    )
    func refuses(_ name: String, _ complaint: String) throws {
        let problem = try #require(throws: FaultProblem.self) { try MagicName.read(name) }
        #expect(problem.description.contains(complaint), "\(problem)")
    }

    @Test("answers so many first calls, and lets those after them pass")
    func thenOK() throws {
        let name = try #require(try MagicName.read("mock-503-then-ok-2"))
        let answers = (1...4).map { name.decision(call: $0, now: Self.now)?.isInstead }
        #expect(answers == [true, true, nil, nil])
        let slow = try #require(try MagicName.read("mock-503-then-ok-1+delay-3s+wrong-key"))
        let first = try #require(slow.decision(call: 1, now: Self.now))
        #expect(first.isInstead)
        #expect(first.misissuance.isNone)
        let second = try #require(slow.decision(call: 2, now: Self.now))
        #expect(!second.isInstead)
        #expect(second.misissuance.flaws == [.wrongKey])
    }

    static let outcomes: [(name: String, isInstead: Bool, ending: Delivery.Ending)] = [
        ("mock-reset", true, .reset), ("mock-reset-after", false, .reset),
        ("mock-close", true, .close), ("mock-close-after", false, .close),
        ("mock-stall", true, .stall), ("mock-stall-after", false, .stall),
        ("mock-goaway", true, .goAway), ("mock-refuse-stream", true, .refuseStream),
        ("mock-truncate", false, .truncate(afterBodyBytes: 2)),
    ]

    @Test("a connection is lost before or after the certificate is issued", arguments: outcomes)
    func outcome(_ text: String, _ isInstead: Bool, _ ending: Delivery.Ending) throws {
        let name = try #require(try MagicName.read(text))
        let decision = try #require(name.decision(call: 1, now: Self.now))
        #expect(decision.isInstead == isInstead)
        let response = decision.applied(to: Response(status: 201, body: [1, 2, 3, 4])) {
            status,
            _ in
            Response(status: status)
        }
        #expect(response.delivery.ending == ending)
        #expect(response.reason?.contains("the name \(text) asks for it") == true)
    }

    @Test("nickname and common name ask together, the same words once")
    func both() throws {
        let nickname = try #require(try MagicName.read("mock-delay-3s"))
        let commonName = try MagicName.read("mock-expires-in-90s")
        let both = try nickname.merging(commonName)
        #expect(both.action.delay == FaultDelay(from: 3000))
        #expect(both.misissuance.lifetimeSeconds == 90)
        #expect(try nickname.merging(nickname) == nickname)
        #expect(throws: FaultProblem.self) { try nickname.merging(MagicName.read("mock-delay-1s")) }
    }
}
