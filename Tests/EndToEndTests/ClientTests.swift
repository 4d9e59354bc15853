import Testing

/// Every end-to-end test starts processes by the dozen, so they run one after the other.
@Suite("End to end", .serialized, .timeLimit(.minutes(15)))
struct EndToEnd {}

extension EndToEnd {
    @Suite("Clients that nobody here wrote", .serialized, .timeLimit(.minutes(10)))
    struct ClientTests {
        private static let path = "/account/api/v1/user/me"

        /// One combination of what a client can be told to speak.
        private struct Speech {
            let tls: String
            let http: String
            let identity: Identity?
        }

        @Test(
            "reads /user/me by key, by RSA and by EC certificate, in each version of TLS and HTTP",
            arguments: Client.allCases
        )
        func readsItsUser(_ client: Client) async throws {
            let server = try await MockServer.start()
            let identities: [Identity?] = [
                nil, try await Identity.enroll(.rsa2048, at: server),
                try await Identity.enroll(.p256, at: server),
            ]
            let speeches = ["1.2", "1.3"].flatMap { tls in
                client.httpVersions.flatMap { http in
                    identities.map { Speech(tls: tls, http: http, identity: $0) }
                }
            }
            for speech in speeches {
                let isByKey = speech.identity == nil
                let base = isByKey ? server.ready.apiUrl : server.ready.clientauthUrl
                let answer = try await client.send(
                    Call(
                        url: base + Self.path,
                        authority: server.ready.caFile,
                        key: isByKey ? "SERVICE_USER_TOKEN" : nil,
                        identity: speech.identity,
                        tls: speech.tls,
                        http: speech.http
                    )
                )
                #expect(answer.status == 200, "\(answer)")
                #expect(answer.http == "HTTP/" + speech.http)
                #expect(answer.tls == "TLSv" + speech.tls)
                #expect(answer.body.contains("783a6a45-b74b-4635-bb4b-69855910ccd3"))
            }
            await expectOrderlyEnd(of: server)
        }

        @Test("enrolls a certificate with a request body", arguments: Client.allCases)
        func enrolls(_ client: Client) async throws {
            let server = try await MockServer.start()
            let first = try await Identity.enroll(.p256, at: server)
            let body = try first.folder.read("body.json")
                .replacing("Key p256", with: "The second one")
            try first.folder.write(body, to: "second.json")
            for status in [201, 400] {
                let answer = try await client.send(
                    Call(
                        url: server.ready.apiUrl + "/account/api/v1/client-auth-certificate",
                        authority: server.ready.caFile,
                        method: "POST",
                        key: "SERVICE_USER_TOKEN",
                        body: first.folder.file("second.json")
                    )
                )
                #expect(answer.status == status, "\(answer)")
                #expect(answer.body.contains(status == 201 ? "x509_cert" : "duplicate_error"))
            }
            await expectOrderlyEnd(of: server)
        }

        @Test(
            "is refused by the API, not by the handshake, without a certificate",
            arguments: Client.allCases
        )
        func isRefusedWithoutCertificate(_ client: Client) async throws {
            let server = try await MockServer.start()
            let answer = try await client.send(
                Call(
                    url: server.ready.clientauthUrl + Self.path,
                    authority: server.ready.caFile
                )
            )
            #expect(answer.status == 403, "\(answer)")
            #expect(answer.body.contains("No authentication data provided"))
            await expectOrderlyEnd(of: server)
        }
    }
}

/// Ends a server and looks at what it leaves: status 0, and nothing said after `ready`.
///
/// - Parameter server: The server; it is gone afterwards.
func expectOrderlyEnd(of server: MockServer) async {
    #expect(server.isRunning, "it ended early:\n\(server.log)")
    let end = await server.stop()
    #expect(end.end == .exited(0), "\(server.log)")
    #expect(end.rest.isEmpty, "standard output belongs to the ready line")
}
