import MockDigiCertOne
import Testing

@Test("renews its certificate before it expires")
func renewal() async throws {
    let mock = try await MockDigiCertOne.start(["world.caKeyAlgorithm": "p-256"])
    let world = try mock.makeWorld(MockWorldOptions(name: "renewal"))

    // Where it is, what to trust, who the client is: the variables that `exec` would set.
    let environment = try world.environment()
    // … start the code under test with them, and let it trust mock.caFile …
    #expect(environment["MOCK_WORLD_API_URL"] == world.apiURL)

    try world.clock.freeze()
    let happened = try world.clock.advanceToNextEvent()
    #expect(happened.contains { $0.contains("entered its last 90 days") })
    let mail = try await world.waitForMail(kind: "certificate_expiring")
    #expect(mail.to == "admin@example.com")
    #expect(try world.journal(["status": "4xx"]).isEmpty)
}
