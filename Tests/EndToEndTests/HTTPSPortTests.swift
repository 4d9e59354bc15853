import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    @Suite("The port where the server name alone decides", .timeLimit(.minutes(10)))
    struct HTTPSPortTests {
        /// Whether this user can become one that may not have port 443; containers often allow
        /// it to everybody.
        private static let canLosePort443: Bool = {
            let path = "/proc/sys/net/ipv4/ip_unprivileged_port_start"
            let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
            return geteuid() == 0 && Int(text.filter(\.isNumber)) ?? 0 > 443
        }()

        @Test(
            "serves both kinds of the vendor's names, to every client",
            arguments: Client.allCases
        )
        func bothKinds(_ client: Client) async throws {
            let server = try await MockServer.start(["--https-port", "0"])
            let identity = try await Identity.enroll(.p256, at: server)
            let port = try #require(server.httpsPort)
            for (host, isByKey) in [
                ("demo.one.digicert.com", true), ("clientauth.demo.one.digicert.com", false),
            ] {
                let answer = try await client.send(
                    Call(
                        url: "https://\(host):\(port)/account/api/v1/user/me",
                        authority: server.ready.caFile,
                        key: isByKey ? "SERVICE_USER_TOKEN" : nil,
                        identity: isByKey ? nil : identity,
                        connect: "127.0.0.1:\(port)"
                    )
                )
                #expect(answer.status == 200, "\(host): \(answer)")
            }
            await expectOrderlyEnd(of: server)
        }

        @Test("is done without after one line of warning where the port is taken")
        func taken() async throws {
            let first = try await MockServer.start()
            let server = try await MockServer.start(["--https-port", "\(first.apiPort)"])
            try await expectOneWarning(from: server, "is taken by another process")
            await expectOrderlyEnd(of: first)
        }

        @Test(
            "is done without after one line of warning where the user may not have it",
            .enabled(if: canLosePort443, "needs root, and a kernel that keeps low ports for it")
        )
        func forbidden() async throws {
            let server = try await MockServer.start(
                ["--https-port", "443"],
                under: [
                    Toolbox.path(of: "setpriv"), "--reuid=65532", "--regid=65532",
                    "--clear-groups", "--bounding-set=-all",
                ]
            )
            try await expectOneWarning(from: server, "needs a right that this process has not")
        }

        private func expectOneWarning(from server: MockServer, _ words: String) async throws {
            #expect(server.httpsPort == nil)
            let lines = server.log.split(separator: "\n").filter { $0.contains("--https-port") }
            #expect(lines.count == 1, "\(server.log)")
            #expect(lines.first?.contains("warning") == true)
            #expect(lines.first?.contains(words) == true, "\(server.log)")
            let answer = try await Client.curl.send(
                Call(
                    url: server.ready.apiUrl + "/account/api/v1/user/me",
                    authority: server.ready.caFile,
                    key: "SERVICE_USER_TOKEN"
                )
            )
            #expect(answer.status == 200)
            await expectOrderlyEnd(of: server)
        }
    }
}
