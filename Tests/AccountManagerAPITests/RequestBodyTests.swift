import AccountModel
import HTTP
import Testing

@testable import AccountManagerAPI

@Suite("RequestBody")
struct RequestBodyTests {
    private static func request(_ body: String, fields: Fields = [:]) -> Request {
        Request(method: "POST", target: "/", fields: fields, body: Array(body.utf8))
    }

    static let json: [[String]] = [
        [],
        ["application/json"],
        ["application/json; charset=utf-8"],
        ["application/json;charset=\"utf-8\";x=y"],
        ["Application/JSON ; charset=ISO-8859-1"],
        ["application/json", "application/json"],
    ]

    @Test("takes JSON with any parameters, or undeclared (RFC 9110 §8.3)", arguments: json)
    func takesJSON(_ types: [String]) throws {
        var fields = Fields()
        for type in types { fields.append("Content-Type", type) }
        var body = try RequestBody.read(Self.request(#"{"a":"b"}"#, fields: fields))
        #expect(body.string("a") == "b")
    }

    static let otherTypes: [[String]] = [
        ["application/x-www-form-urlencoded"],
        ["text/plain"],
        ["text/json"],
        ["application/jsonp"],
        ["application/problem+json"],
        ["application"],
        [""],
        ["application/json, application/json"],
        ["application/json", "text/plain"],
        ["text/plain;application/json"],
    ]

    @Test("refuses other content types (RFC 9110 §15.5.16)", arguments: otherTypes)
    func refusesTypes(_ types: [String]) throws {
        var fields = Fields()
        for type in types { fields.append("content-type", type) }
        let refusal = try #require(throws: APIRefusal.self) {
            _ = try RequestBody.read(Self.request("{}", fields: fields))
        }
        #expect(refusal.error == .unsupportedMediaType)
        #expect(refusal.reason.contains("send Content-Type: application/json"))
    }

    @Test("refuses a compressed body and says what is accepted", arguments: ["gzip", "br"])
    func refusesCoding(_ coding: String) throws {
        let refusal = try #require(throws: APIRefusal.self) {
            let fields: Fields = ["content-encoding": coding]
            _ = try RequestBody.read(Self.request("{}", fields: fields))
        }
        #expect(refusal.error == .unsupportedMediaType)
        #expect(refusal.fields.map(\.name) == ["accept-encoding"])
        _ = try RequestBody.read(Self.request("{}", fields: ["content-encoding": "Identity"]))
    }

    /// A body and the reason for refusing it.
    struct Refused: CustomTestStringConvertible {
        let body: String
        let reason: String

        var testDescription: String { body.debugDescription }
    }

    static let refused = [
        Refused(body: "", reason: "the body is empty; a JSON object is expected"),
        Refused(body: "[]", reason: "$ is an array; a JSON object is expected"),
        Refused(body: "\"a\"", reason: "$ is a string; a JSON object is expected"),
        Refused(body: "1", reason: "$ is a number; a JSON object is expected"),
        Refused(body: "null", reason: "$ is null; a JSON object is expected"),
        Refused(body: "true", reason: "$ is a boolean; a JSON object is expected"),
        Refused(
            body: "{\n\"a\" 1}",
            reason: "the body is not JSON: line 2, column 5: a colon is expected"
        ),
    ]

    @Test("refuses what is no JSON object and says where", arguments: refused)
    func refuses(_ row: Refused) throws {
        let refusal = try #require(throws: APIRefusal.self) {
            _ = try RequestBody.read(Self.request(row.body))
        }
        #expect(refusal.error == .invalidInput)
        #expect(refusal.reason == row.reason)
    }

    @Test("collects every problem with its path")
    func collects() throws {
        var body = try RequestBody.read(Self.request(#"{"a":1,"b":null,"c":"true"}"#))
        #expect(body.isSound)
        #expect(body.string("a") == nil)
        #expect(body.string("b") == nil)
        #expect(body.optionalString("b") == nil)
        #expect(body.optionalString("z") == nil)
        #expect(body.bool("c") == nil)
        #expect(body.bool("z") == nil)
        #expect(
            body.refusal.reason == """
                $.a is a number; a string is expected; $.b is null; a string is expected; \
                $.c is a string; true or false is expected; $.z is missing
                """
        )
    }
}

