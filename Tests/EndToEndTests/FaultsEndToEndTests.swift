import FoundationEssentials
import Testing

extension EndToEnd {
    @Suite("Faults as clients meet them", .timeLimit(.minutes(10)))
    struct FaultsEndToEndTests {
        @Test(
            "Python, openssl, Java and curl see each fault as what it claims to be",
            arguments: ["answers,times,endings,blind,magic", "handshakes,openssl,java"]
        )
        func claims(_ names: String) async throws {
            let server = try await MockServer.start(["--ca-key-algorithm", "p-256"])
            let folder = try TemporaryFolder()
            let classes = try TemporaryFolder()
            try await Program(
                path: Toolbox.path(of: "javac"),
                arguments: ["-d", classes.path, Toolbox.clients + "/Alerts.java"]
            ).succeed()
            let output = try await Toolbox.python(
                "faults.py",
                [
                    "control": server.ready.controlUrl, "ca": server.ready.caFile,
                    "folder": folder.path, "classes": classes.path, "only": names,
                ]
            )
            #expect(output.status == 0, "\(output)\n\(server.log)")
            #expect(output.lines.dropLast().joined(separator: ",") == names)
            await expectOrderlyEnd(of: server)
        }

        @Test("Node sees GOAWAY and REFUSED_STREAM; three thousand answers wait without a thread")
        func http2() async throws {
            let server = try await MockServer.start(["--log-level", "error"])
            let output = try await Program(
                path: Toolbox.path(of: "node"),
                arguments: [
                    Toolbox.clients + "/faults.mjs", "control=" + server.ready.controlUrl,
                    "ca=" + server.ready.caFile, "pid=\(server.ready.pid)", "count=3000",
                ]
            ).run()
            #expect(output.status == 0, "\(output)\n\(server.log)")
            let expected = ["REFUSED_STREAM", "GOAWAY", "RST_STREAM", "3000 at one time", ""]
            #expect(output.lines == expected, "\(output)")
            await expectOrderlyEnd(of: server)
        }
    }
}
