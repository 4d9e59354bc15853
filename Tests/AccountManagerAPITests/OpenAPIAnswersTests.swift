import HTTP
import Testing
import World

@testable import AccountManagerAPI

/// Asks for every operation and each kind of refusal, and compares the answers with the document.
@Suite("Answers, as docs/openapi-public.json has them")
struct OpenAPIAnswersTests {
    /// A company, the document, and which operations have succeeded so far.
    private final class Witness {
        let company: Company
        let document: OpenAPIDocument
        let schema: JSONSchema
        var succeeded: Set<String> = []

        init(_ company: Company) throws {
            self.company = company
            document = try OpenAPIDocument()
            schema = JSONSchema(document: document.root)
        }

        /// Sends a request and compares the answer with what the document has for its operation.
        @discardableResult
        func ask(
            _ status: Int,
            _ method: String,
            _ path: String,
            _ body: String = "",
            as key: String? = "AM_ACCOUNT_ADMIN"
        ) throws -> Response {
            let response = company.send(method, path, as: key, body)
            let target = "/account/api/v1\(path)".prefix { $0 != "?" }
            let place = "\(method) \(path)"
            #expect(response.status == status, "\(place): \(response.reason ?? "")")
            let fitting = document.operations.filter { $0.method == method && $0.fits(target) }
            // `/user/me` fits `/user/{id}` as well.
            let operation = try #require(fitting.max { !$0.isLiteral && $1.isLiteral }, "\(place)")
            if status < 300 { succeeded.insert(operation.name) }
            let documented = try #require(operation.responses[response.status], "\(place)")
            let media = documented["content"]["application/json"]
            guard media != .null else {
                #expect(response.body.isEmpty, "\(place)")
                return response
            }
            #expect(response.fields.first("content-type") == "application/json")
            for (name, header) in documented["headers"].members {
                let header = document.root.resolved(header)
                guard header["required"] == .bool(true) else { continue }
                #expect(response.fields.first(name) != nil, "\(place) \(name)")
            }
            let value = try JSONReader.read(response.body)
            let problems = schema.problems(of: value, against: media["schema"])
            #expect(problems.isEmpty, "\(place)")
            return response
        }

        /// Makes something, and returns its id.
        func make(_ path: String, _ body: String) throws -> String {
            let response = try ask(201, "POST", path, body)
            let id = try #require(response.member("id"))
            return id
        }
    }

    @Test("every operation answers what the document says")
    func operations() throws {
        let witness = try Witness(Company())
        try users(witness)
        try tokens(witness)
        try certificates(witness)
        try lists(witness)
        let documented = Set(witness.document.operations.map(\.name))
        #expect(witness.succeeded == documented)
    }

    @Test("refusals are as the document says, in both of their forms", arguments: [false, true])
    func refusals(_ isSingle: Bool) throws {
        let company = try Company { settings in
            if isSingle { settings.errorBody = .error }
        }
        let witness = try Witness(company)
        for (method, path, body) in Self.requests {
            try witness.ask(403, method, path, body, as: nil)
            try witness.ask(401, method, path, body, as: "NONSENSE")
        }
        for resource in ["user", "api-access-token", "client-auth-certificate"] {
            try witness.ask(404, "GET", "/\(resource)/\(Company.nobody)")
            try witness.ask(404, "DELETE", "/\(resource)/x")
            try witness.ask(400, "POST", "/\(resource)", "{")
            try witness.ask(403, "DELETE", "/\(resource)/\(Company.nobody)", as: "AM_VIEW_ONLY")
        }
        try witness.ask(404, "GET", "/account/\(Company.nobody)")
        try witness.ask(404, "GET", "/organization/\(Company.nobody)")
        try witness.ask(404, "GET", "/audit-log/\(Company.nobody)")
        try witness.ask(400, "GET", "/audit-log?sort=size")
        try witness.ask(400, "GET", "/user?limit=0")
        try witness.ask(400, "GET", "/api-access-token")
    }

