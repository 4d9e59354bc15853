import FoundationEssentials
import Testing

extension EndToEnd {
    @Suite("The tutorial", .serialized, .timeLimit(.minutes(10)))
    struct TutorialTests {
        /// Options of `serve` that the tutorial must not notice.
        private static let worlds: [[String]] = [
            [],
            ["--clock", "2025-10-20T00:00:00Z"],
            ["--clock", "2041-02-28T23:59:58Z"],
            ["--clock", "2028-02-29T12:00:00Z", "--clock-frozen"],
        ]

        /// Pages about trust that run in one shell with what `scripts/test` installs.
        private static let trustPages =
            "docs/trust.md docs/recipes/trust-curl.md docs/recipes/trust-java.md"

        @Test("docs/tutorial.md runs as it is written", arguments: worlds)
        func runs(_ options: [String]) async throws {
            let server = try await MockServer.start(options)
            let output = try await Program(
                path: Toolbox.root + "/scripts/tutorial",
                arguments: [],
                environment: ["MOCK_CONTROL_URL": server.ready.controlUrl]
            ).run()
            #expect(output.status == 0, "\(output)")
            #expect(output.lines.count > 15, "\(output)")
            await expectOrderlyEnd(of: server)
        }

        @Test("docs/trust.md and its recipes that need nothing more run as they are written")
        func trusts() async throws {
            let server = try await MockServer.start()
            let output = try await Program(
                path: Toolbox.root + "/scripts/tutorial",
                arguments: [],
                environment: [
                    "MOCK_CONTROL_URL": server.ready.controlUrl,
                    "TUTORIAL_DOCUMENT": Self.trustPages,
                    // These pages start a program of their own, which nothing puts into PATH.
                    "MOCK_BINARY": try MockServer.binary(),
                ]
            ).run()
            #expect(output.status == 0, "\(output)")
            #expect(output.lines.count > 5, "\(output)")
            await expectOrderlyEnd(of: server)
        }

        @Test(
            "the pages about the control listener and its commands run as they are written",
            arguments: ["docs/control.md", "docs/command-line.md"]
        )
        func steers(_ page: String) async throws {
            let output = try await Program(
                path: Toolbox.root + "/scripts/tutorial",
                arguments: [],
                environment: [
                    "TUTORIAL_DOCUMENT": page, "MOCK_BINARY": try MockServer.binary(),
                ]
            ).run()
            #expect(output.status == 0, "\(output)")
        }

        @Test("README's commands run as they are printed")
        func readmeRuns() async throws {
            let server = try await MockServer.start()
            let readme = try #require(PrintedDocument.readme)
            let start = try readme.block("curl -fsS http://127.0.0.1:8440/ca.pem", through: "```")
            let walk = try readme.block("# 1. A key and a certificate", through: "```")
            let script = (start + walk).replacing("```", with: "")
                .replacing("http://127.0.0.1:8440", with: server.ready.controlUrl)
                .replacing("https://localhost:8443", with: server.ready.apiUrl)
                .replacing("https://localhost:8444", with: server.ready.clientauthUrl)
            let output = try await Program(
                path: "/bin/sh",
                arguments: ["-eu"],
                folder: server.folder.path,
                input: script
            ).succeed()
            #expect(output.text.contains("Example service user"), "\(output)")
            #expect(output.text.contains("x-mock-reason"), "\(output)")
            await expectOrderlyEnd(of: server)
        }
    }
}
