import FoundationEssentials
import TestCommand
import Testing

extension EndToEnd {
    @Suite("Trust of one's own", .serialized, .timeLimit(.minutes(10)))
    struct TrustTests {
        private static let path = "/account/api/v1/user/me"

        /// Names that clients verify, each on both ports.
        private static let hosts = ["localhost", "demo.one.digicert.com", "mock.example.test"]

        /// mkcert's root: RSA, no path below it, a subject with a unit.
        private static func mkcert() throws -> TestAuthority {
            try TestAuthority(
                subject: "/O=mkcert development CA/OU=me@here (Me, Myself)/CN=mkcert me@here (Me)",
                key: ["-newkey", "rsa:3072"],
                extensions: [
                    "basicConstraints=critical,CA:TRUE,pathlen:0",
                    "keyUsage=critical,keyCertSign", "subjectKeyIdentifier=hash",
                ],
                stringMask: "nombstr"
            )
        }

        @Test("every client believes an authority it has already", arguments: Client.allCases)
        func authority(_ client: Client) async throws {
            let folder = try TemporaryFolder()
            let own = try Self.mkcert().own
            try folder.write(own.certificate + own.key, to: "both.pem")
            try folder.write(own.certificate, to: "root.pem")
            let server = try await MockServer.start(["--tls-ca", folder.file("both.pem")])
            try await expectTrust(of: folder.file("root.pem"), by: client, at: server)
            let trusted = try String(contentsOfFile: server.ready.caFile, encoding: .utf8)
            #expect(trusted == own.certificate)
            await expectOrderlyEnd(of: server)
        }

        @Test("every client believes an authority below a root", arguments: Client.allCases)
        func intermediate(_ client: Client) async throws {
            let folder = try TemporaryFolder()
            let root = try Self.root()
            let middle = try TestAuthority(subject: "/CN=Middle", issuedBy: root).own
            try folder.write(middle.certificate + root.own.certificate, to: "tls.crt")
            try folder.write(middle.key, to: "tls.key")
            let server = try await MockServer.start([
                "--tls-ca", folder.file("tls.crt"), "--tls-ca-key", folder.file("tls.key"),
            ])
            try await expectTrust(of: server.ready.caFile, by: client, at: server)
            await expectOrderlyEnd(of: server)
        }

        @Test("every client believes a finished certificate", arguments: Client.allCases)
        func finished(_ client: Client) async throws {
            let folder = try TemporaryFolder()
            let root = try Self.root()
            let middle = try TestAuthority(subject: "/CN=Middle", issuedBy: root)
            let names = Self.hosts.map { "DNS:\($0)" }.joined(separator: ",")
            let leaf = try middle.issue(
                extensions: ["subjectAltName=\(names)", "extendedKeyUsage=serverAuth"]
            )
            try folder.write(leaf.certificate + middle.own.certificate, to: "tls.crt")
            try folder.write(leaf.key, to: "tls.key")
            try folder.write(root.own.certificate, to: "root.pem")
            let server = try await MockServer.start([
                "--tls-cert", folder.file("tls.crt"), "--tls-key", folder.file("tls.key"),
                "--tls-ca", folder.file("root.pem"), "--ca-copy", folder.file("copy.pem"),
            ])
            try await expectTrust(of: folder.file("copy.pem"), by: client, at: server)
            #expect(!server.log.contains("does not carry"))
            await expectOrderlyEnd(of: server)
        }

        @Test("a certificate by one's own client authority works", arguments: Client.allCases)
        func clientAuthority(_ client: Client) async throws {
            let folder = try TemporaryFolder()
            let own = try Self.mkcert().own
            try folder.write(own.key + own.certificate, to: "both.pem")
            let server = try await MockServer.start(["--client-ca", folder.file("both.pem")])
            let identity = try await Identity.enroll(.rsa2048, at: server)
            #expect(identity.enrolled.caCert == own.certificate)
            let answer = try await client.send(
                Call(
                    url: server.ready.clientauthUrl + Self.path,
                    authority: server.ready.caFile,
                    identity: identity
                )
            )
            #expect(answer.status == 200, "\(answer)")
            await expectOrderlyEnd(of: server)
        }

        @Test("ca tells of the authority in force, and renews none but the mock's own")
        func command() async throws {
            let folder = try TemporaryFolder()
            let own = try TestAuthority().own
            try folder.write(own.key + own.certificate, to: "both.pem")
            let state = ["--state-dir", folder.file("state")]
            let given = ["--tls-ca", folder.file("both.pem")]
            let made = try await mock(["ca", "--pem"] + state).succeed().text
            let inForce = try await mock(["ca", "--pem"] + state + given).succeed().text
            #expect(inForce == own.certificate)
            #expect(try await mock(["ca", "--pem"] + state).succeed().text == made)
            let refused = try await mock(["ca", "--renew"] + state + given).run()
            #expect(refused.status == 1)
            #expect(refused.complaints.contains("--tls-ca \(folder.file("both.pem")): is in force"))
            let renewed = try await mock(["ca", "--renew", "--pem"] + state).succeed().text
            #expect(renewed != made && renewed.hasPrefix("-----BEGIN CERTIFICATE-----"))
        }

        @Test("hosts lead Java, which reads such a file too, to the vendor's names")
        func hosts() async throws {
            let folder = try TemporaryFolder()
            let server = try await MockServer.start(["--https-port", "0"])
            let lines = try await mock(["hosts", "--address", "127.0.0.1"]).succeed().text
            try folder.write(lines, to: "hosts")
            let port = try #require(server.httpsPort)
            let answer = try await Program(
                path: Toolbox.path(of: "java"),
                arguments: [
                    "-XX:TieredStopAtLevel=1", "-Djdk.net.hosts.file=" + folder.file("hosts"),
                    "-cp", Toolbox.java.value.path, "Request", "client=HttpClient",
                    "url=https://demo.one.nl.digicert.com:\(port)\(Self.path)",
                    "ca=" + server.ready.caFile, "method=GET", "key=SERVICE_USER_TOKEN",
                ]
            ).succeed()
            #expect(answer.text.hasPrefix("200 "))
            await expectOrderlyEnd(of: server)
        }

        private static func root() throws -> TestAuthority {
            try TestAuthority(subject: "/CN=Root", key: ["-newkey", "rsa:2048"])
        }

        private func mock(_ arguments: [String]) throws -> Program {
            Program(path: try MockServer.binary(), arguments: arguments)
        }

        private func expectTrust(
            of authority: String,
            by client: Client,
            at server: MockServer
        ) async throws {
            for host in Self.hosts {
                let answer = try await client.send(
                    Call(
                        url: "https://\(host):\(server.apiPort)\(Self.path)",
                        authority: authority,
                        key: "SERVICE_USER_TOKEN",
                        connect: host == "localhost" ? nil : "127.0.0.1:\(server.apiPort)"
                    )
                )
                #expect(answer.status == 200, "\(host): \(answer)")
            }
        }
    }
}
