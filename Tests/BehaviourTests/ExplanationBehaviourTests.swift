import MockDigiCertOne
import TestClient
import Testing

/// The explanations, made of what the whole server notes.
@Suite("Explanations, seen from outside", .timeLimit(.minutes(10)))
struct ExplanationBehaviourTests {
    private let mock: Mock

    init() throws {
        mock = try Mock()
    }

    private func explain(_ answer: TestAnswer, in world: MockWorld? = nil) throws -> String {
        let id = try #require(answer["x-request-id"])
        return try (world ?? mock.server.world).explain(id)
    }

    @Test("a key that nobody looked at is not called unknown")
    func notLookedAt() throws {
        let lost = try mock.connect().exchange(
            .request("GET", "/nowhere", token: "SERVICE_USER_TOKEN")
        )
        #expect(lost.status == 404)
        let text = try explain(lost)
        #expect(text.contains("which was not looked at: the answer was decided before"), "\(text)")
        let wrong = try mock.connect().exchange(.request("GET", .me, token: "WRONG"))
        let unknown = try explain(wrong)
        #expect(unknown.contains("not recognized as a token of this world"), "\(unknown)")
        #expect(unknown.contains("GET /worlds/default/env"), "\(unknown)")
    }

    @Test(
        "where a rule decided, the remedy is to take it away, and not to mend the request",
        arguments: [401, 403, 400, 409, 503]
    )
    func byRule(status: Int) throws {
        try mock.server.world.addFault(
            json: #"{"id":"r1","match":{"path_glob":"/account/**"},"action":{"status":\#(status)}}"#
        )
        let answer = try mock.connect().exchange(
            .request("GET", .me, token: "SERVICE_USER_TOKEN")
        )
        #expect(answer.status == status)
        let text = try explain(answer)
        #expect(text.contains("DELETE /worlds/default/faults/r1"), "\(text)")
        #expect(!text.contains("enabled and in its time"), "\(text)")
        #expect(!text.contains("not recognized"), "\(text)")
    }

    @Test("a rule that only delays is not blamed for a wrong key")
    func delay() throws {
        try mock.server.world.addFault(
            json: #"{"match":{"path_glob":"/account/**"},"action":{"delay":"1ms"}}"#
        )
        let text = try explain(mock.connect().exchange(.request("GET", .me, token: "WRONG")))
        #expect(text.contains("enabled and in its time"), "\(text)")
    }

    @Test("of bad input the remedy does not send to a body that says nothing")
    func badInput() throws {
        let path = "/account/api/v1/client-auth-certificate"
        let answer = try mock.connect().exchange(
            .request("POST", path, token: "SERVICE_USER_TOKEN", body: #"{"csr":"no","name":"a"}"#)
        )
        #expect(answer.status == 400)
        let text = try explain(answer)
        #expect(text.contains("What to do: mend what the reason says"), "\(text)")
        #expect(text.contains("with its line breaks.\n"), "\(text)")
        #expect(!text.contains("names every member"), "\(text)")
    }

    @Test("of a key and a certificate of two users, both good, the remedy is to bring one")
    func contradiction() throws {
        let enrolled = try mock.enroll()
        let gate = try mock.connectToGate(.init(certificate: enrolled.pair))
        let answer = try gate.exchange(.request("GET", .me, token: "ADMIN_API_TOKEN"))
        #expect(answer.status == 403)
        let text = try explain(answer)
        #expect(text.contains("of one user, or only one of the two"), "\(text)")
    }

    @Test("the remedy names the world that it happened in")
    func world() throws {
        let world = try mock.server.makeWorld(MockWorldOptions(name: "rs"))
        let answer = try mock.connect().exchange(.request("GET", .me, token: "WRONG.rs"))
        let text = try explain(answer, in: world)
        #expect(text.contains("GET /worlds/rs/env"), "\(text)")
    }
}
