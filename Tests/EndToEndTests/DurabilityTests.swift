import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    @Suite("Durability", .serialized, .timeLimit(.minutes(10)))
    struct DurabilityTests {
        @Test("kill -9 loses no certificate whose answer arrived", arguments: 1...3)
        func keepsWhatWasAnswered(_ round: Int) async throws {
            let state = try TemporaryFolder()
            let victim = try await MockServer.start(stateFolder: state)
            try await Identity.request(.p256, in: state)
            let writers = try await withThrowingTaskGroup(of: Program.Output.self) { group in
                for writer in 1...3 {
                    let pairs = [
                        "url": victim.ready.apiUrl, "ca": victim.ready.caFile,
                        "key": "SERVICE_USER_TOKEN", "csr": state.file("client.csr"),
                        "prefix": "round \(round) writer \(writer)",
                    ]
                    group.addTask { try await Toolbox.python("enroll_until_cut_off.py", pairs) }
                }
                try await waitForCertificates(20 * round, at: victim)
                _ = await victim.stop(SIGKILL)
                return try await group.reduce(into: []) { $0.append($1) }
            }
            for writer in writers { #expect(writer.status == 0, "\(writer)") }
            let acknowledged = Set(writers.flatMap(\.lines)).subtracting([""])
            #expect(acknowledged.count >= 20 * round)

            let heir = try await MockServer.start(stateFolder: state)
            let kept = Set(try await certificates(at: heir))
            #expect(acknowledged.subtracting(kept).isEmpty, "lost")
            await expectOrderlyEnd(of: heir)
        }

        @Test("a signal that comes before the configuration is read is kept, and ends the server")
        func keepsEarlySignals() async throws {
            let folder = try TemporaryFolder()
            // Opening the pipe to write returns when the program opens it to read.
            let script = """
                mkfifo pipe
                "$0" serve --ephemeral --api-port 0 --clientauth-port 0 --control-port 0 \
                    --config pipe 2>log & exec 3>pipe
                kill -TERM $! && echo '{}' >&3 && exec 3>&-
                wait $!; echo "status $?"
                """
            let output = try await Program(
                path: "/bin/sh",
                arguments: ["-c", script, MockServer.binary()],
                folder: folder.path,
                secondsMax: 30
            ).succeed()
            #expect(output.lines.contains("status 0"), "\(output)")
        }

        @Test("a second process on the same state is refused and says why")
        func refusesASecondProcess() async throws {
            let state = try TemporaryFolder()
            let first = try await MockServer.start(stateFolder: state)
            let second = try await Program(
                path: MockServer.binary(),
                arguments: ["serve", "--state-dir", state.file("state")]
            ).run()
            #expect(second.status == 1)
            #expect(second.text.isEmpty)
            let words = "is in use by another mock-digicert-one (process \(first.ready.pid)); stop"
            #expect(second.complaints.contains(words), "\(second)")
            #expect(second.complaints.filter { $0 == "\n" }.count == 1, "\(second)")
            await expectOrderlyEnd(of: first)
        }

        @Test("a reset world knows no certificate of before, and is trusted as before")
        func resets() async throws {
            let state = try TemporaryFolder()
            let first = try await MockServer.start(stateFolder: state)
            let identity = try await Identity.enroll(.p256, at: first)
            let authority = try state.read("state/ca.pem")
            let reset = Program(
                path: try MockServer.binary(),
                arguments: ["reset", "--state-dir", state.file("state")]
            )
            let refused = try await reset.run()
            #expect(refused.status == 1)
            #expect(refused.complaints.contains("stop that one first"), "\(refused)")
            await expectOrderlyEnd(of: first)

            let done = try await reset.succeed()
            #expect(done.text.contains("certificates 0 (1)"), "\(done)")
            let second = try await MockServer.start(stateFolder: state)
            #expect(try state.read("state/ca.pem") == authority)
            var call = Call(
                url: second.ready.clientauthUrl + "/account/api/v1/user/me",
                authority: second.ready.caFile,
                identity: identity
            )
            #expect(try await Client.curl.send(call).status == 403)
            let again = try await Identity.enroll(.p256, at: second)
            #expect(again.enrolled.caCert == identity.enrolled.caCert)
            call.identity = again
            #expect(try await Client.curl.send(call).status == 200)
            await expectOrderlyEnd(of: second)
        }

        @Test("certificates work on after an orderly restart")
        func survivesARestart() async throws {
            let state = try TemporaryFolder()
            let first = try await MockServer.start(stateFolder: state)
            let identity = try await Identity.enroll(.rsa2048, at: first)
            await expectOrderlyEnd(of: first)
            let second = try await MockServer.start(stateFolder: state)
            let answer = try await Client.curl.send(
                Call(
                    url: second.ready.clientauthUrl + "/account/api/v1/user/me",
                    authority: second.ready.caFile,
                    identity: identity
                )
            )
            #expect(answer.status == 200, "\(answer)")
            await expectOrderlyEnd(of: second)
        }

        private struct Listed: Decodable {
            let id: String
        }

        /// Every certificate, page by page: a fast machine makes more than one page holds.
        private func certificates(at server: MockServer) async throws -> [String] {
            let path = "/account/api/v1/client-auth-certificate"
            let pageSize = 1000
            var found: [String] = []
            while true {
                let query = "?limit=\(pageSize)&offset=\(found.count)"
                let answer = try await Client.curl.send(
                    Call(
                        url: server.ready.apiUrl + path + query,
                        authority: server.ready.caFile,
                        key: "SERVICE_USER_TOKEN"
                    )
                )
                let page = try JSON.decode([Listed].self, from: answer.body).map(\.id)
                found += page
                guard page.count == pageSize else { return found }
            }
        }

        /// Asks until there are so many; each question is a process, so this does not spin.
        private func waitForCertificates(_ count: Int, at server: MockServer) async throws {
            for _ in 0..<1000 {
                if try await certificates(at: server).count >= count { return }
            }
            throw Program.Failure(description: "fewer than \(count) certificates were made")
        }
    }
}
