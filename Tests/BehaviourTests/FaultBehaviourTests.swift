import MockDigiCertOne
import TestClient
import TestCommand
import Testing

@Suite("Faults as curl sees them", .timeLimit(.minutes(10)))
struct FaultBehaviourTests {
    private let mock: Mock
    private let directory: TemporaryDirectory

    init() throws {
        mock = try Mock()
        directory = try TemporaryDirectory()
    }

    /// Sends the body to the control listener.
    private func control(_ method: String, _ path: String, _ body: String = "") throws -> String {
        let command = try TestCommand.run([
            "curl", "-s", "-X", method, "-H", "content-type: application/json", "-d", body,
            mock.server.controlURL + path,
        ])
        #expect(command.status == 0)
        return command.text
    }

    struct Seen {
        /// The exit status of curl.
        let exit: Int
        /// The status, 0 where there is none, and the bytes of the body.
        let status: Int
        let head: String
        let body: [UInt8]
        let seconds: Double
    }

    /// What curl makes of a call of the API.
    private func call(
        _ version: String,
        _ path: String = "/account/api/v1/user/me",
        _ arguments: [String] = []
    ) throws -> Seen {
        let command = try TestCommand.run(
            [
                "curl", "-s", version, "--max-time", "5", "--cacert", mock.server.caFile,
                "-H", "x-api-key: SERVICE_USER_TOKEN", "-D", directory.path + "/head",
                "-o", directory.path + "/body", "-w", "%{http_code} %{time_total}",
            ] + arguments + [mock.server.apiURL + path]
        )
        let numbers = command.text.split(separator: " ")
        let body = try TestCommand.run(["cat", directory.path + "/body"]).output
        let head = try TestCommand.run(["cat", directory.path + "/head"]).text
        _ = try TestCommand.run(["rm", "-f", directory.path + "/body"])
        return Seen(
            exit: command.status,
            status: numbers.first.flatMap { Int($0) } ?? 0,
            head: head,
            body: body,
            seconds: numbers.last.flatMap { Double($0) } ?? 0
        )
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let action: String
        /// curl's exit status over HTTP/1.1 and over HTTP/2.
        var exits = [0, 0]
        var status = 200
        /// The number of bytes of the body; nil where nobody counts.
        var bytes: Int?
        var testDescription: String { action }
    }

