import Testing

extension EndToEnd {
    @Suite("Session resumption", .serialized, .timeLimit(.minutes(10)))
    struct ResumptionTests {
        private static let versions = ["-tls1_2", "-tls1_3"]

        @Test(
            "carries the certificate of the handshake that made the session",
            arguments: versions
        )
        func carriesTheCertificate(_ version: String) async throws {
            let server = try await MockServer.start()
            let identity = try await Identity.enroll(.rsa2048, at: server)
            let session = identity.folder.file("session.pem")
            let port = server.clientauthPort
            let certificate = ["-cert", identity.certificate, "-key", identity.key]

            let first = try await connect(
                server,
                port,
                "localhost",
                [version, "-sess_out", session] + certificate
            )
            #expect(first.text.contains("New, ") && first.text.contains("200 OK"), "\(first)")
            // No certificate this time: the session alone says who this is.
            let second = try await connect(
                server,
                port,
                "localhost",
                [version, "-sess_in", session]
            )
            #expect(second.text.contains("Reused, "), "\(second)")
            #expect(second.text.contains("200 OK"), "\(second)")
            await expectOrderlyEnd(of: server)
        }

        @Test("works without a certificate", arguments: versions)
        func worksWithoutCertificate(_ version: String) async throws {
            let server = try await MockServer.start()
            let session = server.folder.file("session.pem")
            let first = try await connect(
                server,
                server.apiPort,
                "localhost",
                [version, "-sess_out", session]
            )
            #expect(first.text.contains("New, "), "\(first)")
            let second = try await connect(
                server,
                server.apiPort,
                "localhost",
                [version, "-sess_in", session]
            )
            #expect(second.text.contains("Reused, "), "\(second)")
            await expectOrderlyEnd(of: server)
        }

        @Test("leads neither into the gate nor out of it", arguments: versions)
        func staysInItsMode(_ version: String) async throws {
            let server = try await MockServer.start()
            let identity = try await Identity.enroll(.p256, at: server)
            let certificate = ["-cert", identity.certificate, "-key", identity.key]
            let plain = identity.folder.file("plain.pem")
            let mutual = identity.folder.file("mutual.pem")
            let port = server.apiPort
            let gate = "clientauth.localhost"
            _ = try await connect(server, port, "localhost", [version, "-sess_out", plain])
            _ = try await connect(
                server,
                port,
                gate,
                [version, "-sess_out", mutual] + certificate
            )

            let inward = try await connect(
                server,
                port,
                gate,
                [version, "-sess_in", plain] + certificate
            )
            #expect(inward.text.contains("New, ") && inward.text.contains("200 OK"), "\(inward)")
            let outward = try await connect(
                server,
                port,
                "localhost",
                [version, "-sess_in", mutual]
            )
            #expect(outward.text.contains("New, "), "\(outward)")
            #expect(!outward.text.contains("200 OK"), "\(outward)")
            await expectOrderlyEnd(of: server)
        }

        @Test("does not outlast a disabled certificate", arguments: versions)
        func decidesAnew(_ version: String) async throws {
            let server = try await MockServer.start()
            let identity = try await Identity.enroll(.p256, at: server)
            let session = identity.folder.file("session.pem")
            let certificate = ["-cert", identity.certificate, "-key", identity.key]
            let port = server.clientauthPort
            _ = try await connect(
                server,
                port,
                "localhost",
                [version, "-sess_out", session] + certificate
            )
            try identity.folder.write(#"{"enabled": false}"#, to: "disable.json")
            let certificates = "/account/api/v1/client-auth-certificate/"
            let disabled = try await Client.curl.send(
                Call(
                    url: server.ready.apiUrl + certificates + identity.enrolled.id + "/enable",
                    authority: server.ready.caFile,
                    method: "PUT",
                    key: "SERVICE_USER_TOKEN",
                    body: identity.folder.file("disable.json")
                )
            )
            #expect(disabled.status == 200, "\(disabled)")
            let resumed = try await connect(
                server,
                port,
                "localhost",
                [version, "-sess_in", session] + certificate
            )
            #expect(resumed.text.contains("Reused, "), "\(resumed)")
            #expect(resumed.text.contains("403 Forbidden"), "\(resumed)")
            await expectOrderlyEnd(of: server)
        }

        /// Asks for /user/me with `openssl s_client`, which says whether a session was reused.
        private func connect(
            _ server: MockServer,
            _ port: Int,
            _ name: String,
            _ options: [String]
        ) async throws -> Program.Output {
            try await Program(
                path: Toolbox.path(of: "openssl"),
                arguments: [
                    "s_client", "-connect", "127.0.0.1:\(port)", "-servername", name, "-CAfile",
                    server.ready.caFile, "-verify_return_error", "-ign_eof",
                ] + options,
                input: "GET /account/api/v1/user/me HTTP/1.1\r\nHost: \(name)\r\n"
                    + "Connection: close\r\n\r\n"
            ).run()
        }
    }
}
