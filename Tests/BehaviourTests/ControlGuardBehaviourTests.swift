import FoundationEssentials
import MockDigiCertOne
import TestClient
import Testing

@Suite("The control listener's guard", .timeLimit(.minutes(10)))
struct ControlGuardBehaviourTests {
    /// A request as a browser or a program sends it, and what comes of it.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var method = "GET"
        var path = "/ready"
        /// The host; nil is the address and port that the listener has.
        var host: String?
        var fields: [String] = []
        var body: String?
        let status: Int
        /// What the refusal must say.
        var words: [String] = []

        func bytes(port: Int) -> String {
            let host = host ?? "127.0.0.1:\(port)"
            var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)"]
            lines += fields.map { $0.replacing("PORT", with: "\(port)") }
            if let body { lines.append("Content-Length: \(body.utf8.count)") }
            return lines.joined(separator: "\r\n") + "\r\n\r\n" + (body ?? "")
        }
    }

    static let rows: [Row] = [
        Row(testDescription: "a program", status: 200),
        Row(
            testDescription: "a browser at the listener's own address",
            fields: ["Origin: http://127.0.0.1:PORT", "Sec-Fetch-Site: same-origin"],
            status: 200
        ),
        Row(
            testDescription: "an address typed into a browser",
            fields: ["Sec-Fetch-Site: none", "Sec-Fetch-Mode: navigate"],
            status: 200
        ),
        Row(
            testDescription: "a page of another site",
            fields: ["Origin: https://evil.example"],
            status: 403,
            words: ["https://evil.example", "open the listener's own address"]
        ),
        Row(
            testDescription: "a page without an origin",
            fields: ["Origin: null"],
            status: 403,
            words: ["origin null"]
        ),
        Row(
            testDescription: "a page of another port",
            fields: ["Origin: http://127.0.0.1:1"],
            status: 403,
            words: ["http://127.0.0.1:1"]
        ),
        Row(
            testDescription: "a picture in a page of another site",
            fields: ["Sec-Fetch-Site: cross-site"],
            status: 403,
            words: ["Sec-Fetch-Site: cross-site", "type the address"]
        ),
        Row(
            testDescription: "a page of a sister site",
            path: "/livez",
            fields: ["Sec-Fetch-Site: same-site"],
            status: 403,
            words: ["same-site"]
        ),
        Row(
            testDescription: "a name that was made to lead here",
            host: "evil.example",
            status: 421,
            words: ["evil.example", "--names"]
        ),
        Row(testDescription: "a service's name", host: "mock.default.svc:8440", status: 200),
        Row(testDescription: "no host at all", host: "", status: 400),
        Row(
            testDescription: "a form of another site, which needs no leave to be sent",
            method: "POST",
            path: "/",
            fields: ["Content-Type: text/plain"],
            body: "{}",
            status: 415,
            words: ["application/json", "text/plain"]
        ),
        Row(
            testDescription: "a write without a type, which a page can send unasked",
            method: "POST",
            path: "/",
            status: 415,
            words: ["POST needs Content-Type: application/json", "names none"]
        ),
        Row(
            testDescription: "a write without body and type, which no page can send unasked",
            method: "DELETE",
            path: "/",
            status: 405
        ),
        Row(
            testDescription: "the type of a snapshot's file, where no such file is taken",
            method: "PUT",
            path: "/worlds/default/settings",
            fields: ["Content-Type: application/vnd.sqlite3"],
            body: "{}",
            status: 415,
            words: ["PUT needs Content-Type: application/json", "vnd.sqlite3"]
        ),
        Row(
            testDescription: "a write of the right type, to a route that has none",
            method: "POST",
            path: "/",
            fields: ["Content-Type: Application/JSON; charset=utf-8"],
            body: "{}",
            status: 405
        ),
        Row(
            testDescription: "a question before a write, of another site's page",
            method: "OPTIONS",
            fields: ["Origin: https://evil.example", "Access-Control-Request-Method: PUT"],
            status: 403
        ),
        Row(
            testDescription: "a question before a write, of nobody's page",
            method: "OPTIONS",
            status: 405
        ),
    ]

    @Test("lets programs and its own pages in, and nothing else", arguments: rows)
    func judges(_ row: Row) throws {
        let mock = try Mock()
        let port = try Mock.port(of: mock.server.controlURL)
        let answer = try TestClient(port: port).exchange(row.bytes(port: port))
        #expect(answer.status == row.status)
        for word in row.words {
            #expect(answer.text.contains(word), "\(answer.text)")
            #expect(answer["x-mock-reason"]?.contains(word) == true)
        }
        #expect(answer["x-content-type-options"] == "nosniff")
        #expect(answer["cache-control"] == "no-store")
        #expect(!answer.fields.contains { $0.name.hasPrefix("access-control-") })
    }

    @Test("answers to a configured name")
    func configured() throws {
        let mock = try Mock(["names": "mock.example.com"])
        let client = try TestClient(port: Mock.port(of: mock.server.controlURL))
        #expect(try client.exchange(.request("GET", "/", host: "mock.example.com")).status == 200)
        #expect(try client.exchange(.request("GET", "/", host: "example.com")).status == 421)
    }

    @Test("does not concern the API, which is open to pages of other sites as the vendor's is")
    func api() throws {
        let mock = try Mock()
        let request =
            "GET \(String.me) HTTP/1.1\r\nHost: demo.one.digicert.com\r\n"
            + "Origin: https://evil.example\r\nx-api-key: SERVICE_USER_TOKEN\r\n\r\n"
        #expect(try mock.connect().exchange(request).status == 200)
    }
}

