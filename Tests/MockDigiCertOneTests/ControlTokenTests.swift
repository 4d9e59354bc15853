import ControlAPI
import FoundationEssentials
import Testing

@testable import MockDigiCertOne

@Suite("Control token")
struct ControlTokenTests {
    @Test("shows in no printed setting")
    func redacted() throws {
        let configuration = try resolve(flags: [.controlToken: "s3cret"])
        #expect(try configuration.requiredControlToken() != nil)
        let printed = configuration.settings.map { "\($0.setting.rawValue) = \($0.value)" }
        #expect(printed.contains("controlToken = <redacted>"))
        #expect(!"\(configuration)".contains("s3cret"))
        #expect(!String(reflecting: configuration).contains("s3cret"))
    }

    @Test("is not repeated by the error that refuses it", arguments: ["s3c ret", "s3crét"])
    func refused(text: String) throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try resolve(flags: [.controlToken: text])
        }
        #expect(error.description.contains("--control-token: is no token"))
        #expect(!error.description.contains("s3c"))
    }

    @Test(
        "is the only line of its file, however that begins and ends",
        arguments: ["t", "t\n", "t\r\n", "\u{FEFF}t\r\n"]
    )
    func file(text: String) throws {
        try TemporaryFile.with(text) { path in
            let configuration = try resolve(flags: [.controlTokenFile: path])
            #expect(try configuration.requiredControlToken() == BearerToken("t"))
        }
    }

    @Test("is refused in the name of who gave its file")
    func subject() throws {
        let variable = "MOCK_DIGICERT_ONE_CONTROL_TOKEN_FILE"
        let configuration = try resolve(environment: [variable: "/nowhere/token"])
        let error = try #require(throws: ConfigurationError.self) {
            _ = try configuration.requiredControlToken()
        }
        #expect(error.subject == "\(variable) (environment) /nowhere/token")
    }

    @Test(
        "is refused where its file holds none, with the file's name",
        arguments: ["", "\u{FEFF}", "a\nb", "é"]
    )
    func brokenFile(text: String) throws {
        try TemporaryFile.with(text) { path in
            let configuration = try resolve(flags: [.controlTokenFile: path])
            let error = try #require(throws: ConfigurationError.self) {
                _ = try configuration.requiredControlToken()
            }
            #expect(error.description.contains("--control-token-file \(path): holds no token"))
            #expect(throws: ConfigurationError.self) { try configuration.checkReferences() }
        }
        let missing = try resolve(flags: [.controlTokenFile: "/nowhere/token"])
        let error = try #require(throws: ConfigurationError.self) {
            _ = try missing.requiredControlToken()
        }
        #expect(error.description.contains("cannot be read"))
    }

    @Test("is given once: as text or in a file")
    func contradiction() throws {
        let error = try #require(throws: ConfigurationError.self) {
            _ = try resolve(flags: [.controlToken: "s3cret", .controlTokenFile: "/x"])
        }
        #expect(error.description.hasPrefix("--control-token and --control-token-file"))
        #expect(!error.description.contains("s3cret"))
    }

    @Test("is not needed by the probe")
    func healthcheck() throws {
        try TemporaryFile.withDirectory { path in
            let ready = path + "/ready.json"
            let server = try MockServer.start(
                .embedded(["controlToken": "s3cret", "readyFile": ready])
            )
            defer { server.stop() }
            let configuration = try resolve(
                flags: [.controlPort: "0", .readyFile: ready, .controlToken: "s3cret"]
            )
            #expect(Healthcheck.problem(with: configuration) == nil)
        }
    }
}
