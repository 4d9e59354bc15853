import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    @Suite("Runs that repeat", .serialized, .timeLimit(.minutes(10)))
    struct RepeatableRunTests {
        /// What one process answered to the requests of `repeatable_run.py`.
        private struct Run {
            /// A line for each answer.
            let answers: [String]
            /// Every identifier, key and certificate that chance decided.
            let drawn: [String]
        }

        private static func run(_ options: [String], csr: String) async throws -> Run {
            let clock = ["--clock", "2025-10-20T00:00:00Z", "--clock-frozen"]
            let server = try await MockServer.start(options + clock)
            let output = try await Toolbox.python(
                "repeatable_run.py",
                [
                    "api": server.ready.apiUrl, "control": server.ready.controlUrl,
                    "ca": server.ready.caFile, "csr": csr,
                ]
            )
            #expect(output.status == 0, "\(output)\n\(server.log)")
            await expectOrderlyEnd(of: server)
            let lines = output.lines.filter { !$0.isEmpty }
            let drawn = try JSONDecoder().decode([String].self, from: Data((lines.last ?? "").utf8))
            return Run(answers: lines.dropLast(), drawn: drawn)
        }

        @Test(
            "two processes with one seed give the same bytes, one with another seed none of them",
            arguments: ["rsa-2048", "p-256", "ed25519"]
        )
        func repeats(_ algorithm: String) async throws {
            let folder = try TemporaryFolder()
            try await Identity.request(.p256, in: folder)
            let options = ["--ca-key-algorithm", algorithm, "--random-seed"]
            let csr = folder.file("client.csr")
            let first = try await Self.run(options + ["42"], csr: csr)
            let second = try await Self.run(options + ["42"], csr: csr)
            #expect(first.answers.count == 16)
            #expect(second.answers == first.answers)
            #expect(second.drawn == first.drawn)

            let other = try await Self.run(options + ["43"], csr: csr)
            #expect(other.answers.count == first.answers.count)
            #expect(other.drawn.count == first.drawn.count)
            // The tutorial's own ids are in its file, and stand in no answer that is drawn here.
            #expect(Set(other.drawn).isDisjoint(with: first.drawn))
            #expect(Set(first.drawn).count > 30)
        }

        @Test("a run that is interrupted by a restart gives the same bytes as one that is not")
        func restart() async throws {
            let seed = ["--random-seed", "7", "--clock", "2025-10-20T00:00:00Z", "--clock-frozen"]
            let options = seed + ["--ca-key-algorithm", "p-256"]
            var texts: [[String]] = []
            for isInterrupted in [false, true] {
                let state = try TemporaryFolder()
                var server = try await MockServer.start(options, stateFolder: state)
                var tokens: [String] = []
                for number in 1...4 {
                    if isInterrupted, number == 3 {
                        _ = await server.stop(SIGKILL)
                        server = try await MockServer.start(options, stateFolder: state)
                    }
                    let body = #"{"name":"token \#(number)"}"#
                    tokens.append(try await Self.post("/api-access-token", body, to: server))
                }
                await expectOrderlyEnd(of: server)
                texts.append(tokens)
            }
            #expect(texts[0] == texts[1])
            #expect(Set(texts[0]).count == 4)
        }

        @Test("TLS has the chance of nobody's seed: CA, certificate and randoms differ in each run")
        func handshakes() async throws {
            var seen: Set<String> = []
            for _ in 0..<2 {
                let server = try await MockServer.start(["--random-seed", "42"])
                for _ in 0..<2 {
                    let output = try await Toolbox.openssl([
                        "s_client", "-connect", "127.0.0.1:\(server.apiPort)", "-servername",
                        "localhost", "-msg",
                    ])
                    seen.insert(try Self.serverRandom(in: output.text))
                }
                seen.insert(try String(contentsOfFile: server.ready.caFile, encoding: .utf8))
                let lines = try await Toolbox.openssl([
                    "s_client", "-connect", "127.0.0.1:\(server.apiPort)", "-servername",
                    "localhost",
                ]).lines
                let certificate = lines.drop { $0 != "-----BEGIN CERTIFICATE-----" }
                    .prefix { $0 != "-----END CERTIFICATE-----" }
                #expect(certificate.count > 5)
                seen.insert(certificate.joined())
                await expectOrderlyEnd(of: server)
            }
            #expect(seen.count == 2 * 4)
        }

        /// The 32 bytes of RFC 8446 §4.1.3, behind type, length and version.
        private static func serverRandom(in messages: String) throws -> String {
            let lines = messages.split(separator: "\n")
            let index = try #require(
                lines.firstIndex { $0.hasPrefix("<<<") && $0.hasSuffix("ServerHello") }
            )
            let hex = lines[(index + 1)...].prefix { $0.hasPrefix("    ") }
                .flatMap { $0.split(separator: " ") }
            try #require(hex.count > 38)
            return hex[6..<38].joined()
        }

        private static func post(
            _ path: String,
            _ body: String,
            to server: MockServer
        ) async throws -> String {
            try await Program(
                path: Toolbox.path(of: "curl"),
                arguments: [
                    "-fsS", "--cacert", server.ready.caFile, "-d", body,
                    "-H", "x-api-key: SERVICE_USER_TOKEN", "-H", "Content-Type: application/json",
                    server.ready.apiUrl + "/account/api/v1" + path,
                ]
            ).succeed().text
        }
    }
}
