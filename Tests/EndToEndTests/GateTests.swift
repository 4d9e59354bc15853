import Testing

extension EndToEnd {
    @Suite("The clientauth gate", .serialized, .timeLimit(.minutes(10)))
    struct GateTests {
        @Test("refuses a disabled certificate on the next request of the same connection")
        func decidesOnEveryRequest() async throws {
            let server = try await MockServer.start()
            let identity = try await Identity.enroll(.rsa2048, at: server)
            let output = try await Toolbox.python(
                "same_connection.py",
                [
                    "api": server.ready.apiUrl, "clientauth": server.ready.clientauthUrl,
                    "ca": server.ready.caFile, "key": "SERVICE_USER_TOKEN",
                    "id": identity.enrolled.id, "certificate": identity.certificate,
                    "private_key": identity.key,
                ]
            )
            let expected = ["200", "403", "200", "403", "200", "connections: 1", ""]
            #expect(output.lines == expected, "\(output)")
            await expectOrderlyEnd(of: server)
        }

        @Test(
            "accepts every kind of key, and openssl accepts every certificate",
            arguments: KeyKind.allCases
        )
        func acceptsKeys(_ kind: KeyKind) async throws {
            let server = try await MockServer.start()
            let identity = try await Identity.enroll(kind, at: server)
            let verdict = try await Toolbox.openssl([
                "verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", identity.issuer,
                identity.certificate,
            ])
            #expect(verdict.text.hasSuffix(": OK\n"))
            let answer = try await Client.curl.send(
                Call(
                    url: server.ready.clientauthUrl + "/account/api/v1/user/me",
                    authority: server.ready.caFile,
                    identity: identity
                )
            )
            #expect(answer.status == 200, "\(answer)")
            await expectOrderlyEnd(of: server)
        }

        @Test("lets the API answer a certificate of another authority")
        func answersForeignCertificates() async throws {
            let server = try await MockServer.start()
            let other = try await MockServer.start()
            let foreign = try await Identity.enroll(.rsa2048, at: other)
            let answer = try await Client.curl.send(
                Call(
                    url: server.ready.clientauthUrl + "/account/api/v1/user/me",
                    authority: server.ready.caFile,
                    identity: foreign
                )
            )
            #expect(answer.status == 403, "\(answer)")
            #expect(answer.body.contains("AUTHORIZATION_ERROR"))
            await expectOrderlyEnd(of: other)
            await expectOrderlyEnd(of: server)
        }
    }
}
