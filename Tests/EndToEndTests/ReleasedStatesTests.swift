import FoundationEssentials
import Testing

extension EndToEnd {
    @Suite("State of released versions", .timeLimit(.minutes(10)))
    struct ReleasedStatesTests {
        private static let releases =
            "/" + #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
            + "/ReleasedStates"

        static let versions: [String] = {
            let names = (try? FileManager.default.contentsOfDirectory(atPath: releases)) ?? []
            return names.filter { $0.first?.isNumber == true }.sorted()
        }()

        /// What curl says of one request to `/user/me` with a client's certificate of then.
        private func status(
            of client: String,
            at server: MockServer,
            trusting authority: String,
            in release: String
        ) async throws -> String {
            try await Program(
                path: Toolbox.path(of: "curl"),
                arguments: [
                    "--silent", "--show-error", "--max-time", "60", "--cacert", authority,
                    "--cert", "\(release)/clients/\(client).crt",
                    "--key", "\(release)/clients/\(client).key",
                    "--output", "/dev/null", "--write-out", "%{http_code}",
                    server.ready.clientauthUrl + "/account/api/v1/user/me",
                ]
            ).succeed().text
        }

        @Test("old trust files and client certificates work on", arguments: versions)
        func worksOn(version: String) async throws {
            let release = "\(Self.releases)/\(version)"
            let folder = try TemporaryFolder()
            let state = folder.file("state")
            try FileManager.default.createDirectory(
                atPath: state,
                withIntermediateDirectories: true
            )
            for name in ["ca.pem", "tls", "worlds"] {
                try FileManager.default.copyItem(
                    atPath: "\(release)/\(name)",
                    toPath: "\(state)/\(name)"
                )
            }
            let server = try await MockServer.start(stateFolder: folder)
            let authority = release + "/ca.pem"
            for (client, expected) in [("enabled", "200"), ("disabled", "403"), ("deleted", "403")]
            {
                let found = try await status(
                    of: client,
                    at: server,
                    trusting: authority,
                    in: release
                )
                #expect(found == expected, "\(client)")
            }
            let identity = try await Identity.enroll(.p256, at: server)
            let answer = try await Client.curl.send(
                Call(
                    url: server.ready.clientauthUrl + "/account/api/v1/user/me",
                    authority: authority,
                    identity: identity
                )
            )
            #expect(answer.status == 200, "\(answer)")
            await expectOrderlyEnd(of: server)
        }
    }
}
