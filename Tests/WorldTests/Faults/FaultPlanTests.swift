import AccountModel
import HTTP
import Testing

@testable import World

@Suite("FaultPlan")
struct FaultPlanTests {
    static let now = Timestamp(secondsSince1970: 1_760_918_400)  // 2025-10-20T00:00:00Z

    static func facts(
        _ method: String = "GET",
        _ path: String = "/account/api/v1/user/me",
        identity: FaultIdentity? = nil
    ) -> FaultFacts {
        FaultFacts(
            method: method,
            path: path,
            host: "T1.localhost",
            listener: "api",
            remoteAddress: "127.0.0.1",
            now: now,
            identity: identity
        )
    }

    static let ann = FaultIdentity(
        user: ["783a6a45", "Ann", "ann@example.com"],
        certificate: ["6403AF", "c-id", "web"],
        token: "t-id"
    )

    static let matchers: [(match: String, doesMatch: Bool)] = [
        ("{}", true),
        (#"{"method":"GET"}"#, true), (#"{"method":["PUT","GET"]}"#, true),
        (#"{"method":"get"}"#, false), (#"{"method":"POST"}"#, false),
        (#"{"path":"/account/api/v1/user/me"}"#, true), (#"{"path":"/account"}"#, false),
        (#"{"path_prefix":"/account/"}"#, true), (#"{"path_prefix":"/accounts"}"#, false),
        (#"{"path_glob":"/account/api/v1/*/me"}"#, true), (#"{"path_glob":"/account/*"}"#, false),
        (#"{"path_glob":"/account/**"}"#, true), (#"{"path_glob":"**me"}"#, true),
        (#"{"path_glob":"/account/api/v?/user/m*e"}"#, true),
        (#"{"path_glob":"/account/api/v1/user/me/*"}"#, false), (#"{"path_glob":"*"}"#, false),
        (#"{"host":"t1.localhost"}"#, true), (#"{"host":"*.localhost"}"#, true),
        (#"{"host":"T1.LOCALHOST"}"#, true), (#"{"host":"localhost"}"#, false),
        (#"{"listener":"api"}"#, true), (#"{"listener":"clientauth"}"#, false),
        (#"{"remote_address":"127.0.0.1"}"#, true), (#"{"remote_address":"::1"}"#, false),
        (#"{"user":"Ann"}"#, true), (#"{"user":"ann@example.com"}"#, true),
        (#"{"user":"Bob"}"#, false), (#"{"certificate":"6403af"}"#, true),
        (#"{"certificate":"web"}"#, true), (#"{"certificate":"mail"}"#, false),
        (#"{"token":"t-id"}"#, true), (#"{"token":"web"}"#, false),
        (#"{"between":{"from":"2025-10-20T00:00:00Z","to":"2025-10-20T00:00:00Z"}}"#, true),
        (#"{"between":{"from":"2025-10-20T00:00:01Z"}}"#, false),
        (#"{"between":{"to":"2025-10-19T23:59:59Z"}}"#, false),
        (#"{"method":"GET","user":"Ann","listener":"clientauth"}"#, false),
    ]

    @Test("a rule matches what all its conditions name", arguments: matchers)
    func matches(_ match: String, _ doesMatch: Bool) throws {
        let rule = try FaultRuleTests.rule(#"{"match":\#(match),"action":"close"}"#)
        #expect(rule.match.matches(Self.facts(identity: Self.ann)) == doesMatch)
    }

    @Test("who asks is nobody while that is not known")
    func nobody() throws {
        let rule = try FaultRuleTests.rule(#"{"match":{"user":"Ann"},"action":"close"}"#)
        #expect(!rule.match.matches(Self.facts()))
    }

    struct Due: Sendable, CustomTestStringConvertible {
        let match: String
        let calls: String
        var testDescription: String { match }

        init(_ match: String, _ calls: String) {
            self.match = match
            self.calls = calls
        }
    }

    /// Ten calls each: `x` where the rule acts.
    static let due: [Due] = [
        Due("{}", "xxxxxxxxxx"), Due(#"{"nth":3}"#, "..x......."),
        Due(#"{"nth":{"from":3,"to":5}}"#, "..xxx....."), Due(#"{"nth":{"to":2}}"#, "xx........"),
        Due(#"{"nth":{"from":9}}"#, "........xx"), Due(#"{"every":3}"#, "..x..x..x."),
        Due(#"{"count":2}"#, "xx........"), Due(#"{"every":2,"count":2}"#, ".x.x......"),
        Due(#"{"nth":{"from":3},"every":4}"#, "...x...x.."),
        Due(#"{"probability":0}"#, ".........."), Due(#"{"probability":1}"#, "xxxxxxxxxx"),
        Due(#"{"probability":0.5,"seed":1}"#, "...xx...x."),
        Due(#"{"probability":0.5,"seed":2}"#, "....xx..x."),
        Due(#"{"probability":0.5,"seed":1,"count":2}"#, "...xx....."),
    ]

    private static func calls(_ rules: [FaultRule], counts: inout [FaultCount]) -> String {
        (1...10).reduce(into: "") { text, _ in
            let decision = FaultPlan.decide(
                at: .arrival,
                by: rules,
                on: facts(),
                counting: &counts
            )
            text += decision == nil ? "." : "x"
        }
    }

    @Test("a rule acts on those of the matching calls that it names", arguments: due)
    func acts(_ row: Due) throws {
        let rule = try FaultRuleTests.rule(#"{"match":\#(row.match),"action":"close"}"#)
        var counts = [FaultCount()]
        #expect(Self.calls([rule], counts: &counts) == row.calls)
        let applied = row.calls.count { $0 == "x" }
        #expect(counts == [FaultCount(matched: 10, applied: applied)])
    }

    @Test("the first rule that is due wins, and those below it do not count the call")
    func firstWins() throws {
        let rules = [
            try FaultRuleTests.rule(#"{"id":"1","match":{"nth":2},"action":{"status":500}}"#),
            try FaultRuleTests.rule(#"{"id":"2","action":{"status":502}}"#),
        ]
        var counts = [FaultCount(), FaultCount()]
        let ids = (1...3).map { _ in
            FaultPlan.decide(at: .arrival, by: rules, on: Self.facts(), counting: &counts)?.ruleIDs
        }
        #expect(ids == [["2"], ["1"], ["2"]])
        #expect(counts == [FaultCount(matched: 3, applied: 1), FaultCount(matched: 2, applied: 2)])
    }

    @Test("a rule that is switched off, or of another stage, is not asked")
    func otherStage() throws {
        let rules = [
            try FaultRuleTests.rule(#"{"enabled":false,"action":"close"}"#),
            try FaultRuleTests.rule(#"{"match":{"user":"Ann"},"action":"close"}"#),
            try FaultRuleTests.rule(#"{"action":{"tls":{"reset":true}}}"#),
        ]
        var counts = [FaultCount(), FaultCount(), FaultCount()]
        let facts = Self.facts(identity: Self.ann)
        let arrival = FaultPlan.decide(at: .arrival, by: rules, on: facts, counting: &counts)
        #expect(arrival == nil)
        #expect(counts.allSatisfy { $0 == FaultCount() })
        let admission = FaultPlan.decide(at: .admission, by: rules, on: facts, counting: &counts)
        #expect(admission != nil)
        let hello = FaultPlan.decide(at: .clientHello, by: rules, on: facts, counting: &counts)
        #expect(hello?.handshake == .reset)
    }
}

@Suite("FaultDraw")
struct FaultDrawTests {
    @Test("the n-th draw of a seed is always the same")
    func repeats() {
        // From a SplitMix64 with the state 0: its first outputs are known.
        let first = Double(0xE220_A839_7B1D_CDAF as UInt64 >> 11) / 9_007_199_254_740_992
        #expect(FaultDraw.unit(seed: 0, number: 1) == first)
        let second = Double(0x6E78_9E6A_A1B9_65F4 as UInt64 >> 11) / 9_007_199_254_740_992
        #expect(FaultDraw.unit(seed: 0, number: 2) == second)
    }

    @Test("a quarter of the draws is below a quarter, and a range is used to both ends")
    func distribution() {
        let draws = (1...10_000).map { FaultDraw.unit(seed: 42, number: $0) }
        #expect((2300...2700).contains(draws.count { $0 < 0.25 }))
        let numbers = (1...1000).map { FaultDraw.integer(in: 3...7, seed: 9, number: $0) }
        #expect(Set(numbers) == [3, 4, 5, 6, 7])
    }
}

@Suite("DurationText")
struct DurationTextTests {
    static let spans: [(text: String, milliseconds: Int?)] = [
        ("250ms", 250), ("3s", 3000), ("2m", 120_000), ("1h", 3_600_000), ("90d", 7_776_000_000),
        ("0ms", 0), ("", nil), ("3", nil), ("s", nil), ("3 s", nil), ("-3s", nil), ("1.5s", nil),
        ("3S", nil), ("9999999999s", nil), ("3s3s", nil),
    ]

    @Test("is digits and a unit, and is written so again", arguments: spans)
    func reads(_ text: String, _ milliseconds: Int?) {
        #expect(DurationText.milliseconds(text) == milliseconds)
        if let milliseconds { #expect(DurationText.text(milliseconds: milliseconds) == text) }
    }
}
