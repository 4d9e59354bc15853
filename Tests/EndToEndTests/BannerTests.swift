import Testing

extension EndToEnd {
    @Suite("The banner", .serialized, .timeLimit(.minutes(10)))
    struct BannerTests {
        @Test("shows one curl line that works as it stands")
        func curlLine() async throws {
            let server = try await MockServer.start()
            // The banner follows the ready line.
            while !server.log.contains("curl ") { await Task.yield() }
            let lines = server.log.split(separator: "\n").map { $0.drop { $0 == " " } }
            let commands = lines.filter { $0.hasPrefix("curl ") }
            let command = try #require(commands.first)
            #expect(commands.count == 1)
            let answer = try await Program(
                path: "/bin/sh",
                arguments: ["-c", String(command)]
            ).run()
            #expect(answer.text.contains("783a6a45-b74b-4635-bb4b-69855910ccd3"))
            await expectOrderlyEnd(of: server)
        }
    }
}
