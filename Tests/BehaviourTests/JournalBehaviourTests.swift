import FoundationEssentials
import MockDigiCertOne
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
             {"only_one_credential": true}, {"never_used": {"certificate": "00"}}]
            """
        let verdict = try control(mock, "/worlds/default/verify", body: expectations)
        #expect(verdict.text.hasPrefix(#"{"passed":true,"expectations":4"#), "\(verdict.text)")
        let report = try control(mock, "/worlds/default/report?format=markdown")
        #expect(report.text.contains("| **bad** | says who it is in User-Agent (`user-agent`) |"))
        let archive = try control(mock, "/worlds/default/journal.har")
        #expect(archive.text.contains("\"_tls\":{"))
        #expect(archive.text.contains("\"version\":\"\(ProgramVersion.current)\""))
    }
}
