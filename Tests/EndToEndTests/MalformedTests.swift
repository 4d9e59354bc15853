import Testing

extension EndToEnd {
    @Suite("Malformed input", .serialized, .timeLimit(.minutes(10)))
    struct MalformedTests {
        /// A program that sends what no good client sends, and how much of it.
        struct Attack: Sendable, CustomTestStringConvertible {
            let script: String
            let count: Int

            var testDescription: String { "\(count) by \(script)" }
        }

        private static let attacks = [
            Attack(script: "malformed.py", count: 3000),
            Attack(script: "malformed_frames.py", count: 2000),
        ]

        @Test("neither crashes the server nor gets a 5xx", arguments: attacks)
        func isRefused(_ attack: Attack) async throws {
            let server = try await MockServer.start()
            let output = try await Toolbox.python(
                attack.script,
                [
                    "url": server.ready.apiUrl, "ca": server.ready.caFile,
                    "count": "\(attack.count)", "seed": "20251020",
                ],
                secondsMax: 400
            )
            #expect(output.status == 0, "\(output)")
            let answer = try await Client.curl.send(
                Call(
                    url: server.ready.apiUrl + "/account/api/v1/user/me",
                    authority: server.ready.caFile,
                    key: "SERVICE_USER_TOKEN"
                )
            )
            #expect(answer.status == 200, "\(answer)")
            await expectOrderlyEnd(of: server)
        }

        @Test("plain HTTP on a TLS port is told to use https")
        func explainsPlainHTTP() async throws {
            let server = try await MockServer.start()
            let answer = try await Program(
                path: Toolbox.path(of: "curl"),
                arguments: [
                    "--silent", "--include", "http://127.0.0.1:\(server.apiPort)/account/api/v1",
                ]
            ).run()
            #expect(answer.text.hasPrefix("HTTP/1.1 400 "), "\(answer)")
            #expect(answer.text.contains("https"), "\(answer)")
            await expectOrderlyEnd(of: server)
        }
    }
}
