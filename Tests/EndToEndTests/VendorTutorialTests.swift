import FoundationEssentials
import Testing

extension EndToEnd {
    /// The blocks as the vendor printed them; only host, trust, date and typed password differ.
    @Suite(
        "The vendor's tutorial",
        .serialized,
        .timeLimit(.minutes(10)),
        .enabled(
            if: PrintedDocument.vendorTutorial != nil,
            "the vendor's document is not beside this clone"
        )
    )
    struct VendorTutorialTests {
        /// A world in which the printed blocks are to work.
        struct World: Sendable, CustomTestStringConvertible {
            let testDescription: String
            let options: [String]
            let date: String
            let enddate: String
        }

        static let worlds: [World] = {
            let now = Calendar(identifier: .gregorian).dateComponents(in: .gmt, from: Date())
            let nextYear = (now.year ?? 0) + 1
            return [
                World(
                    testDescription: "the printed date, in 2025",
                    options: ["--clock", "2025-10-20T00:00:00Z"],
                    date: "2026-10-20T23:59:59Z",
                    enddate: "notAfter=Oct 20 23:59:59 2026 GMT"
                ),
                World(
                    testDescription: "a date in the future, today",
                    options: [],
                    date: "\(nextYear)-01-09T23:59:59Z",
                    enddate: "notAfter=Jan  9 23:59:59 \(nextYear) GMT"
                ),
            ]
        }()

        private static let password = "typed by a person"

        private let document = PrintedDocument.vendorTutorial ?? PrintedDocument(text: "")

