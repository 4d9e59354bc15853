import Testing

extension EndToEnd {
    @Suite("Names", .serialized, .timeLimit(.minutes(10)))
    struct NameTests {
        private static let path = "/account/api/v1/user/me"

        /// A name that a client calls the mock by, and whether it is one of the machine's own.
        private struct Name {
            let host: String
            let isOwn: Bool
        }

        private static let names = [
            Name(host: "localhost", isOwn: true),
            Name(host: "127.0.0.1", isOwn: true),
            Name(host: "[::1]", isOwn: true),
            Name(host: "localhost", isOwn: false),
            Name(host: "mockhost", isOwn: false),
            Name(host: "demo.one.digicert.com", isOwn: false),
            Name(host: "one.digicert.co.jp", isOwn: false),
        ]

        @Test("is trusted by every name, on both ports", arguments: Client.allCases)
        func isTrusted(_ client: Client) async throws {
            let server = try await MockServer.start(["--names", "mockhost"])
            let identity = try await Identity.enroll(.rsa2048, at: server)
            for name in Self.names {
                for (port, isByKey) in [(server.apiPort, true), (server.clientauthPort, false)] {
                    let answer = try await client.send(
                        Call(
                            url: "https://\(name.host):\(port)\(Self.path)",
                            authority: server.ready.caFile,
                            key: isByKey ? "SERVICE_USER_TOKEN" : nil,
                            identity: isByKey ? nil : identity,
                            connect: name.isOwn ? nil : "127.0.0.1:\(port)"
                        )
                    )
                    #expect(answer.status == 200, "\(name.host): \(answer)")
                }
            }
            await expectOrderlyEnd(of: server)
        }

        @Test(
            "asks for a certificate under clientauth. names, whatever the port",
            arguments: Client.allCases
        )
        func asksByName(_ client: Client) async throws {
            let server = try await MockServer.start(["--names", "mockhost"])
            let identity = try await Identity.enroll(.p256, at: server)
            for host in [
                "clientauth.localhost", "clientauth.demo.one.digicert.com",
                "clientauth.one.digicert.com", "clientauth.mockhost",
            ] {
                // Java alone sends no server name for a name without a dot; these all have one.
                let answer = try await client.send(
                    Call(
                        url: "https://\(host):\(server.apiPort)\(Self.path)",
                        authority: server.ready.caFile,
                        identity: identity,
                        connect: "127.0.0.1:\(server.apiPort)"
                    )
                )
                #expect(answer.status == 200, "\(host): \(answer)")
            }
            await expectOrderlyEnd(of: server)
        }
    }
}
