import Testing

extension EndToEnd {
    @Suite("The life of a service user", .serialized, .timeLimit(.minutes(10)))
    struct ServiceUserTests {
        @Test("a client manages it from creation to the audit log, and rotates without an outage")
        func life() async throws {
            let server = try await MockServer.start()
            let folder = try TemporaryFolder()
            let output = try await Toolbox.python(
                "service_user.py",
                [
                    "api": server.ready.apiUrl, "clientauth": server.ready.clientauthUrl,
                    "ca": server.ready.caFile, "key": "ADMIN_API_TOKEN", "folder": folder.path,
                ]
            )
            #expect(output.status == 0, "\(output)\n\(server.log)")
            let expected = [
                "created: ACTIVE", "rotated: no failed request", "disabled: DISABLED",
                "enabled: ACTIVE", "deleted", "audit log: complete",
            ]
            #expect(output.lines.filter { !$0.isEmpty } == expected)
            await expectOrderlyEnd(of: server)
        }
    }
}
