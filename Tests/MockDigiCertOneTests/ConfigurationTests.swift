import HTTPServer
import Testing
import World

@testable import MockDigiCertOne

@Suite("Configuration")
struct ConfigurationTests {
    @Test("a flag wins over the environment, that over the file, that over the default")
    func precedence() throws {
        try TemporaryFile.with("{ apiPort: 1001, limits: { streamsMax: 7 } }") { path in
            let variable = ["MOCK_DIGICERT_ONE_API_PORT": "1002"]
            let all = try resolve(flags: [.apiPort: "1003"], file: path, environment: variable)
            #expect(origin(.apiPort, in: all) == .flag("--api-port"))
            #expect(all.apiPort == 1003)

            let two = try resolve(file: path, environment: variable)
            #expect(origin(.apiPort, in: two) == .environment("MOCK_DIGICERT_ONE_API_PORT"))
            #expect(two.apiPort == 1002)

            let one = try resolve(file: path)
            #expect(origin(.apiPort, in: one) == .file(path))
            #expect(one.apiPort == 1001)
            #expect(one.limits.streamsMax == 7)

            let none = try resolve()
            #expect(origin(.apiPort, in: none) == .fallback)
            #expect(none.apiPort == 8443)
        }
    }

    @Test("the environment can name the file, and an empty variable says nothing")
    func environmentNamesFile() throws {
        try TemporaryFile.with("{ controlPort: 1001 }") { path in
            let environment = [
                "MOCK_DIGICERT_ONE_CONFIG": path, "MOCK_DIGICERT_ONE_API_PORT": "",
            ]
            let configuration = try resolve(environment: environment)
            #expect(configuration.controlPort == 1001)
            #expect(configuration.apiPort == 8443)
        }
    }

    @Test("a wrong value is refused also where a stronger one hides it")
    func hidden() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try resolve(
                flags: [.apiPort: "1"],
                environment: ["MOCK_DIGICERT_ONE_API_PORT": "many"]
            )
        }
        #expect(error.subject == "MOCK_DIGICERT_ONE_API_PORT (environment)")
    }

    @Test("an unknown variable with our prefix is refused, with the one that was meant")
    func unknownVariable() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try resolve(environment: ["MOCK_DIGICERT_ONE_API_PROT": "1"])
        }
        #expect(error.subject.hasPrefix("MOCK_DIGICERT_ONE_API_PROT"))
        #expect(error.remedy.contains("MOCK_DIGICERT_ONE_API_PORT"))
    }

    @Test("a variable that resembles none but in the prefix is refused without a guess")
    func unlikeVariable() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try resolve(environment: ["MOCK_DIGICERT_ONE_FOO": "1"])
        }
        #expect(!error.remedy.contains("did you mean"))
        #expect(error.remedy.contains("mock-digicert-one check"))
    }

    @Test("a state directory and ephemeral from one place contradict each other")
    func contradiction() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try resolve(flags: [.stateDir: "/state", .ephemeral: "true"])
        }
        #expect(error.description.contains("--state-dir and flag --ephemeral"))
    }

    @Test("the stronger of a state directory and ephemeral from two places wins")
    func settlement() throws {
        let directory = ["MOCK_DIGICERT_ONE_STATE_DIR": "/state"]
        let ephemeral = try resolve(flags: [.ephemeral: "true"], environment: directory)
        #expect(ephemeral.state == .temporary(parent: "/tmp"))

        let variable = ["MOCK_DIGICERT_ONE_EPHEMERAL": "true"]
        let kept = try resolve(flags: [.stateDir: "/state"], environment: variable)
        #expect(kept.state == .directory("/state"))
    }

    @Test("two listeners on one port are refused, two on port 0 are not")
    func sharedPort() throws {
        let error = try #require(throws: ConfigurationError.self) {
            try resolve(flags: [.controlPort: "8443"])
        }
        #expect(error.subject == "--control-port")
        #expect(error.problem.contains("apiPort"))
        #expect(throws: ConfigurationError.self) { try resolve(flags: [.httpsPort: "8444"]) }
        #expect(try resolve(flags: [.apiPort: "0", .controlPort: "0"]).apiPort == 0)
    }

    @Test("state lives where the XDG Base Directory Specification says")
    func stateDirectory() throws {
        let home = try resolve().state
        #expect(home == .directory("/home/somebody/.local/state/mock-digicert-one"))
        let xdg = try resolve(environment: ["XDG_STATE_HOME": "/var/xdg"]).state
        #expect(xdg == .directory("/var/xdg/mock-digicert-one"))
        let relative = try resolve(environment: ["XDG_STATE_HOME": "not/absolute"]).state
        #expect(relative == home)
    }

    @Test("without a home directory only what needs state is refused")
    func homeless() throws {
        let configuration = try resolve(environment: ["HOME": "nowhere"])
        #expect(configuration.state == .unknown)
        for attempt: () throws -> Void in [
            { try configuration.checkReferences() },
            { try MockServer.start(configuration).stop() },
            { _ = try TrustFile.open(configuration, isRenewed: false) },
        ] {
            let error = try #require(throws: ConfigurationError.self) { try attempt() }
            #expect(error.remedy.contains("--ephemeral"))
        }
    }

    @Test("a temporary directory is made under TMPDIR")
    func temporaryParent() throws {
        let configuration = try resolve(
            flags: [.ephemeral: "true"],
            environment: ["TMPDIR": "/scratch"]
        )
        #expect(configuration.state == .temporary(parent: "/scratch"))
    }

    @Test("a program that embeds the server gets free ports and keeps nothing")
    func embedded() throws {
        let configuration = try Configuration.embedded(["world.refusedKeyStatus": "403"])
        #expect(configuration.apiPort == 0)
        #expect(configuration.world.values == [.refusedKeyStatus: .integer(403)])
        #expect(configuration.state != .directory(""))
        let error = try #require(throws: ConfigurationError.self) {
            _ = try Configuration.embedded(["refusedKeyStatus": "403"])
        }
        #expect(error.problem == "is not a setting")
    }

    private func origin(_ setting: Setting, in configuration: Configuration) -> Origin? {
        configuration.settings.first { $0.setting == setting }?.origin
    }
}
