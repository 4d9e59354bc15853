import HTTP
import PrivateCA
import Testing

@testable import World

@Suite("FaultRule")
struct FaultRuleTests {
    static func rule(_ text: String) throws -> FaultRule {
        try FaultRule.read(JSONTree.parse(Array(text.utf8)))
    }

    struct Sound: Sendable, CustomTestStringConvertible {
        let text: String
        let stage: FaultStage
        let moment: FaultMoment
        var testDescription: String { text }

        init(_ text: String, _ stage: FaultStage = .arrival, _ moment: FaultMoment = .before) {
            self.text = text
            self.stage = stage
            self.moment = moment
        }
    }

    static let sound: [Sound] = [
        Sound(#"{"action":{"status":503}}"#),
        Sound(#"{"action":{"status":503},"when":"after"}"#, .arrival, .after),
        Sound(
            #"{"id":"slow-me","name":"Slow me","enabled":false,"action":{"delay":"3s"},"#
                + #""continue":true,"match":{"method":["GET","HEAD"],"path":"/a","#
                + #""host":"T1.localhost","listener":"api","#
                + #""remote_address":"::1","nth":{"from":2,"to":4},"every":2,"#
                + #""count":3,"between":{"from":"2025-10-20T00:00:00Z","#
                + #""to":"2025-10-21T00:00:00Z"}}}"#,
            .arrival,
            .after
        ),
        Sound(#"{"match":{"path_prefix":"/account"},"action":{"close":true}}"#),
        Sound(#"{"match":{"path_glob":"/a/*/c"},"action":"reset"}"#),
        Sound(#"{"match":{"probability":0.25,"seed":7},"action":"stall"}"#),
        Sound(#"{"action":"goaway"}"#), Sound(#"{"action":"refuse_stream"}"#),
        Sound(#"{"action":"truncate"}"#, .arrival, .after),
        Sound(
            #"{"action":{"truncate":0,"delay":{"from":"1s","to":"2s","seed":1}}}"#,
            .arrival,
            .after
        ),
        Sound(#"{"action":"dribble"}"#, .arrival, .after),
        Sound(#"{"action":{"dribble":{"bytes":1,"every":"50ms"},"status":200,"body":[1,null]}}"#),
        Sound(#"{"action":{"status":429,"retry_after":30,"fields":{"X-Test":"1"}}}"#),
        Sound(#"{"action":{"status":503,"retry_after_date":"30s"}}"#),
        Sound(#"{"action":{"status":503,"retry_after_date":"2025-10-20T00:00:00Z"}}"#),
        Sound(#"{"action":{"content_type":"text/html"}}"#, .arrival, .after),
        Sound(#"{"action":"malformed_json"}"#, .arrival, .after),
        Sound(#"{"action":"empty_body","when":"after"}"#, .arrival, .after),
        Sound(#"{"action":{"status":200,"body":"x","content_type":"text/plain"}}"#),
        Sound(#"{"match":{"user":"Ann"},"action":{"status":500}}"#, .admission),
        Sound(#"{"match":{"certificate":"web"},"action":{"status":500}}"#, .admission),
        Sound(
            #"{"match":{"token":"t"},"action":{"reset":true},"when":"after"}"#,
            .admission,
            .after
        ),
        Sound(#"{"action":{"issue":{"flaw":"wrong_key"}}}"#, .admission, .after),
        Sound(
            #"{"action":{"delay":"1s","issue":{"flaw":["sha1","expired"],"disabled":true}}}"#,
            .admission,
            .after
        ),
        Sound(#"{"action":{"issue":{"expires_in":"90s"}}}"#, .admission, .after),
        Sound(
            #"{"match":{"host":"*.localhost"},"action":{"tls":{"alert":"unknown_ca"}}}"#,
            .clientHello
        ),
        Sound(
            #"{"action":{"tls":{"alert":"certificate_expired","at":"certificate"}}}"#,
            .certificate
        ),
        Sound(
            #"{"match":{"certificate":"6403aF"},"#
                + #""action":{"tls":{"alert":"bad_certificate","at":"certificate"}}}"#,
            .certificate
        ),
        Sound(#"{"action":{"tls":{"reset":true}}}"#, .clientHello),
        Sound(#"{"action":{"tls":{"stall":true}},"matched":3,"applied":2}"#, .clientHello),
    ]

    @Test("is read, and what is written of it is read as the same rule", arguments: sound)
    func reads(_ row: Sound) throws {
        let rule = try Self.rule(row.text)
        #expect(rule.stage == row.stage)
        #expect(rule.moment == row.moment)
        #expect(try Self.rule(rule.json.replacing(#""id":"","#, with: "")) == rule)
    }

    static let wrong: [(text: String, complaint: String)] = [
        ("[]", "$ must be an object"),
        ("{}", "$ action is missing"),
        (#"{"action":{"status":503},"wen":"after"}"#, "$.wen unknown key; known are id, name"),
        (#"{"action":{"sleep":"3s"}}"#, "$.action.sleep unknown key; known are delay, status"),
        (#"{"action":"explode"}"#, "$.action \"explode\" is none of close, reset"),
        (#"{"action":{}}"#, "$.action does nothing; give one of delay"),
        (#"{"action":{"close":false}}"#, "$.action does nothing"),
        (#"{"action":{"delay":3}}"#, "$.action.delay is 3; write a number with ms, s"),
        (#"{"action":{"delay":"2h"}}"#, "it may be from 0ms to 1h"),
        (#"{"action":{"delay":{"from":"2s","to":"1s"}}}"#, "$.action.delay ends before it begins"),
        (#"{"action":{"status":199}}"#, "$.action.status must be a whole number from 200 to 599"),
        (#"{"action":{"status":503,"close":true}}"#, "$.action has status, which nobody sees"),
        (#"{"action":{"close":true,"reset":true}}"#, "$.action has close and reset"),
        (#"{"action":{"stall":true,"delay":"1s"}}"#, "a stalled answer waits for ever"),
        (#"{"action":{"malformed_json":true,"empty_body":true}}"#, "one will do"),
        (#"{"action":{"status":200,"body":"x","empty_body":true}}"#, "one will do"),
        (#"{"action":{"status":503,"retry_after":1,"retry_after_date":"1s"}}"#, "one will do"),
        (#"{"action":{"status":503,"retry_after_date":"soon"}}"#, "write how long from now"),
        (#"{"action":{"fields":{"content-length":"3"}}}"#, "belongs to the transport"),
        (#"{"action":{"fields":{"a b":"3"}}}"#, "$.action.fields.a b is no name of a header"),
        (#"{"action":{"content_type":"a\nb"}}"#, "no header field can carry"),
        (#"{"action":{"delay":"1s"},"when":"before"}"#, "$.when is \"before\", but the action"),
        (#"{"action":{"status":503},"when":"never"}"#, "$.when \"never\" is none of before, after"),
        (#"{"action":{"tls":{"reset":true}},"when":"before"}"#, "a handshake comes before every"),
        (#"{"action":{"tls":{}}}"#, "$.action.tls needs one of alert, reset, stall"),
        (#"{"action":{"tls":{"alert":"oops"}}}"#, "is no alert; at client_hello there are"),
        (
            #"{"action":{"tls":{"alert":"access_denied","at":"certificate"}}}"#,
            "can be sent at client_hello only; at certificate there are handshake_failure"
        ),
        (#"{"action":{"tls":{"reset":true,"at":"certificate"}}}"#, "$.action.tls.at belongs to"),
        (#"{"action":{"tls":{"reset":true},"delay":"1s"}}"#, "$.action has tls and delay"),
        (
            #"{"match":{"path":"/a"},"action":{"tls":{"reset":true}}}"#,
            "$.match has path, which nobody knows during the handshake"
        ),
        (#"{"match":{"user":"Ann"},"action":{"tls":{"alert":"unknown_ca"}}}"#, "$.match has user"),
        (
            #"{"match":{"certificate":"64"},"action":{"tls":{"alert":"unknown_ca"}}}"#,
            "$.match.certificate is not known yet at the ClientHello"
        ),
        (
            #"{"match":{"certificate":"web"},"#
                + #""action":{"tls":{"alert":"unknown_ca","at":"certificate"}}}"#,
            "only the serial number is known"
        ),
        (#"{"action":{"issue":{}}}"#, "$.action.issue needs one of flaw, expires_in, disabled"),
        (#"{"action":{"issue":{"flaw":"ugly"}}}"#, "$.action.issue.flaw \"ugly\" is none of"),
        (#"{"action":{"issue":{"flaw":["expired","not_yet_valid"]}}}"#, "exclude each other"),
        (#"{"action":{"issue":{"flaw":"expired","expires_in":"9s"}}}"#, "exclude each other"),
        (#"{"action":{"fields":{"X-Request-Id":"a"}}}"#, "found again in the journal"),
        (#"{"action":{"issue":{"flaw":"sha1"},"status":503}}"#, "so nothing would be issued"),
        (#"{"match":{"path":"/a","path_glob":"/b"},"action":"close"}"#, "$.match has path and"),
        (#"{"match":{"path":"a"},"action":"close"}"#, "a path begins with a slash"),
        (#"{"match":{"method":""},"action":"close"}"#, "$.match.method is empty; leave it out"),
        (#"{"match":{"method":["GET",""]},"action":"close"}"#, "$.match.method is empty"),
        (#"{"match":{"method":[]},"action":"close"}"#, "$.match.method is empty"),
        (#"{"match":{"host":""},"action":"close"}"#, "$.match.host is empty; leave it out"),
        (#"{"match":{"token":""},"action":"close"}"#, "$.match.token is empty; leave it out"),
        (#"{"match":{"nth":0},"action":"close"}"#, "$.match.nth must be a whole number from 1"),
        (#"{"match":{"nth":{"from":3,"to":2}},"action":"close"}"#, "ends before it begins"),
        (
            #"{"match":{"probability":1.5},"action":"close"}"#,
            "$.match.probability must be a number"
        ),
        (#"{"match":{"seed":1},"action":"close"}"#, "$.match.seed belongs to probability"),
        (#"{"match":{"listener":"control"},"action":"close"}"#, "is none of api, clientauth"),
        (#"{"match":{"between":{"from":"now"}},"action":"close"}"#, "$.match.between.from is"),
        (#"{"id":"a b","action":"close"}"#, "$.id is \"a b\"; letters, digits"),
    ]

    @Test("what is wrong is named with its place", arguments: wrong)
    func refuses(_ text: String, _ complaint: String) throws {
        let problem = try #require(throws: JSONProblem.self) { try Self.rule(text) }
        #expect(problem.description.contains(complaint), "\(problem)")
    }

    @Test("a list names the place by its index")
    func list() throws {
        let tree = try JSONTree.parse(Array(#"[{"action":"close"},{"action":7}]"#.utf8))
        let problem = try #require(throws: JSONProblem.self) { try FaultRule.readAll(tree) }
        #expect(problem.description.hasPrefix("$[1].action must be an object"))
    }

    @Test("the catalogue has every action, and its examples are rules", arguments: examples)
    func catalogue(_ member: String, _ example: String) throws {
        let rule = try Self.rule(example)
        #expect(rule.json.contains("\"\(member)\""))
    }

    static let examples = FaultCatalogue.rows.map { ($0.member, $0.example) }

    @Test("the catalogue leaves no member of an action out")
    func catalogueIsWhole() {
        #expect(FaultCatalogue.rows.map(\.member).sorted() == FaultAction.memberNames.sorted())
        #expect(FaultCatalogue.rows.allSatisfy { !$0.sentence.isEmpty })
    }
}
