import MockDigiCertOne
import TestCommand
import Testing

@Suite("The journal of an embedded server", .timeLimit(.minutes(10)))
struct EmbeddedJournalTests {
    @Test("tells what curl did, explains a refusal by its request id, and verifies it")
    func tells() async throws {
        let mock = try Mock()
        let world = mock.server.world
        let answer = try TestCommand.run([
            "curl", "-s", "-o", "/dev/null", "-w", "%{http_code} %header{x-request-id}",
            "--cacert", mock.server.caFile, "-H", "x-api-key: WRONG",
            mock.server.apiURL + "/account/api/v1/user/me",
        ]).text.split(separator: " ").map(String.init)
        #expect(answer.first == "401")
        let id = try #require(answer.last)
        let entries = try await world.waitForJournal(["status": "401"], count: 1)
        #expect(entries.count == 1)
        #expect(entries.first?.json.contains("\"request_id\":\"\(id)\"") == true)
        // The key is masked, also one that nobody knows.
        #expect(entries.first?.json.contains("WRONG") == false)
        let explained = try world.explain(id)
        #expect(explained.contains("x-api-key"), "\(explained)")
        #expect(explained.contains("401"), "\(explained)")
        let broken = try world.verify(json: #"[{"request":{"status":"4xx"},"never":true}]"#)
        #expect(!broken.passed)
        #expect(broken.failures.count == 1, "\(broken.failures)")
        #expect(try world.verify(json: #"[{"request":{"status":"4xx"},"exactly":1}]"#).passed)
        try world.clearJournal()
        #expect(try world.journal(["status": "401"]).isEmpty)
    }
}