@Suite("The control listener's token", .timeLimit(.minutes(10)))
struct ControlTokenBehaviourTests {
    static let token = "a-token-of-tests"

    private func answer(
        _ mock: Mock,
        _ path: String,
        authorization: String? = nil
    ) throws -> TestAnswer {
        let field = authorization.map { "Authorization: \($0)\r\n" } ?? ""
        return try TestClient(port: Mock.port(of: mock.server.controlURL))
            .exchange("GET \(path) HTTP/1.1\r\nHost: localhost\r\n\(field)\r\n")
    }

    @Test("is demanded of everything but probes and certificates", arguments: [true, false])
    func demanded(isInFile: Bool) throws {
        let file = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try Data((Self.token + "\n").utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let mock = try Mock(
            isInFile ? ["controlTokenFile": file.path] : ["controlToken": Self.token]
        )
        for path in ["/livez", "/readyz", "/ca.pem", "/ca.crt", "/client-ca.pem"] {
            #expect(try answer(mock, path).status == 200, "\(path)")
        }
        for path in ["/", "/ready", "/nothing", "/livez/", "/worlds/default/settings"] {
            let refused = try answer(mock, path)
            #expect(refused.status == 401, "\(path)")
            #expect(
                refused["www-authenticate"] == #"Bearer realm="mock-digicert-one control""#
            )
            #expect(refused.text.contains("Authorization: Bearer TOKEN"))
        }
        for scheme in ["Bearer", "bearer"] {
            let open = try answer(mock, "/ready", authorization: "\(scheme) \(Self.token)")
            #expect(open.status == 200)
        }
    }

    @Test(
        "is refused when it is another, and not told",
        arguments: [
            "Bearer a-token-of-test", "Bearer a-token-of-tests2", "Basic a-token-of-tests",
            "a-token-of-tests", "Bearer", "Bearer A-TOKEN-OF-TESTS",
        ]
    )
    func wrong(authorization: String) throws {
        let mock = try Mock(["controlToken": Self.token])
        let refused = try answer(mock, "/ready", authorization: authorization)
        #expect(refused.status == 401)
        #expect(refused["www-authenticate"]?.contains(#"error="invalid_token""#) == true)
        let fields = refused.fields.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
        #expect(!(refused.text + fields).contains(Self.token))
    }
}
