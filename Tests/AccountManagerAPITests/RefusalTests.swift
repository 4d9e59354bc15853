import HTTP
import Testing
import World

@testable import AccountManagerAPI

@Suite("What settings and forms refuse")
struct RefusalTests {
    private static let me = "/account/api/v1/user/me"
    private static let certificates = "/account/api/v1/client-auth-certificate"
    private static let one = "\(certificates)/\(Cast.usableID)"

    @Test(
        "two slashes side by side are answered in HTML (observed)",
        arguments: ["//account/api/v1/user/me", "/account//api/v1/user/me", "//", "/a//?b"]
    )
    func doubledSlash(_ target: String) throws {
        let response = try Cast().send("GET", target, key: ["ALPHA_KEY"])
        #expect(response.status == 404)
        #expect(response.fields.first("content-type") == "text/html; charset=utf-8")
        #expect(response.text.hasPrefix("<!DOCTYPE html>"))
        #expect(response.evidence == "OBSERVED")
        #expect(try Cast().send("GET", "/a?b=//").text == Envelope.unrouted)
    }

    @Test("who cannot read JSON gets 406, after it is known who that is")
    func notAcceptable() throws {
        let cast = try Cast()
        let fields: Fields = ["accept": "text/html"]
        let response = cast.send("GET", Self.me, key: ["ALPHA_KEY"], fields: fields)
        #expect(response.status == 406)
        let message = "Only application/json can be answered"
        #expect(response.text == Envelope.of("not_acceptable", message))
        #expect(response.reason?.contains("text/html") == true)
        #expect(cast.send("GET", Self.me, fields: fields).status == 403)
        #expect(cast.send("DELETE", Self.one, key: ["VIEWER_KEY"], fields: fields).status == 403)
        let json: Fields = ["accept": "text/html, application/json"]
        #expect(cast.send("GET", Self.me, key: ["ALPHA_KEY"], fields: json).status == 200)
    }

    @Test("errors are one object where the world's setting says so, also the transport's")
    func errorBody() throws {
        let cast = try Cast { $0.errorBody = .error }
        let expected = """
            {"error":{"code":"AUTHORIZATION_ERROR","message":"No authentication data provided"}}
            """
        #expect(cast.send("GET", Self.me).text == expected)
        let transport = cast.api.refusal(413, "because")
        #expect(transport.text.hasPrefix("{\"error\":{\"code\":\"content_too_large\""))
    }

    @Test("each key has a limit of its own, and learns how long to wait")
    func rateLimit() throws {
        let cast = try Cast {
            $0.rateLimitRequests = 2
            $0.rateLimitSeconds = 90
        }
        for _ in 0..<2 { #expect(cast.send("GET", Self.me, key: ["ALPHA_KEY"]).status == 200) }
        let refused = cast.send("DELETE", Self.one, key: ["ALPHA_KEY"])
        #expect(refused.status == 429)
        #expect(refused.fields.first("retry-after") == "90")
        #expect(refused.principal == "Alpha")
        #expect(cast.send("GET", Self.me, key: ["BETA_KEY"]).status == 200)
        #expect(cast.send("GET", Self.me).status == 403)
        // The certificate of the same user is another credential.
        #expect(cast.me(certificate: try cast.certificate(.usable)).status == 200)
    }

    struct Mark: CustomTestStringConvertible {
        let method: String
        let target: String
        let key: String
        let body: String
        let evidence: Evidence
        let statusWhenStrict: Int

        init(
            _ method: String,
            _ target: String,
            by key: String = "ALPHA_KEY",
            _ body: String = "",
            is evidence: Evidence,
            whenStrict status: Int
        ) {
            self.method = method
            self.target = target
            self.key = key
            self.body = body
            self.evidence = evidence
            statusWhenStrict = status
        }

        var testDescription: String { "\(method) \(target) \(key) \(body)" }
    }

    static let marks = [
        Mark("GET", me, is: .documented, whenStrict: 200),
        Mark("GET", me + "?limit=3", is: .documented, whenStrict: 200),
        Mark("GET", certificates, is: .documented, whenStrict: 200),
        Mark("GET", certificates + "?limit=", is: .documented, whenStrict: 200),
        Mark("GET", certificates + "?limit=3", is: .documented, whenStrict: 200),
        Mark("GET", certificates + "?limit=0", is: .documented, whenStrict: 400),
        Mark("GET", certificates + "?offset=", is: .documented, whenStrict: 200),
        Mark("GET", certificates + "?limit=3&offset=1", is: .inferred, whenStrict: 501),
        Mark("GET", one, is: .inferred, whenStrict: 501),
        Mark("DELETE", one, is: .inferred, whenStrict: 501),
        Mark("PUT", "\(one)/enable", "{\"enabled\":true}", is: .documented, whenStrict: 200),
        Mark("PUT", "\(one)/enable", "{}", is: .documented, whenStrict: 400),
        Mark("POST", certificates, "{\"user_id\":\"x\"}", is: .inferred, whenStrict: 501),
        Mark("POST", certificates, "{\"user_id\":null}", is: .documented, whenStrict: 400),
        Mark("GET", me, by: "", is: .documented, whenStrict: 403),
        Mark("GET", me, by: "NO_KEY", is: .inferred, whenStrict: 501),
        Mark("GET", one, by: "", is: .documented, whenStrict: 403),
        Mark("PATCH", me, is: .inferred, whenStrict: 501),
        Mark("GET", "/nowhere", is: .observed, whenStrict: 404),
        Mark("GET", "//", is: .observed, whenStrict: 404),
    ]

    @Test(
        "says how well each answer is known, and keeps guesses back when strict",
        arguments: marks
    )
    func evidence(_ mark: Mark) throws {
        for isStrict in [false, true] {
            let cast = try Cast { if isStrict { $0.strictness = .documented } }
            let response = cast.send(mark.method, mark.target, key: [mark.key], body: mark.body)
            #expect(response.evidence == mark.evidence.rawValue)
            guard isStrict else {
                #expect(response.status != 501)
                continue
            }
            #expect(response.status == mark.statusWhenStrict)
            guard mark.statusWhenStrict == 501 else { continue }
            #expect(response.text == Envelope.of("not_implemented", "Not implemented"))
            #expect(response.reason?.contains("only inferred") == true)
        }
    }

    @Test("what is kept back changes nothing")
    func changesNothing() throws {
        let cast = try Cast { $0.strictness = .documented }
        let before = cast.send("GET", Self.certificates, key: ["ALPHA_KEY"]).text
        #expect(cast.send("DELETE", Self.one, key: ["ALPHA_KEY"]).status == 501)
        #expect(cast.send("GET", Self.certificates, key: ["ALPHA_KEY"]).text == before)
    }

    @Test("what HTTP itself demands is answered also when strict", arguments: [400, 413, 421, 505])
    func transport(_ status: Int) throws {
        let cast = try Cast { $0.strictness = .documented }
        let response = cast.api.refusal(status, "because")
        #expect(response.status == status)
        #expect(response.evidence == "INFERRED")
    }
}
