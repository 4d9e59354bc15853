import FoundationEssentials
import Testing

extension EndToEnd {
    @Suite("A real browser", .serialized, .timeLimit(.minutes(10)))
    struct BrowserTests {
        /// What `scripts/browser-tests` calls the scripts of `Tests/Browser`.
        private static let scripts: [String] = {
            let folder = Toolbox.root + "/Tests/Browser"
            let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return names.filter { $0.hasPrefix("test_") && $0.hasSuffix(".py") }
                .map { String($0.dropFirst("test_".count).dropLast(".py".count)) }.sorted()
        }()

        @Test("there are scripts to run")
        func scriptsAreThere() {
            #expect(Self.scripts.contains("pages"))
        }

        @Test("walks through the pages, and each is fit to be seen", arguments: scripts)
        func walks(_ script: String) async throws {
            let output = try await Program(
                path: Toolbox.root + "/scripts/browser-tests",
                arguments: [script],
                environment: ["MOCK_BINARY": try MockServer.binary()],
                secondsMax: 560
            ).run()
            #expect(output.status == 0, "\(output)")
        }
    }
}
