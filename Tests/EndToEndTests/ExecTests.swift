import FoundationEssentials
import Glibc
import Testing

extension EndToEnd {
    @Suite("exec", .serialized, .timeLimit(.minutes(10)))
    struct ExecTests {
        /// A folder for temporary files in which everything that `exec` leaves would be seen.
        private static func exec(
            _ command: [String],
            options: [String] = [],
            in folder: TemporaryFolder,
            adding environment: [String: String] = [:]
        ) throws -> Program {
            Program(
                path: try MockServer.binary(),
                arguments: ["exec"] + options + ["--"] + command,
                environment: ["TMPDIR": folder.path, "no_proxy": "", "NO_PROXY": ""]
                    .merging(environment) { $1 }
            )
        }

        private static func left(in folder: TemporaryFolder) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: folder.path)
                .filter { $0.hasPrefix("mock-digicert-one.") }
        }

        /// Runs a command, and sees that nothing is left of it.
        private static func run(
            _ command: [String],
            options: [String] = [],
            adding environment: [String: String] = [:]
        ) async throws -> Program.Output {
            let folder = try TemporaryFolder()
            let output = try await exec(command, options: options, in: folder, adding: environment)
                .run()
            #expect(try left(in: folder) == [])
            return output
        }

        // MARK: - Clients that nobody told anything

        @Test("curl commands with the vendor's own hosts run unchanged")
        func curl() async throws {
            let script = """
                curl -sS https://demo.one.digicert.com/account/api/v1/user/me \
                -H "x-api-key: $SM_API_KEY" -o /dev/null -w '%{http_code}\\n'
                curl -sS https://clientauth.one.ch.digicert.com/account/api/v1/user/me \
                --cert-type P12 --cert "$SM_CLIENT_CERT_FILE:$SM_CLIENT_CERT_PASSWORD" \
                -o /dev/null -w '%{http_code}\\n'
                """
            let output = try await Self.run(["sh", "-c", script])
            #expect(output.text == "200\n200\n", "\(output)")
            #expect(output.complaints.isEmpty)
        }

        @Test("curl goes on to read the user's own file")
        func ownCurlFile() async throws {
            let home = try TemporaryFolder()
            try home.write("header = \"x-api-key: VIEW_ONLY_API_TOKEN\"", to: ".curlrc")
            let output = try await Self.run(
                ["curl", "-sS", "https://one.digicert.com/account/api/v1/user/me"],
                adding: ["HOME": home.path, "XDG_CONFIG_HOME": ""]
            )
            #expect(output.text.contains("Vera"), "\(output)")
        }

        @Test("Python's requests and ssl trust the server, with token and certificate")
        func python() async throws {
            let script = """
                import os, ssl, urllib.request, requests
                e = os.environ
                path = "/account/api/v1/user/me"
                print(requests.get(e["MOCK_WORLD_API_URL"] + path,
                    headers={"x-api-key": e["MOCK_WORLD_TOKEN"]}).status_code)
                print(requests.get(e["MOCK_WORLD_CLIENTAUTH_URL"] + path,
                    cert=(e["MOCK_WORLD_CLIENT_CERT_FILE"],
                        e["MOCK_WORLD_CLIENT_KEY_FILE"])).status_code)
                r = urllib.request.Request(e["MOCK_WORLD_API_URL"] + path,
                    headers={"x-api-key": e["MOCK_WORLD_ADMIN_TOKEN"]})
                print(urllib.request.urlopen(r).status)
                """
            let output = try await Self.run([Toolbox.python.value, "-c", script])
            #expect(output.text == "200\n200\n200\n", "\(output)")
        }

        @Test("Node trusts the server, and reads the PKCS#12 file")
        func node() async throws {
            let script = """
                const e = process.env, fs = require("fs"), https = require("https");
                const path = "/account/api/v1/user/me";
                https.get(e.MOCK_WORLD_API_URL + path,
                  { headers: { "x-api-key": e.MOCK_WORLD_TOKEN } }, (a) => {
                  console.log(a.statusCode);
                  https.get(e.MOCK_WORLD_CLIENTAUTH_URL + path, {
                    pfx: fs.readFileSync(e.MOCK_WORLD_CLIENT_P12_FILE),
                    passphrase: e.MOCK_WORLD_CLIENT_P12_PASSWORD,
                  }, (b) => { console.log(b.statusCode); process.exit(0); });
                });
                """
            let output = try await Self.run([Toolbox.path(of: "node"), "-e", script])
            #expect(output.text == "200\n200\n", "\(output)")
        }

        @Test("Java trusts the server and the system's roots by the store, and keytool lists both")
        func java() async throws {
            let folder = try TemporaryFolder()
            try folder.write(Self.javaProgram, to: "Ask.java")
            let script = """
                keytool -list -keystore "$MOCK_WORLD_TRUSTSTORE_FILE" \
                -storepass "$MOCK_WORLD_TRUSTSTORE_PASSWORD" 2>/dev/null |
                grep -c trustedCertEntry
                java "$0/Ask.java"
                """
            let output = try await Self.run(["sh", "-c", script, folder.path])
            let count = try #require(output.lines.first.flatMap { Int($0) })
            #expect(count > 100, "\(output)")
            #expect(output.lines.dropFirst() == ["200", "200", ""], "\(output)")
        }

        private static let javaProgram = """
            import java.io.FileInputStream;
            import java.net.URL;
            import java.security.KeyStore;
            import javax.net.ssl.*;

            public class Ask {
                public static void main(String[] words) throws Exception {
                    String path = "/account/api/v1/user/me";
                    HttpsURLConnection first = (HttpsURLConnection)
                        new URL(System.getenv("MOCK_WORLD_API_URL") + path).openConnection();
                    first.setRequestProperty("x-api-key", System.getenv("MOCK_WORLD_TOKEN"));
                    System.out.println(first.getResponseCode());
                    char[] password = System.getenv("MOCK_WORLD_CLIENT_P12_PASSWORD").toCharArray();
                    KeyStore store = KeyStore.getInstance("PKCS12");
                    store.load(new FileInputStream(System.getenv("MOCK_WORLD_CLIENT_P12_FILE")),
                        password);
                    KeyManagerFactory keys = KeyManagerFactory.getInstance("SunX509");
                    keys.init(store, password);
                    SSLContext context = SSLContext.getInstance("TLS");
                    context.init(keys.getKeyManagers(), null, null);
                    HttpsURLConnection second = (HttpsURLConnection) new URL(
                        System.getenv("MOCK_WORLD_CLIENTAUTH_URL") + path).openConnection();
                    second.setSSLSocketFactory(context.getSocketFactory());
                    System.out.println(second.getResponseCode());
                }
            }
            """

        @Test("git trusts the server, and says that it is no repository")
        func git() async throws {
            let script = "git ls-remote \"$MOCK_WORLD_API_URL/x.git\""
            let output = try await Self.run(["sh", "-c", script])
            #expect(output.status == 128)
            // It came as far as an answer.
            #expect(output.complaints.contains("not found"), "\(output)")
            #expect(output.complaints.contains("/x.git/info/refs 404"), "\(output)")
        }

        @Test("what a tool was told to trust before, it trusts still, and older lists are kept")
        func older() async throws {
            let folder = try TemporaryFolder()
            let other = try await Toolbox.openssl([
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes",
                "-keyout", "/dev/null", "-subj", "/CN=Other",
            ]).text
            try folder.write(other, to: "other.pem")
            let script = """
                cat "$REQUESTS_CA_BUNDLE"; echo "$NODE_EXTRA_CA_CERTS $JAVA_TOOL_OPTIONS $no_proxy"
                """
            let output = try await Self.run(
                ["sh", "-c", script],
                adding: [
                    "REQUESTS_CA_BUNDLE": folder.file("other.pem"),
                    "NODE_EXTRA_CA_CERTS": folder.file("missing.pem"),
                    "JAVA_TOOL_OPTIONS": "-Dx=y", "no_proxy": "a.test",
                ]
            )
            #expect(output.text.hasPrefix(other))
            #expect(output.text.components(separatedBy: "BEGIN CERTIFICATE").count == 3)
            #expect(output.text.contains("/ca.pem -Dx=y -Djavax.net.ssl.trustStore=/"))
            #expect(output.text.contains(" a.test,localhost,127.0.0.1,::1,"))
        }

        // MARK: - The command as it would be without exec

        @Test(
            "the exit status is the command's",
            arguments: [
                (["true"], 0), (["sh", "-c", "exit 7"], 7), (["sh", "-c", "kill -9 $$"], 137),
                (["/nonesuch"], 127), (["nonesuch"], 127), (["/etc/passwd"], 126),
            ] as [([String], Int32)]
        )
        func status(_ command: [String], _ status: Int32) async throws {
            let output = try await Self.run(command)
            #expect(output.status == status, "\(output)")
            #expect(output.text.isEmpty)
        }

        @Test("without a command, or with a user whom nobody knows, it says what is missing")
        func usage() async throws {
            let binary = try MockServer.binary()
            let without = try await Program(path: binary, arguments: ["exec", "true"]).run()
            #expect(without.status == 64)
            #expect(without.complaints.contains("There is no command: give one after --"))
            let unknown = try await Self.run(["true"], options: ["--user", "nobody"])
            #expect(unknown.status == 1)
            #expect(unknown.complaints.contains("there is no user \"nobody\"; give an id"))
        }

        @Test("the command gets its words, its input, its descriptors and its limits unchanged")
        func inheritance() async throws {
            let script = #"printf '%s|' "$@"; cat; ls /proc/self/fd | wc -l; ulimit -n"#
            let words = ["a b", "", "'\"$x`", "--user", "--", "é\n"]
            func program(_ path: String, _ arguments: [String]) -> Program {
                Program(path: path, arguments: arguments, input: "input\n")
            }
            let plain = try await program("/bin/sh", ["-c", script, "sh"] + words).run()
            let inside = try await program(
                try MockServer.binary(),
                ["exec", "--", "/bin/sh", "-c", script, "sh"] + words
            ).run()
            #expect(inside.text == plain.text)
        }

        @Test("a command may use exec, and start a server of its own")
        func nested() async throws {
            let binary = try MockServer.binary()
            let script = """
                echo "$MOCK_WORLD_API_URL"
                "$0" check >/dev/null && "$0" exec -- sh -c '
                echo "$MOCK_WORLD_API_URL"
                curl -sS https://one.digicert.com/account/api/v1/user/me -o /dev/null \
                -w "%{http_code} %{local_port} %{remote_port}\\n" -H "x-api-key: $SM_API_KEY"'
                """
            let output = try await Self.run(["sh", "-c", script, binary])
            #expect(output.lines.count == 4 && output.lines[0] != output.lines[1], "\(output)")
            let port = try #require(output.lines[1].split(separator: ":").last)
            #expect(output.lines[2].hasPrefix("200 ") && output.lines[2].hasSuffix(" \(port)"))
        }

        @Test("flags decide about the server, environment and file do not about what is private")
        func settings() async throws {
            let folder = try TemporaryFolder()
            let output = try await Self.run(
                ["sh", "-c", "curl -sS \"$MOCK_WORLD_CONTROL_URL/ready\" && cat \"$0\"/ready"]
                    + [folder.path],
                options: [
                    "--ready-file", folder.file("ready"), "--clock", "2030-01-01T00:00:00Z",
                    "--state-dir", folder.file("state"),
                ],
                adding: [
                    "MOCK_DIGICERT_ONE_LISTEN": "0.0.0.0", "MOCK_DIGICERT_ONE_API_PORT": "1",
                ]
            )
            #expect(output.status == 0, "\(output)")
            #expect(output.text.components(separatedBy: "\"api_url\":").count == 3, "\(output)")
            #expect(FileManager.default.fileExists(atPath: folder.file("state/ca.pem")))
            #expect(!FileManager.default.fileExists(atPath: folder.file("ready")))
        }

        @Test("a failed command is told what it was refused, with reasons, on standard error")
        func report() async throws {
            let script = """
                curl -sS "$MOCK_WORLD_API_URL/account/api/v1/user/me" -H "x-api-key: wrong"
                curl -sS -q --cacert /dev/null "$MOCK_WORLD_API_URL/" 2>/dev/null
                exit 3
                """
            let output = try await Self.run(["sh", "-c", script])
            #expect(output.status == 3)
            let said = output.complaints
            #expect(said.contains("the command ended with status 3"), "\(said)")
            #expect(said.contains("the mock refused 1 of 1 requests:"), "\(said)")
            #expect(said.contains("GET /account/api/v1/user/me 401: "), "\(said)")
            let idle = try await Self.run(["false"]).complaints
            #expect(idle.contains("no request reached the mock at https://localhost:"))
        }

        @Test("what the command did as a client is written in every form, whatever its status")
        func clientReport() async throws {
            let folder = try TemporaryFolder()
            let output = try await Self.run(
                ["sh", "-c", "curl -sS \"$MOCK_WORLD_API_URL/\" -o /dev/null; exit 2"],
                options: [
                    "--report", "junit", folder.file("a.xml"), "json", folder.file("b.json"),
                    "--report", "markdown", folder.file("c.md"),
                ]
            )
            #expect(output.status == 2)
            #expect(try folder.read("a.xml").hasPrefix("<?xml version=\"1.0\""))
            #expect(try folder.read("b.json").contains("\"checks\""))
            #expect(try folder.read("c.md").hasPrefix("#"))
            let unwritable = try await Self.run(["true"], options: ["--report", "json", "/no/x"])
            #expect(unwritable.status == 1)
            #expect(unwritable.complaints.contains("--report json /no/x: cannot be written: No"))
        }

        @Test("with --faketime the command sees the world's time, and sees it move")
        func fakedTime() async throws {
            let script = """
                date -u +%Y-%m-%d
                curl -sS -X PUT "$MOCK_WORLD_CONTROL_URL/worlds/default/clock" \
                -H 'Content-Type: application/json' -d '{"now":"2031-05-06T00:00:00Z"}' \
                -o /dev/null -w '%{http_code}\\n'
                date -u +%Y-%m-%d
                """
            let output = try await Self.run(
                ["sh", "-c", script],
                options: ["--faketime", "--clock", "2030-01-02T12:00:00Z"]
            )
            #expect(output.text == "2030-01-02\n200\n2031-05-06\n", "\(output)")
        }
    }
}