    static let rows: [Row] = [
        Row(action: #"{"delay":"300ms"}"#, bytes: 1481),
        Row(action: #"{"status":503,"retry_after":7}"#, status: 503),
        // 52: an empty reply; 18: a part only.
        Row(action: #"{"close":true}"#, exits: [52, 18], status: 0),
        // 56: reset by the peer; 92: a stream that was reset.
        Row(action: #"{"reset":true}"#, exits: [56, 92], status: 0),
        Row(action: #"{"truncate":100}"#, exits: [18, 92], bytes: 100),
        Row(action: #"{"dribble":{"bytes":500,"every":"100ms"}}"#, bytes: 1481),
        // 16: an error in the framing of HTTP/2, as which curl counts GOAWAY.
        Row(action: #"{"goaway":true}"#, exits: [52, 16], status: 0),
        // curl sends a refused stream again, five times.
        Row(action: #"{"refuse_stream":true}"#, exits: [56, 56], status: 0),
        Row(action: #"{"malformed_json":true}"#, bytes: 1481),
        Row(action: #"{"empty_body":true}"#, bytes: 0),
        Row(action: #"{"content_type":"text/html"}"#, bytes: 1481),
        Row(action: #"{"status":502,"body":"<h1>"}"#, status: 502, bytes: 4),
    ]

    @Test("each action is what it says it is, over HTTP/1.1 and HTTP/2", arguments: rows)
    func actions(_ row: Row) throws {
        _ = try control("POST", "/worlds/default/faults", #"{"action":\#(row.action)}"#)
        for (version, exit) in zip(["--http1.1", "--http2"], row.exits) {
            let seen = try call(version)
            #expect(seen.exit == exit, "\(version)")
            if exit == 0 || version == "--http1.1" { #expect(seen.status == row.status) }
            // What curl had of a stream that was reset it does not always write.
            let isWhole = exit == 0 || version == "--http1.1"
            if let bytes = row.bytes, isWhole { #expect(seen.body.count == bytes) }
            guard exit == 0 else { continue }
            #expect(seen.head.contains("x-mock-fault: 1"))
            #expect(seen.head.contains("x-mock-reason: fault rule 1 applied: "))
            let waits = row.action.contains("ms")
            #expect(!waits || seen.seconds >= 0.2)
        }
    }

    @Test("a call that stalls is still open when the client gives up")
    func stalls() throws {
        _ = try control("POST", "/worlds/default/faults", #"{"action":"stall"}"#)
        for version in ["--http1.1", "--http2"] {
            // 28: the time is over.
            #expect(try call(version, "/account/api/v1/user/me", ["--max-time", "1"]).exit == 28)
        }
    }

    @Test("an answer that is lost was made: the retry meets what it left")
    func lostAnswer() throws {
        let body = #"{"match":{"method":"POST","count":1},"when":"after","action":"reset"}"#
        _ = try control("POST", "/worlds/default/faults", body)
        #expect(throws: (any Error).self) { try mock.enroll(name: "web") }
        let listed = try call("--http2", "/account/api/v1/client-auth-certificate?name=web")
        #expect(String(decoding: listed.body, as: UTF8.self).contains(#""name":"web""#))
    }

    @Test("a magic name needs no control call")
    func magicName() throws {
        let enrolled = try mock.enroll(name: "mock-expires-in-90s")
        let text = try TestCommand.run(
            ["openssl", "x509", "-noout", "-checkend", "91"],
            input: Array(enrolled.certificatePEM.utf8)
        )
        #expect(text.status == 1)
        #expect(throws: (any Error).self) { try mock.enroll(name: "mock-503") }
    }

    @Test("the alert at the ClientHello is the one that was asked for", arguments: alertNumbers)
    func alerts(_ name: String, _ number: Int) throws {
        let rule = #"{"action":{"tls":{"alert":"\#(name)"}}}"#
        _ = try control("POST", "/worlds/default/faults", rule)
        let port = try Mock.port(of: mock.server.apiURL)
        for version in ["-tls1_2", "-tls1_3"] {
            let client = try TestCommand.run(
                ["openssl", "s_client", version, "-connect", "localhost:\(port)"]
            )
            #expect(client.errors.contains("SSL alert number \(number)"), "\(client.errors)")
        }
        // Both are in the journal, with the rule that was the reason.
        let path = "/worlds/default/journal/wait?count=2&kind=handshake&reason=rule&timeout=30s"
        let seen = try control("GET", path)
        #expect(seen.hasPrefix(#"{"world":"default","matched":2,"#), "\(seen)")
        let reason = "fault rule 1 applied: \(name) in answer to the ClientHello"
        #expect(seen.contains(#""reason":"\#(reason)""#), "\(seen)")
    }

    static let alertNumbers = [
        ("certificate_expired", 45), ("unknown_ca", 48), ("bad_certificate", 42),
        ("handshake_failure", 40), ("internal_error", 80), ("unrecognized_name", 112),
    ]

    /// What `openssl s_client` says to the gate, with a certificate or without.
    private func client(_ version: String, _ enrolled: Mock.Enrolled?) throws -> String {
        let port = try Mock.port(of: mock.server.clientauthURL)
        var arguments = ["openssl", "s_client", version, "-connect", "localhost:\(port)"]
        if let enrolled {
            arguments += ["-cert", try directory.write("client.pem", enrolled.certificatePEM)]
            arguments += ["-key", try directory.write("client.key", enrolled.keyPEM)]
        }
        // In TLS 1.3 the alert comes as the answer to the first bytes.
        let request = Array("GET / HTTP/1.0\r\n\r\n".utf8)
        let client = try TestCommand.run(arguments + ["-ign_eof"], input: request)
        return client.text + client.errors
    }

    @Test("an alert at the certificate meets the certificate that is named, and no other")
    func certificate() throws {
        let first = try mock.enroll(name: "first")
        let second = try mock.enroll(name: "second")
        let arguments = ["openssl", "x509", "-noout", "-serial"]
        let serial =
            try TestCommand.run(arguments, input: Array(second.certificatePEM.utf8)).text
            .split(separator: "=").last?.prefix { $0 != "\n" } ?? ""
        let rule =
            #"{"match":{"certificate":"\#(serial.lowercased())","nth":{"to":2}},"#
            + #""action":{"tls":{"alert":"certificate_revoked","at":"certificate"}}}"#
        _ = try control("POST", "/worlds/default/faults", rule)
        for version in ["-tls1_2", "-tls1_3"] {
            #expect(try !client(version, nil).contains("SSL alert number"))
            #expect(try !client(version, first).contains("SSL alert number"))
            #expect(try client(version, second).contains("SSL alert number 44"))
        }
        // Both calls of the certificate that the rule is for are over.
        #expect(try !client("-tls1_3", second).contains("SSL alert number"))
        #expect(
            try control("GET", "/worlds/default/faults/1").contains(#""matched":3,"applied":2"#)
        )
    }

    @Test("certificate_required answers a client without one")
    func certificateRequired() throws {
        let enrolled = try mock.enroll()
        let rule = #"{"action":{"tls":{"alert":"certificate_required","at":"certificate"}}}"#
        _ = try control("POST", "/worlds/default/faults", rule)
        #expect(try client("-tls1_3", nil).contains("SSL alert number 116"))
        #expect(try !client("-tls1_3", enrolled).contains("SSL alert number"))
    }

    @Test("a rule that came to nothing is not used up, and is no reason")
    func unused() throws {
        let alert = #"{"alert":"certificate_required","at":"certificate"}"#
        let rule = #"{"id":"req","match":{"count":1},"action":{"tls":\#(alert)}}"#
        _ = try control("POST", "/worlds/default/faults", rule)
        let enrolled = try mock.enroll()
        #expect(try call("--http1.1").status == 200)
        #expect(try !client("-tls1_3", enrolled).contains("SSL alert number"))
        #expect(try client("-tls1_3", nil).contains("SSL alert number 116"))
        let wait = "/worlds/default/journal/wait?reason=rule%20req&timeout=20s"
        #expect(try control("GET", wait).contains("certificate_required"))
        let found = try control("GET", "/worlds/default/journal?reason=rule%20req")
        #expect(found.split(separator: "\"sequence\":").count == 2)
        // The same for a certificate that is not issued.
        let spoil = #"{"id":"iss","match":{"count":1},"action":{"issue":{"flaw":"wrong_key"}}}"#
        _ = try control("PUT", "/worlds/default/faults/iss", spoil)
        let post = ["-X", "POST", "-H", "content-type: application/json", "-d", #"{"name":"z"}"#]
        let refused = try call("--http1.1", "/account/api/v1/client-auth-certificate", post)
        #expect(refused.status == 400 && !refused.head.contains("rule iss"))
        #expect(try control("GET", "/worlds/default/faults/iss").contains(#""applied":0"#))
    }

    @Test("a date that a rule sets is the only one")
    func date() throws {
        let rule = #"{"action":{"fields":{"date":"Thu, 01 Jan 1970 00:00:00 GMT"}}}"#
        _ = try control("POST", "/worlds/default/faults", rule)
        let head = try call("--http1.1").head.lowercased()
        #expect(head.split(separator: "date: ").count == 2 && head.contains("01 jan 1970"))
    }

    @Test("a handshake is reset, or never answered")
    func handshakes() throws {
        _ = try control("POST", "/worlds/default/faults", #"{"action":{"tls":{"reset":true}}}"#)
        // 35: the handshake failed.
        #expect(try call("--http1.1").exit == 35)
        let stall = #"{"match":{"remote_address":"127.0.0.1"},"action":{"tls":{"stall":true}}}"#
        _ = try control("PUT", "/worlds/default/faults/1", stall)
        let arguments = ["--max-time", "1", "-4"]
        #expect(try call("--http1.1", "/account/api/v1/user/me", arguments).exit == 28)
    }
}
