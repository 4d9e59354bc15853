import AccountModel
import AccountStore
import HTTP
import PrivateCA
import Testing

@testable import World

@Suite("Faults")
struct FaultsTests {
    private static func rules(_ texts: String...) throws -> [FaultRule] {
        try texts.map { try FaultRuleTests.rule($0) }
    }

    @Test("a world without rules asks for no facts")
    func empty() throws {
        let faults = try WorldTests.open().faults
        #expect(FaultStage.allCases.allSatisfy { !faults.act(at: $0) })
        func facts() -> FaultFacts {
            Issue.record("nobody needs them")
            return FaultPlanTests.facts()
        }
        #expect(faults.before(facts()) == nil)
        #expect(faults.admitted(facts()) == nil)
        #expect(faults.handshake(facts()) == nil)
        #expect(faults.certificate(facts()) == nil)
    }

    @Test("rules get ids that were never given before, and seeds of their own")
    func completes() throws {
        let faults = try WorldTests.open().faults
        let added = try faults.add(
            Self.rules(
                #"{"match":{"probability":0.5},"action":{"delay":{"from":"1s","to":"2s"}}}"#,
                #"{"id":"7","match":{"probability":0.5},"action":"close"}"#,
                #"{"id":"mine","match":{"probability":0.5,"seed":3},"action":"close"}"#
            )
        )
        #expect(added.map(\.rule.id) == ["1", "7", "mine"])
        #expect(added.map(\.rule.match.seed) == [1, 7, 3])
        #expect(added[0].rule.action.delay?.seed == 1)
        #expect(try faults.remove("mine"))
        #expect(try !faults.remove("mine"))
        #expect(try faults.add(Self.rules(#"{"action":"close"}"#)).map(\.rule.id) == ["9"])
        #expect(faults.all.map(\.rule.id) == ["1", "7", "9"])
        #expect(faults.rule("7")?.rule.action.ending == .close)
        #expect(faults.rule("mine") == nil)
    }

