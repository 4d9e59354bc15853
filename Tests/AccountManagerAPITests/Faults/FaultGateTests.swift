import AccountModel
import HTTP
import Testing
import World

@testable import AccountManagerAPI

@Suite("AccountManagerAPI+Faults")
struct FaultGateTests {
    private static let path = "/account/api/v1/user/me"

    private static func cast(_ rules: String...) throws -> Cast {
        let cast = try Cast()
        let trees = try rules.map { try JSONTree.parse(Array($0.utf8)) }
        _ = try cast.world.faults.add(FaultRule.readAll(.array(trees)))
        return cast
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let match: String
        /// Whether it acts on alpha with key and certificate, alpha with the certificate alone, and
        /// beta with a key.
        let acts: [Bool]
        var testDescription: String { match }
    }

    static let rows: [Row] = [
        Row(match: #"{"user":"Alpha"}"#, acts: [true, true, false]),
        Row(match: #"{"user":"\#(Cast.beta)"}"#, acts: [false, false, true]),
        Row(match: #"{"certificate":"alpha usable"}"#, acts: [true, true, false]),
        Row(match: #"{"certificate":"\#(Cast.usableID)"}"#, acts: [true, true, false]),
        Row(match: #"{"user":"Alpha","path":"/elsewhere"}"#, acts: [false, false, false]),
        Row(match: #"{"user":"Alpha","listener":"api"}"#, acts: [false, false, false]),
    ]

    @Test("a rule about a user or a certificate acts once it is known who asks", arguments: rows)
    func identity(_ row: Row) throws {
        let cast = try Self.cast(#"{"match":\#(row.match),"action":{"status":503}}"#)
        let certificate = try #require(try cast.certificate(.usable))
        let connection = cast.facts(certificate: certificate)
        let answers = [
            cast.send("GET", Self.path, key: ["ALPHA_KEY"], on: connection),
            cast.send("GET", Self.path, on: connection),
            cast.send("GET", Self.path, key: ["BETA_KEY"]),
        ]
        #expect(answers.map(\.status) == row.acts.map { $0 ? 503 : 200 })
        for (answer, acts) in zip(answers, row.acts) where acts {
            #expect(answer.fields.all("x-mock-fault") == ["1"])
            #expect(answer.reason?.hasPrefix("fault rule 1 applied: the answer is 503") == true)
            #expect(answer.text.hasPrefix(#"{"errors":[{"code":"service_unavailable""#))
            #expect(answer.principal != nil)
        }
    }

    @Test("nobody who is refused meets such a rule")
    func refused() throws {
        let cast = try Self.cast(#"{"match":{"user":"Alpha"},"action":{"status":503}}"#)
        #expect(cast.send("GET", Self.path, key: ["nonsense"]).status == 401)
        #expect(cast.world.faults.all[0].count.matched == 0)
    }

    @Test("before: nothing has changed; after: it has, and the answer is another")
    func moments() throws {
        for (moment, isChanged) in [("before", false), ("after", true)] {
            let cast = try Self.cast(
                #"{"match":{"user":"Alpha","method":"PUT"},"when":"\#(moment)","#
                    + #""action":{"status":500}}"#
            )
            let path = "/account/api/v1/client-auth-certificate/\(Cast.usableID)"
            let body = #"{"enabled":false}"#
            let answer = cast.send("PUT", "\(path)/enable", key: ["ALPHA_KEY"], body: body)
            #expect(answer.status == 500)
            let after = cast.send("GET", path, key: ["ALPHA_KEY"])
            #expect(after.text.contains(#""enabled":\#(!isChanged)"#))
        }
    }

    @Test("the reason of a refusal stays beside that of a fault")
    func reasons() throws {
        let cast = try Self.cast(#"{"match":{"user":"Alpha"},"action":{"delay":"1s"}}"#)
        let path = "/account/api/v1/client-auth-certificate/\(Cast.betaID)x"
        let answer = cast.send("GET", path, key: ["ALPHA_KEY"])
        #expect(answer.status == 404)
        #expect(answer.delivery.delay == .seconds(1))
        #expect(answer.reason?.contains("is no lower-case UUID") == true)
        #expect(answer.reason?.contains("; fault rule 1 applied: the answer waits 1s") == true)
    }

    static let statuses: [(status: Int, code: String)] = [
        (401, "invalid_api_key"), (403, "no_access"), (404, "INTERNAL_SERVER_ERROR"),
        (409, "duplicate_error"), (429, "request_limit_exceeded"), (500, "INTERNAL_SERVER_ERROR"),
        (503, "service_unavailable"), (418, "invalid_request"), (504, "INTERNAL_SERVER_ERROR"),
    ]

    @Test("a status alone has the catalogue's code", arguments: statuses)
    func envelope(_ status: Int, _ code: String) throws {
        let answer = try Cast().api.faultAnswer(status: status, reason: "why")
        #expect(answer.status == status)
        #expect(answer.text.contains(#""code":"\#(code)""#))
        #expect(answer.reason == "why")
    }
}