@Suite("CertificateOrder")
struct CertificateOrderTests {
    private static func order(_ body: String) throws -> CertificateOrder {
        let request = Request(method: "POST", target: "/", body: Array(body.utf8))
        return try CertificateOrder.read(from: RequestBody.read(request))
    }

    static let names = [
        "a", "API Client Auth Certificate", "0", "A-Z_a-z 09", "-", "_", " a ",
        String(repeating: "n", count: CertificateOrder.nameBytesMax),
    ]

    @Test("takes names of the documented alphabet as they are", arguments: names)
    func takesNames(_ name: String) throws {
        #expect(try Self.order(#"{"csr":"c","name":"\#(name)","x":{}}"#).name == name)
    }

    static let refusedNames: KeyValuePairs = [
        "": "$.name is blank",
        "   ": "$.name is blank",
        "a/b": "$.name has U+2F at character 2; letters (A to Z), digits, space, - and _",
        "é": "$.name has U+E9 at character 1",
        "a\\nb": "$.name has U+A at character 2",
        "a\\u0000": "$.name has U+0 at character 2",
        "a.b": "$.name has U+2E at character 2",
        String(repeating: "n", count: 256): "$.name is longer than 255 bytes",
    ]

    @Test("refuses other names and says which character", arguments: refusedNames.map { $0 })
    func refusesNames(_ row: (key: String, value: String)) throws {
        let refusal = try #require(throws: APIRefusal.self) {
            _ = try Self.order(#"{"csr":"c","name":"\#(row.key)"}"#)
        }
        #expect(refusal.error == .invalidInput)
        #expect(refusal.reason.hasPrefix(row.value))
    }

    /// The members that speak of the date, and the date that they mean.
    struct Dated: CustomTestStringConvertible {
        let members: String
        let date: String?

        var testDescription: String { members }
    }

    static let dated = [
        Dated(members: "", date: nil),
        Dated(members: #","expiration_date":null,"exp":null"#, date: nil),
        Dated(
            members: #","expiration_date":"2026-10-20T23:59:59Z""#,
            date: "2026-10-20T23:59:59Z"
        ),
        Dated(members: #","exp":"2026-10-20T23:59:59Z""#, date: "2026-10-20T23:59:59Z"),
        Dated(
            members: #","exp":"2026-01-01T00:00:00Z","expiration_date":"2026-01-01T00:00:00Z""#,
            date: "2026-01-01T00:00:00Z"
        ),
    ]

    @Test("understands expiration_date and exp", arguments: dated)
    func dates(_ row: Dated) throws {
        let order = try Self.order(#"{"csr":"c","name":"n"\#(row.members)}"#)
        #expect(order.expirationDate?.iso8601 == row.date)
    }

    static let refusedDates = [
        #""expiration_date":"""#, #""expiration_date":"2026-10-20""#,
        #""expiration_date":"2026-10-20T23:59:59""#,
        #""expiration_date":"2026-10-20T23:59:59.000Z""#,
        #""expiration_date":"2026-10-20T23:59:59+00:00""#,
        #""expiration_date":"2026-02-30T00:00:00Z""#, #""exp":1792540799"#, #""exp":[]"#,
        #""exp":"2026-01-01T00:00:00Z","expiration_date":"2026-01-01T00:00:01Z""#,
    ]

    @Test("refuses dates of another form, and two that differ", arguments: refusedDates)
    func refusesDates(_ members: String) throws {
        let refusal = try #require(throws: APIRefusal.self) {
            _ = try Self.order(#"{"csr":"c","name":"n",\#(members)}"#)
        }
        #expect(refusal.error == .invalidInput)
        #expect(refusal.reason.hasPrefix("$.exp"))
    }

    @Test("names all that is wrong at once")
    func namesAll() throws {
        let refusal = try #require(throws: APIRefusal.self) {
            _ = try Self.order(#"{"name":"a/b","exp":"soon"}"#)
        }
        #expect(refusal.reason.hasPrefix("$.csr is missing; $.name has U+2F"))
        #expect(refusal.reason.hasSuffix("$.exp is no date of the form YYYY-MM-DDTHH:MM:SSZ"))
    }
}