    @Test("a giant number is an id, and no number that others are counted on from")
    func giantNumbers() throws {
        let faults = try WorldTests.open().faults
        for id in ["\(Int.max)", "\(Int.max - 1)", "-5"] {
            let put = try faults.put(FaultRuleTests.rule(#"{"id":"\#(id)","action":"close"}"#))
            #expect(put.isNew)
        }
        let added = try faults.add(Self.rules(#"{"action":"close"}"#, #"{"action":"close"}"#))
        #expect(added.map(\.rule.id) == ["4", "5"])
        // The largest that is counted on from, and its successor, which is not.
        for id in [1 << 62, 1 << 62 - 1] {
            _ = try faults.put(FaultRuleTests.rule(#"{"id":"\#(id)","action":"close"}"#))
        }
        let last = try faults.add(Self.rules(#"{"action":"close"}"#))
        #expect(last.map(\.rule.id) == ["\(1 << 62 + 1)"])
    }

    @Test("what came to nothing is given back, and never more than there was")
    func givesBack() throws {
        let faults = try WorldTests.open().faults
        _ = try faults.add(Self.rules(#"{"id":"a","match":{"count":1},"action":"close"}"#))
        #expect(faults.before(FaultPlanTests.facts())?.ruleIDs == ["a"])
        #expect(faults.before(FaultPlanTests.facts()) == nil)
        for _ in 1...2 { faults.giveBack(["a", "nobody"]) }
        #expect(faults.before(FaultPlanTests.facts())?.ruleIDs == ["a"])
        #expect(faults.rule("a")?.count == FaultCount(matched: 3, applied: 1))
    }

    @Test("an alert at the certificate acts, and counts, only where one is asked for")
    func certificateNotAskedFor() throws {
        let faults = try WorldTests.open().faults
        let alert = #"{"alert":"certificate_required","at":"certificate"}"#
        _ = try faults.add(Self.rules(#"{"match":{"count":1},"action":{"tls":\#(alert)}}"#))
        var facts = FaultPlanTests.facts()
        #expect(faults.handshake(facts) == nil)
        #expect(faults.all.first?.count == FaultCount())
        facts.asksForClientCertificate = true
        #expect(faults.handshake(facts)?.handshake?.actsOnMissingCertificate == true)
    }

    @Test("an id that is taken and a rule too many are refused, and nothing has changed")
    func refuses() throws {
        let faults = try WorldTests.open().faults
        _ = try faults.add(Self.rules(#"{"id":"a","action":"close"}"#))
        #expect(throws: FaultChangeError.taken(id: "a")) {
            try faults.add(
                Self.rules(#"{"id":"b","action":"close"}"#, #"{"id":"a","action":"close"}"#)
            )
        }
        #expect(faults.all.map(\.rule.id) == ["a"])
        let rule = try FaultRuleTests.rule(#"{"action":"close"}"#)
        _ = try faults.add(Array(repeating: rule, count: Faults.rulesMax - 1))
        #expect(throws: FaultChangeError.full) { try faults.add([rule]) }
        #expect(faults.all.count == Faults.rulesMax)
        #expect(try faults.removeAll() == Faults.rulesMax)
        #expect(faults.all.isEmpty)
        #expect(!faults.act(at: .arrival))
    }

    @Test("a rule that is put in another's place keeps the place, and is counted anew")
    func puts() throws {
        let faults = try WorldTests.open().faults
        _ = try faults.add(
            Self.rules(#"{"id":"a","action":"close"}"#, #"{"id":"b","action":"reset"}"#)
        )
        _ = faults.before(FaultPlanTests.facts())
        #expect(faults.all.map(\.count.applied) == [1, 0])
        let change = try faults.put(FaultRuleTests.rule(#"{"id":"a","action":{"status":500}}"#))
        #expect(!change.isNew)
        #expect(faults.all.map(\.rule.id) == ["a", "b"])
        #expect(faults.all.map(\.count.applied) == [0, 0])
        #expect(try faults.put(FaultRuleTests.rule(#"{"id":"c","action":"close"}"#)).isNew)
        #expect(faults.all.map(\.rule.id) == ["a", "b", "c"])
    }

    @Test("rules and counts outlive the world object; a change loses no count")
    func survives() throws {
        let folder = try TemporaryFolder()
        let location = AccountStore.Location.file(path: folder.path("w.sqlite"))
        let world = try WorldTests.open(location)
        // A key that is still being made would be made anew by the next opening.
        _ = try world.ca.certificatePEM
        _ = try world.faults.add(
            Self.rules(#"{"match":{"nth":3},"action":"close"}"#, #"{"action":{"delay":"1s"}}"#)
        )
        _ = world.faults.before(FaultPlanTests.facts())
        _ = try world.faults.put(FaultRuleTests.rule(#"{"id":"z","action":"close"}"#))
        _ = world.faults.before(FaultPlanTests.facts())
        try world.settle()
        let all = world.faults.all
        #expect(all.map(\.count.matched) == [2, 2, 0])

        let again = try WorldTests.open(location).faults
        #expect(again.all == all)
        // The third call of the first rule, whoever counted the first two.
        #expect(again.before(FaultPlanTests.facts())?.ruleIDs == ["1"])
        #expect(try again.add(Self.rules(#"{"action":"close"}"#)).map(\.rule.id) == ["3"])
    }

    @Test("a stored rule that cannot be read is named")
    func damaged() throws {
        let store = try AccountStore.open(.memory, readerCount: 1)
        try store.replaceFaultRules(with: [FaultRuleRecord(id: "5", rule: #"{"actions":1}"#)])
        let error = try #require(throws: FaultChangeError.self) { try Faults(store: store) }
        #expect(error.description.contains("stored fault rule 5 cannot be used: $.actions"))
    }

    @Test("calls of a magic name are counted by name")
    func counts() throws {
        let faults = try WorldTests.open().faults
        #expect((1...2).map { _ in faults.countMagicCall(of: "a") } == [1, 2])
        #expect(faults.countMagicCall(of: "b") == 1)
        try faults.removeAll()
        #expect(faults.countMagicCall(of: "a") == 1)
    }
}
