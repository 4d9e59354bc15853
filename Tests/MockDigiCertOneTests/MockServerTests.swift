import FoundationEssentials
import Testing
import World

@testable import MockDigiCertOne

@Suite("Mock server", .timeLimit(.minutes(10)))
struct MockServerTests {
    @Test("announces itself in the members of the contract and their order")
    func announcement() {
        let ready = ReadyAnnouncement(
            apiURL: "https://localhost:1",
            clientauthURL: "https://localhost:2",
            controlURL: "http://127.0.0.1:3",
            caFile: "/a \"b\"/ca.pem",
            world: "default",
            pid: 4,
            httpsPort: nil
        )
        let json =
            #"{"api_url":"https://localhost:1","clientauth_url":"https://localhost:2","#
            + #""control_url":"http://127.0.0.1:3","ca_file":"/a \"b\"/ca.pem","#
            + #""world":"default","pid":4}"#
        #expect(ready.line == "ready " + json + "\n")
    }

    @Test("is ready, says where, answers its probe, and leaves nothing behind")
    func life() throws {
        try TemporaryFile.withDirectory { directory in
            let file = directory + "/ready.json"
            let configuration = try Configuration.embedded(["readyFile": file])
            let server = try MockServer.start(configuration)
            let bytes = try FileBytes.read(path: file, bytesMax: 65_536)
            #expect(bytes == server.announcement.json + [0x0A])
            let decoded = try JSONDecoder().decode(ReadyAnnouncement.self, from: Data(bytes))
            #expect(decoded == server.announcement)
            #expect(Healthcheck.problem(with: configuration) == nil)
            #expect(FileManager.default.fileExists(atPath: server.caFile))

            server.stop()
            #expect(!FileManager.default.fileExists(atPath: file))
            #expect(!FileManager.default.fileExists(atPath: server.caFile))
            #expect(Healthcheck.problem(with: configuration)?.contains(file) == true)
            server.stop()
        }
    }

    @Test("is probed where it listens, and not where a mapped address would lead")
    func probed() throws {
        try TemporaryFile.withDirectory { directory in
            let ready = directory + "/ready.json"
            var settings = ["readyFile": ready, "publicControlUrl": "http://127.0.0.1:1"]
            let server = try MockServer.start(try Configuration.embedded(settings))
            defer { server.stop() }
            #expect(server.controlURL == "http://127.0.0.1:1")
            let unknown = try Configuration.embedded(settings)
            #expect(Healthcheck.problem(with: unknown)?.contains("--public-control-url") == true)
            let port = try #require(server.controlPort)
            settings["controlPort"] = "\(port)"
            #expect(Healthcheck.problem(with: try Configuration.embedded(settings)) == nil)
        }
    }

    @Test("refuses a port that another process has, and names flag and remedy")
    func takenPort() throws {
        let first = try MockServer.start(try Configuration.embedded())
        defer { first.stop() }
        let port = try #require(first.apiURL.split(separator: ":").last)
        let error = try #require(throws: ConfigurationError.self) {
            let second = try Configuration.embedded(["clientauthPort": String(port)])
            try MockServer.start(second).stop()
        }
        #expect(error.subject.hasPrefix("port \(port) on "))
        #expect(error.remedy.contains("--clientauth-port"))
    }

    @Test("refuses a ready file that cannot be written, and stops again")
    func readyFile() throws {
        let error = try #require(throws: ConfigurationError.self) {
            let configuration = try Configuration.embedded(["readyFile": "/nonexistent/ready"])
            try MockServer.start(configuration).stop()
        }
        #expect(error.subject == "--ready-file /nonexistent/ready")
    }

    @Test("leaves what stands at the ready file's path and is none, also when it stops")
    func readyFileOccupied() throws {
        try TemporaryFile.with("precious") { path in
            let error = try #require(throws: ConfigurationError.self) {
                try MockServer.start(try Configuration.embedded(["readyFile": path])).stop()
            }
            #expect(error.problem.contains("was left as it is"))
            #expect(try FileBytes.read(path: path, bytesMax: 99) == Array("precious".utf8))
            let earlier = Array(#"{"api_url":"https://localhost:1"}"#.utf8)
            try FileBytes.replace(path: path, with: earlier, mode: 0o644)
            try MockServer.start(try Configuration.embedded(["readyFile": path])).stop()
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    @Test("refuses a seed that is none, and holds the state directory no longer")
    func badSeed() throws {
        try TemporaryFile.with("{ nonsense: 1 }") { seed in
            try TemporaryFile.withDirectory { directory in
                let settings = ["seedFile": seed, "stateDir": directory + "/state"]
                for _ in 0..<2 {
                    let error = try #require(throws: ConfigurationError.self) {
                        try MockServer.start(try Configuration.embedded(settings)).stop()
                    }
                    #expect(error.description.contains(seed))
                }
            }
        }
    }
}

@Suite("Banner")
struct BannerTests {
    private let ready = ReadyAnnouncement(
        apiURL: "https://localhost:1",
        clientauthURL: "https://localhost:2",
        controlURL: "http://127.0.0.1:3",
        caFile: "/a b/ca.pem",
        world: "default",
        pid: 4,
        httpsPort: 443
    )