        @Test("its shell blocks work", arguments: worlds)
        func shellWorks(_ world: World) async throws {
            let server = try await MockServer.start(world.options)
            let put = try document.block("curl -X PUT", through: "  -d '{\"enabled\"")
            let script = try [
                csr(), document.block("jq -n", through: "  -d @-"), packaging(),
                "echo; echo '== user'\n",
                document.block("curl -X GET", through: "  \"https://client"),
                document.block("CERT_ID="), "echo; echo '== disabled'\n", put,
                "echo; echo '== refused'\n",
                document.block("curl -X GET", through: "  \"https://client", occurrence: 2),
                "echo; echo '== enabled'\n", put.replacing("false", with: "true"),
                "echo; echo '== expiration'\n",
                document.block("openssl pkcs12 -in ~/", through: "  openssl x509"),
                document.block("curl -X GET", through: "  -H", occurrence: 3),
                document.block("# Check expiration and alert", through: "fi"),
            ].joined()

            let output = try await runShell(script, at: server, in: world, folder: .init())
            let parts = sections(of: output)
            #expect(parts["enrolled"]?.contains("\"x509_cert\": \"-----BEGIN") == true, "\(output)")
            #expect(
                try JSON.decode(JSONValue.self, from: parts["user"] ?? "") == expectedUser(),
                "\(output)"
            )
            #expect(parts["disabled"]?.contains("\"enabled\":false") == true, "\(output)")
            #expect(parts["disabled"]?.contains("x509_cert") == false, "\(output)")
            #expect(
                parts["refused"]?.contains("No authentication data provided") == true,
                "\(output)"
            )
            #expect(parts["enabled"]?.contains("\"enabled\":true") == true, "\(output)")
            #expect(parts["expiration"]?.contains(world.enddate) == true, "\(output)")
            #expect(
                parts["expiration"]?.contains("\"name\": \"API Client Auth Certificate\"") == true,
                "\(output)"
            )
            await expectOrderlyEnd(of: server)
        }

        @Test("its Python blocks work, their one wrong name put right", arguments: worlds)
        func pythonWorks(_ world: World) async throws {
            let server = try await MockServer.start(world.options)
            let folder = try TemporaryFolder()
            _ = try await runShell(csr(), at: server, in: world, folder: folder)

            let last = "print(response.json())"
            let enroll = try document.block("import requests", through: last)
                .replacing("USER_API_TOKEN = ", with: "SERVICE_USER_TOKEN = ")
                .replacing("SERVICE_SERVICE", with: "SERVICE")
            let enrolled = try await runPython(enroll, at: server, in: world, folder: folder)
            #expect(enrolled.lines.first == "Status Code: 201", "\(enrolled)")

            // The block prints a Python value; the next blocks of the page read response.json.
            let keep =
                "import ast, json, sys; json.dump(ast.literal_eval(sys.stdin.read()), sys.stdout)"
            let response = try await Program(
                path: Toolbox.python.value,
                arguments: ["-c", keep],
                input: enrolled.lines.dropFirst().joined(separator: "\n")
            ).succeed()
            try folder.write(response.text, to: Self.home + "/response.json")
            _ = try await runShell(
                "cd ~/.digicert/certs\n" + packaging(),
                at: server,
                in: world,
                folder: folder
            )

            let read = try document.block("import requests", through: last, occurrence: 2)
            let user = try await runPython(read, at: server, in: world, folder: folder)
            #expect(user.lines.first == "Status Code: 200", "\(user)")
            #expect(user.text.contains("783a6a45-b74b-4635-bb4b-69855910ccd3"), "\(user)")
            await expectOrderlyEnd(of: server)
        }

        private static let jackson = ["databind", "core", "annotations"]
            .map { "/usr/share/java/jackson-\($0).jar" }

        @Test(
            "its Java blocks work",
            .enabled(
                if: jackson.allSatisfy(FileManager.default.fileExists),
                "the vendor's Java needs Jackson; `scripts/test` installs it"
            ),
            arguments: worlds
        )
        func javaWorks(_ world: World) async throws {
            let server = try await MockServer.start(world.options)
            let folder = try TemporaryFolder()
            _ = try await runShell(csr(), at: server, in: world, folder: folder)
            try await Program(
                path: Toolbox.path(of: "keytool"),
                arguments: [
                    "-importcert", "-noprompt", "-alias", "mock", "-file", server.ready.caFile,
                    "-keystore", folder.file("trust.p12"), "-storepass", "changeit",
                ]
            ).succeed()

            let enroll = try document.block("import java.net.URI;", through: "}")
            let enrolled = try await runJava(enroll, at: server, in: world, folder: folder)
            #expect(enrolled.lines.first == "Status Code: 201", "\(enrolled)")
            try folder.write(
                enrolled.lines.dropFirst().joined(separator: "\n"),
                to: Self.home + "/response.json"
            )
            _ = try await runShell(
                "cd ~/.digicert/certs\n" + packaging(),
                at: server,
                in: world,
                folder: folder
            )

            let read = try document.block("import java.io.FileInputStream;", through: "}")
            let user = try await runJava(read, at: server, in: world, folder: folder)
            #expect(user.lines.first == "Status Code: 200", "\(user)")
            let body = user.lines.dropFirst().joined(separator: "\n")
            #expect(try JSON.decode(JSONValue.self, from: body) == expectedUser(), "\(user)")
            await expectOrderlyEnd(of: server)
        }

        /// Steps 1: the key and the request.
        private func csr() throws -> String {
            try document.block("# Create directory", through: "  -subj")
                + document.block("chmod 400 client_auth_private.key") + "echo; echo '== enrolled'\n"
        }

        /// Steps 3 and 4: the certificate and the PKCS#12 file, with the typed password.
        private func packaging() throws -> String {
            try [
                document.block("jq -r '.x509_cert'"), document.block("openssl x509 -in"),
                document.block("openssl pkcs12 -export", through: "  -name")
                    .replacing(
                        "-name \"DigiCert Client Auth Certificate\"",
                        with: "-name \"DigiCert Client Auth Certificate\" "
                            + "-passout pass:YOUR_PASSWORD"
                    ),
                document.block("rm client_auth_private.key"),
            ].joined()
        }

        /// The answer that the page prints after its fifth step.
        private func expectedUser() throws -> JSONValue {
            let text = try document.block("  \"id\": \"783a6a45", through: "}")
            return try JSON.decode(JSONValue.self, from: "{" + text)
        }

        private static let home = ".digicert/certs"

        private func adapted(_ text: String, to server: MockServer, _ world: World) -> String {
            text.replacing(
                "https://clientauth.demo.one.digicert.com",
                with: server.ready.clientauthUrl
            )
            .replacing("https://clientauth.one.digicert.com", with: server.ready.clientauthUrl)
            .replacing("https://demo.one.digicert.com", with: server.ready.apiUrl)
            .replacing("2026-10-20T23:59:59Z", with: world.date)
            .replacing("YOUR_PASSWORD", with: "'" + Self.password + "'")
            .replacing("\"'" + Self.password + "'\"", with: "\"" + Self.password + "\"")
        }

        private func runShell(
            _ script: String,
            at server: MockServer,
            in world: World,
            folder: TemporaryFolder
        ) async throws -> Program.Output {
            try await Program(
                path: "/bin/sh",
                arguments: ["-eu"],
                environment: ["HOME": folder.path, "CURL_CA_BUNDLE": server.ready.caFile],
                folder: folder.path,
                input: adapted(script, to: server, world)
            ).succeed()
        }

        private func runPython(
            _ script: String,
            at server: MockServer,
            in world: World,
            folder: TemporaryFolder
        ) async throws -> Program.Output {
            try await Program(
                path: Toolbox.python.value,
                arguments: ["-"],
                environment: ["REQUESTS_CA_BUNDLE": server.ready.caFile],
                folder: folder.file(Self.home),
                input: adapted(script, to: server, world)
            ).succeed()
        }

        private func runJava(
            _ source: String,
            at server: MockServer,
            in world: World,
            folder: TemporaryFolder
        ) async throws -> Program.Output {
            try folder.write(adapted(source, to: server, world), to: Self.home + "/Example.java")
            return try await Program(
                path: Toolbox.path(of: "java"),
                arguments: [
                    "-Djavax.net.ssl.trustStore=" + folder.file("trust.p12"),
                    "-Djavax.net.ssl.trustStorePassword=changeit", "-cp",
                    Self.jackson.joined(separator: ":"), "Example.java",
                ],
                folder: folder.file(Self.home)
            ).succeed()
        }

        /// What was printed after each `== name`.
        private func sections(of output: Program.Output) -> [String: String] {
            var sections: [String: String] = [:]
            var name = ""
            for line in output.lines {
                if line.hasPrefix("== ") {
                    name = String(line.dropFirst(3))
                } else {
                    sections[name, default: ""] += line + "\n"
                }
            }
            return sections
        }
    }
}
