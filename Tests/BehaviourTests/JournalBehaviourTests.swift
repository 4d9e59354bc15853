import FoundationEssentials
import MockDigiCertOne
import OpenSSLBridge
import TestClient
import Testing
import World

@Suite("The journal, seen from outside", .timeLimit(.minutes(10)))
struct JournalBehaviourTests {
    private func control(_ mock: Mock, _ target: String, body: String? = nil) throws -> TestAnswer {
        let port = try Mock.port(of: mock.server.controlURL)
        let method = body == nil ? "GET" : "POST"
        let request = String.request(method, target, host: "127.0.0.1:\(port)", body: body)
        return try TestClient(port: port).exchange(request)
    }

    @Test("a disabled certificate's refusal is explained: since when, and by whom")
    func explains() throws {
        let mock = try Mock()
        let enrolled = try mock.enroll()
        let gate = try mock.connectToGate(.init(certificate: enrolled.pair))
        #expect(try gate.exchange(.request("GET", .me)).status == 200)
        #expect(try mock.setEnabled(false, enrolled).status == 200)
        let refused = try gate.exchange(.request("GET", .me))
        #expect(refused.status == 403)
        let id = try #require(refused["x-request-id"])

        let text = try control(mock, "/explain/\(id)?format=text").text
        #expect(text.contains("was refused and answered 403."))
        #expect(text.contains("It presented certificate "))
        #expect(text.contains("was disabled at "))
        #expect(
            text.contains("sent PUT /account/api/v1/client-auth-certificate/\(enrolled.id)/enable")
        )
        let json = try control(mock, "/worlds/default/explain/\(id)")
        #expect(json.status == 200)
        #expect(json.text.contains("\"complete\":true"))
        let missing = try control(mock, "/explain/r-never")
        #expect(missing.status == 404)
    }

    @Test("a handshake that the client breaks off is noted with its alert")
    func brokenHandshake() throws {
        let mock = try Mock()
        #expect(throws: TestClient.Failure.self) {
            let client = try mock.connect(.init(trustsServer: false))
            _ = try client.exchange(.request("GET", .me))
        }
        let target = "/worlds/default/journal/wait?kind=handshake&outcome=refused&timeout=20s"
        let answer = try control(mock, target)
        #expect(answer.status == 200)
        #expect(answer.text.contains("\"name\":\"unknown_ca\""), "\(answer.text)")
        #expect(answer.text.contains("\"server_name\":\"localhost\""))
        let reason = "the client does not trust the server's certificate: it does not know who"
        #expect(answer.text.contains("\"reason\":\"\(reason)"), "\(answer.text)")
    }

    @Test(
        "any number can be asked after",
        arguments: ["18446744073709551614", "18446744073709551615"]
    )
    func afterAnyNumber(_ number: String) throws {
        let mock = try Mock()
        _ = try mock.connect().exchange(.request("GET", .me))
        for target in ["journal", "journal/wait"] {
            let path = "/worlds/default/\(target)?after=\(number)&timeout=1ms"
            #expect([200, 400, 408].contains(try control(mock, path).status), "\(target)")
        }
        #expect(try control(mock, "/livez").status == 200)
    }

    @Test("keys are masked, expectations are compared, and a report is made")
    func verifies() throws {
        let mock = try Mock()
        let enrolled = try mock.enroll()
        #expect(try mock.setEnabled(false, enrolled).status == 200)
        let list = try control(mock, "/worlds/default/journal?kind=request")
        #expect(list.text.contains("SERVICE_…(sha256 "))
        #expect(!list.text.contains("SERVICE_USER_TOKEN\"}"))
        let expectations = """
            [{"request": {"method": "POST", "status": 201}, "exactly": 1}, {"new_key": true},
             {"only_one_credential": true}, {"never_used": {"user": "Ada Admin"}}]
            """
        let verdict = try control(mock, "/worlds/default/verify", body: expectations)
        #expect(verdict.text.hasPrefix(#"{"passed":true,"expectations":4"#), "\(verdict.text)")
        let report = try control(mock, "/worlds/default/report?format=markdown")
        #expect(report.text.contains("| **bad** | says who it is in User-Agent (`user-agent`) |"))
        let archive = try control(mock, "/worlds/default/journal.har")
        #expect(archive.text.contains("\"_tls\":{"))
        #expect(archive.text.contains("\"version\":\"\(ProgramVersion.current)\""))
    }

    @Test(
        "nothing is verified of a credential that never was",
        arguments: [
            #"{"certificate":"00FF"}"#, #"{"token":"typo"}"#, #"{"user":"Nobody"}"#,
        ]
    )
    func neverWas(credential: String) throws {
        let mock = try Mock()
        for demand in [
            #"[{"never_used":\#(credential)}]"#,
            #"[{"stopped_within":{"requests":1,"after":"2020-01-01T00:00:00Z","#
                + credential.dropFirst() + "}]",
        ] {
            let verdict = try control(mock, "/worlds/default/verify", body: demand)
            #expect(verdict.text.hasPrefix(#"{"passed":false"#), "\(verdict.text)")
            #expect(verdict.text.contains("Neither the journal nor the world knows"))
        }
    }

    @Test("of a certificate that was made and never used, or deleted since, it is verified")
    func unusedCertificate() throws {
        let mock = try Mock()
        let serials = try ["one", "two"].map { name in
            let enrolled = try mock.enroll(name: name)
            if name == "two" { #expect(try mock.delete(enrolled).status == 204) }
            return try Certificate.parse(pem: enrolled.certificatePEM).serialNumber
        }
        try mock.server.world.clearJournal()
        for serial in serials {
            let demand = #"[{"never_used":{"certificate":"\#(serial.lowercased())"}}]"#
            let verdict = try control(mock, "/worlds/default/verify", body: demand)
            #expect(verdict.text.hasPrefix(#"{"passed":true"#), "\(verdict.text)")
        }
    }

    @Test("the handshakes of another world are in its own journal and in no other one")
    func separate() throws {
        let mock = try Mock()
        let made = try control(mock, "/worlds", body: #"{"name":"rs"}"#)
        #expect(made.status == 201)
        let enrolled = try mock.enroll(token: "SERVICE_USER_TOKEN.rs")
        let gate = try mock.connectToGate(.init(certificate: enrolled.pair))
        let answer = try gate.exchange(.request("GET", .me))
        #expect(answer["x-mock-world"] == "rs")
        let id = try #require(answer["x-request-id"])
        let wait = "/worlds/rs/journal/wait?kind=request&count=2"
        #expect(try control(mock, wait).status == 200)
        let explained = try control(mock, "/explain/\(id)").text
        #expect(!explained.contains("\"handshake\":null"), "\(explained)")
        let archive = try control(mock, "/worlds/rs/journal.har").text
        #expect(archive.contains("\"_tls\":{"))
        let elsewhere = try control(mock, "/worlds/default/journal").text
        #expect(elsewhere.contains("\"entries\":[]"), "\(elsewhere)")
    }

    @Test("a handshake without a request is noted in default when its connection ends")
    func unused() throws {
        let mock = try Mock()
        #expect(try control(mock, "/worlds", body: #"{"name":"rs"}"#).status == 201)
        do {
            let client = try mock.connect(.init(serverName: "unused.example"))
            #expect(!client.version.isEmpty)
        }
        let target = "/worlds/default/journal/wait?kind=handshake&timeout=20s"
        let answer = try control(mock, target)
        #expect(answer.status == 200)
        #expect(answer.text.contains("unused.example"), "\(answer.text)")
    }

    @Test("plain HTTP on a TLS port is noted as a handshake that failed, with the reason")
    func plainHTTP() throws {
        let mock = try Mock()
        let client = try TestClient(port: Mock.port(of: mock.server.apiURL))
        #expect(try client.exchange(.request("GET", .me)).status == 400)
        let target = "/worlds/default/journal/wait?kind=handshake&outcome=refused&timeout=20s"
        let text = try control(mock, target).text
        #expect(text.contains("plain HTTP was sent to an HTTPS port"), "\(text)")
        let entries = try mock.server.world.journal(["kind": "handshake"])
        let number = try #require(entries.first?.json.firstMatch(of: /"connection_id":"(\d+)"/)?.1)
        let explained = try control(mock, "/explain/\(number)?format=text").text
        #expect(explained.contains("What to do: ask for https://"), "\(explained)")
        #expect(!explained.contains("OpenSSL"), "\(explained)")
    }

    @Test("a stream ends when its world is deleted")
    func streamEnds() throws {
        let mock = try Mock()
        #expect(try control(mock, "/worlds", body: #"{"name":"rs"}"#).status == 201)
        let port = try Mock.port(of: mock.server.controlURL)
        let host = "127.0.0.1:\(port)"
        let stream = try TestClient(port: port)
        try stream.send(.request("GET", "/worlds/rs/journal/stream", host: host))
        _ = try stream.read(until: "the journal of world rs\n\n")
        let deletion = String.request("DELETE", "/worlds/rs", host: host)
        #expect(try TestClient(port: port).exchange(deletion).status == 204)
        // The last chunk (RFC 9112 section 7.1).
        _ = try stream.read(until: "0\r\n\r\n")
    }
}