    @Test("shows a person a command whose words survive the shell")
    func command() {
        #expect(Banner.shellQuoted("/a b/it's/ca.pem") == #"'/a b/it'\''s/ca.pem'"#)
        let text = Banner.text(for: ready, hasPublicTokens: true, clock: nil)
        #expect(text.contains("curl --cacert '/a b/ca.pem' -H 'x-api-key: SERVICE_USER_TOKEN'"))
        #expect(text.contains("https://localhost:1/account/api/v1/user/me"))
        #expect(!text.contains("clock"))
        #expect(text.contains("port 443"))
    }

    @Test("says where a reader without the file system and one with a browser find their way")
    func addresses() {
        let text = Banner.text(for: ready, hasPublicTokens: false, clock: nil)
        #expect(text.contains("trust file  /a b/ca.pem, also http://127.0.0.1:3/ca.pem\n"))
        let page = "https://localhost:1/account/docs/swagger-ui/index.html"
        #expect(text.contains("API page    \(page)\n"))
    }

    @Test("prints the public tokens of config/seed.json, and no others")
    func tokens() throws {
        let path = DocumentedSettingsTests.directory + "/seed.json"
        let bytes = try FileBytes.read(path: path, bytesMax: 1_048_576)
        let seed = String(decoding: bytes, as: UTF8.self)
        let open = Banner.text(for: ready, hasPublicTokens: true, clock: "then")
        let closed = Banner.text(for: ready, hasPublicTokens: false, clock: "then")
        for (token, _) in Banner.publicTokens {
            #expect(seed.contains("\"token\": \"\(token)\""))
            #expect(open.contains(token))
            #expect(!closed.contains(token))
        }
        #expect(closed.contains("curl http://127.0.0.1:3/ready"))
        #expect(closed.contains("clock       then"))
    }

    @Test("is one line of a log that is JSON")
    func json() throws {
        let line = Banner.jsonLine(for: ready, at: 0)
        #expect(line.filter { $0 == "\n" }.count == 1)
        let object = try JSONDecoder().decode(JSONTree.self, from: Data(line.utf8))
        guard case .object(let members) = object else {
            Issue.record("the line is no object")
            return
        }
        #expect(members["api_url"] == .text("https://localhost:1"))
        #expect(members["ca_file"] == .text("/a b/ca.pem"))
        #expect(members["message"] == .text("ready"))
    }

    @Test("knows the world it serves", arguments: [true, false])
    func world(isTutorial: Bool) throws {
        try TemporaryFile.with("{}") { seed in
            var settings = ["clock": "2025-10-20T00:00:00Z", "clockFrozen": "true"]
            if !isTutorial { settings["seedFile"] = seed }
            let server = try MockServer.start(try Configuration.embedded(settings))
            defer { server.stop() }
            let text = Banner.text(for: server.announcement, world: server.mainWorld)
            #expect(text.contains("SERVICE_USER_TOKEN") == isTutorial)
            #expect(text.contains("2025-10-20T00:00:00Z, standing still"))
        }
    }
}

@Suite("Trust file")
struct TrustFileTests {
    @Test("is made once, stays, and is another after renewal")
    func renewal() throws {
        try TemporaryFile.withDirectory { directory in
            let configuration = try resolve(flags: [.stateDir: directory])
            let first = try TrustFile.open(configuration, isRenewed: false)
            #expect(first.path == directory + "/ca.pem")
            #expect(first.pem.hasPrefix("-----BEGIN CERTIFICATE-----\n"))
            #expect(first.fingerprint.utf8.count == 32 * 3 - 1)
            let again = try TrustFile.open(configuration, isRenewed: false)
            #expect(again.fingerprint == first.fingerprint)
            let renewed = try TrustFile.open(configuration, isRenewed: true)
            #expect(renewed.fingerprint != first.fingerprint)
        }
    }

    @Test("is renewed where the authority's file is broken, as its refusal advises")
    func broken() throws {
        try TemporaryFile.withDirectory { path in
            let configuration = try resolve(flags: [.stateDir: path])
            try configuration.checkReferences()
            let first = try TrustFile.open(configuration, isRenewed: false)
            try configuration.checkReferences()
            let authority = path + "/tls/authority.pem"
            try FileBytes.replace(path: authority, with: Array("broken".utf8), mode: 0o600)
            let error = try #require(throws: ConfigurationError.self) {
                _ = try TrustFile.open(configuration, isRenewed: false)
            }
            #expect(error.remedy.contains("ca --renew"))
            // What `check` says is what the start would say.
            #expect(throws: error) { try configuration.checkReferences() }
            let renewed = try TrustFile.open(configuration, isRenewed: true)
            #expect(renewed.fingerprint != first.fingerprint)
        }
    }

    @Test("is not renewed under a running server")
    func running() throws {
        try TemporaryFile.withDirectory { path in
            let configuration = try resolve(flags: [.stateDir: path])
            let held = try StateDirectory.open(configuration.state)
            defer { held.close() }
            let error = try #require(throws: ConfigurationError.self) {
                _ = try TrustFile.open(configuration, isRenewed: true)
            }
            #expect(error.problem.contains("in use"))
        }
    }

    @Test("does not exist for an ephemeral server")
    func ephemeral() throws {
        let configuration = try resolve(flags: [.ephemeral: "true"])
        let error = try #require(throws: ConfigurationError.self) {
            _ = try TrustFile.open(configuration, isRenewed: false)
        }
        #expect(error.remedy.contains("/ca.pem"))
    }
}
