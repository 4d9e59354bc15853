import FoundationEssentials
import Testing

extension EndToEnd {
    @Suite("A year of rotation", .timeLimit(.minutes(10)))
    struct RotationEndToEndTests {
        @Test("a client that the mailbox reminds goes through a year, and every reason is right")
        func year() async throws {
            let server = try await MockServer.start(["--ca-key-algorithm", "p-256"])
            let folder = try TemporaryFolder()
            let output = try await Toolbox.python(
                "rotation.py",
                [
                    "control": server.ready.controlUrl, "ca": server.ready.caFile,
                    "folder": folder.path,
                ]
            )
            #expect(output.status == 0, "\(output)\n\(server.log)")
            #expect(output.lines.first == "11 renewals, 6 disabled, 10 expired")
            await expectOrderlyEnd(of: server)
        }
    }
}