    @Test("a duplicate is 400 or 409, and both are in the document", arguments: [400, 409])
    func duplicates(_ status: Int) throws {
        let company = try Company { settings in
            settings.duplicateErrorStatus = status == 409 ? .conflict : .badRequest
        }
        let witness = try Witness(company)
        try witness.ask(status, "POST", "/user", Company.service("ROBOT"))
        try witness.ask(status, "POST", "/user", Self.person("AM_ACCOUNT_ADMIN@example.com"))
        _ = try witness.make("/api-access-token", #"{"name":"one"}"#)
        try witness.ask(status, "POST", "/api-access-token", #"{"name":"one"}"#)
    }

    /// One request of each kind.
    private static let requests = [
        ("GET", "/user/me", ""), ("GET", "/user", ""), ("POST", "/user", "{}"),
        ("PUT", "/user/\(Company.robot)", "{}"), ("DELETE", "/user/\(Company.robot)", ""),
        ("GET", "/account", ""), ("GET", "/locale", ""),
        ("POST", "/client-auth-certificate", "{}"),
    ]

    private static func person(_ email: String) -> String {
        #"{"first_name":"Jo","last_name":"Doe","email":"\#(email)"}"#
    }

    private func users(_ witness: Witness) throws {
        let id = try witness.make("/user", Company.service("maker", #","end_date":"2026-01-31""#))
        _ = try witness.make("/user", Self.person("jo.doe@example.com"))
        try witness.ask(200, "GET", "/user")
        try witness.ask(200, "GET", "/user/\(id)")
        try witness.ask(200, "PUT", "/user/\(id)", #"{"description":"d"}"#)
        try witness.ask(200, "PUT", "/user/\(id)/enable", #"{"enabled":false}"#)
        try witness.ask(200, "PUT", "/user/\(id)/unlock")
        try witness.ask(204, "DELETE", "/user/\(id)")
        try witness.ask(200, "GET", "/user/me")
        try witness.ask(200, "PUT", "/user/me", #"{"phone":"+1 555 0100"}"#)
    }

    private func tokens(_ witness: Witness) throws {
        let body = #"{"name":"made","user_id":"\#(Company.robot)","end_date":"2026-01-31"}"#
        let id = try witness.make("/api-access-token", body)
        try witness.ask(200, "GET", "/api-access-token?user_id=\(Company.robot)")
        try witness.ask(200, "GET", "/api-access-token/\(id)")
        try witness.ask(200, "PUT", "/api-access-token/\(id)", #"{"enabled":false}"#)
        try witness.ask(204, "DELETE", "/api-access-token/\(id)")
    }

    private func certificates(_ witness: Witness) throws {
        let csr = AccountManagerAPITests.quoted(try Fixture.csr())
        let body = #"{"name":"made","csr":\#(csr)}"#
        let id = try witness.make("/client-auth-certificate", body)
        try witness.ask(200, "GET", "/client-auth-certificate")
        try witness.ask(200, "GET", "/client-auth-certificate/\(id)")
        let enable = "/client-auth-certificate/\(id)/enable"
        try witness.ask(200, "PUT", enable, #"{"enabled":false}"#)
        try witness.ask(204, "DELETE", "/client-auth-certificate/\(id)")
        let name = String(repeating: "n", count: 255)
        _ = try witness.make("/client-auth-certificate/pkcs12", #"{"name":"\#(name)"}"#)
    }

    private func lists(_ witness: Witness) throws {
        try witness.ask(200, "GET", "/account")
        try witness.ask(200, "GET", "/account/\(Company.north)")
        try witness.ask(200, "GET", "/organization")
        let organization = Company.id("north organization")
        try witness.ask(200, "GET", "/organization/\(organization)")
        let entries = try witness.ask(200, "GET", "/audit-log?limit=2")
        let id = try JSONReader.read(entries.body)["items"].items.first?["id"].text
        try witness.ask(200, "GET", "/audit-log/\(try #require(id))")
        for path in ["/role", "/role?application_code=software_trust", "/application", "/locale"] {
            try witness.ask(200, "GET", path)
        }
    }
}

extension OpenAPIDocument.Operation {
    /// Whether no part of the path is a parameter.
    fileprivate var isLiteral: Bool { !path.contains("{") }

    /// Whether a path is one of this operation's.
    fileprivate func fits(_ target: Substring) -> Bool {
        let mine = path.split(separator: "/")
        let theirs = target.split(separator: "/")
        return mine.count == theirs.count
            && zip(mine, theirs).allSatisfy { $0 == $1 || $0.hasPrefix("{") }
    }
}
