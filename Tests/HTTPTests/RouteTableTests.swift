import Testing

@testable import HTTP

@Suite("RouteTable")
struct RouteTableTests {
    static let table = RouteTable([
        Route("POST", "/api/certificate", "create"),
        Route("GET", "/api/certificate", "list"),
        Route("GET", "/api/certificate/{id}", "get"),
        Route("DELETE", "/api/certificate/{certificate_id}", "delete"),
        Route("PUT", "/api/certificate/{id}/enable", "enable"),
        Route("PUT", "/api/user/{id}", "update user"),
        Route("GET", "/api/user/me", "me"),
        Route("GET", "/a/{x}/{y}", "two"),
        Route("GET", "/", "root"),
    ])

    /// One request and what the table says.
    struct Row: CustomTestStringConvertible {
        let request: String
        let says: String

        init(_ request: String, _ says: String) {
            (self.request, self.says) = (request, says)
        }

        var testDescription: String { request }
    }

    static let rows = [
        Row("GET /api/certificate", "list"),
        Row("HEAD /api/certificate", "list"),
        Row("POST /api/certificate", "create"),
        Row("PUT /api/certificate", "allow POST,GET,HEAD"),
        Row("get /api/certificate", "allow POST,GET,HEAD"),
        Row("GET /api/certificate/17", "get 17"),
        Row("DELETE /api/certificate/17", "delete 17"),
        Row("POST /api/certificate/17", "allow GET,HEAD,DELETE"),
        Row("PUT /api/certificate/17/enable", "enable 17"),
        Row("HEAD /api/certificate/17/enable", "allow PUT"),
        Row("GET /api/user/me", "me"),
        Row("PUT /api/user/me", "allow GET,HEAD"),
        Row("POST /api/user/me", "allow GET,HEAD"),
        Row("PUT /api/user/%6De", "allow GET,HEAD"),
        Row("GET /api/user/17", "allow PUT"),
        Row("GET /a/b/c", "two b,c"),
        Row("GET /a/b%2Fc/%C3%A9", "two b/c,é"),
        Row("GET /%61pi/user/m%65", "me"),
        Row("GET /", "root"),
        Row("GET /a/b/%zz", "not found"),
        Row("GET /a/b/%ff", "not found"),
        Row("GET /a/b/%4", "not found"),
        Row("GET /api//certificate", "not found"),
        Row("GET //api/certificate", "not found"),
        Row("GET /api/certificate/", "not found"),
        Row("GET /a//c", "not found"),
        Row("GET /api/Certificate", "not found"),
        Row("GET /api", "not found"),
        Row("OPTIONS *", "not found"),
        Row("GET ", "not found"),
    ]

    @Test("finds the row, or says why there is none", arguments: rows)
    func matches(_ row: Row) {
        let parts = row.request.split(separator: " ", omittingEmptySubsequences: false)
        let says =
            switch Self.table.match(method: String(parts[0]), path: String(parts[1])) {
            case .matched(let name, let parameters) where parameters.isEmpty: name
            case .matched(let name, let parameters): "\(name) \(parameters.joined(separator: ","))"
            case .methodNotAllowed(let allow): "allow \(allow.joined(separator: ","))"
            case .notFound: "not found"
            }
        #expect(says == row.says)
    }

    /// Two patterns that must not stand in one table.
    static let contradictions: [(first: String, second: String)] = [
        ("GET /a", "GET /a"), ("GET /a/{x}", "GET /a/{y}"), ("GET /a/{x}/c", "GET /a/b/{y}"),
        ("GET /{x}/b", "PUT /a/{y}"), ("GET a", "GET /b"), ("GET /a/", "GET /b"),
        ("GET /a//b", "GET /b"), ("GET /{}", "GET /b"), ("GET /{x", "GET /b"),
        ("GET /x{y}", "GET /b"), ("GET /{x}{y}", "GET /b"),
    ]

    @Test("finds contradictions before the program starts", arguments: contradictions)
    func contradiction(first: String, second: String) {
        let rows = [first, second].map { row in
            let parts = row.split(separator: " ")
            return (method: String(parts[0]), pattern: String(parts[1]))
        }
        #expect(RoutePattern.contradiction(in: rows) != nil)
    }

    @Test("a contradiction stops the program")
    func stops() async {
        await #expect(processExitsWith: .failure) {
            _ = RouteTable([Route("GET", "/a", 1), Route("GET", "/a", 2)])
        }
    }
}
