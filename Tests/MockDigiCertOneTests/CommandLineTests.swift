import ArgumentParser
import MockDigiCertOne
import Testing

@testable import mock_digicert_one

@Suite("Command line")
struct CommandLineTests {
    @Test("gives every setting by its flag", arguments: Setting.allCases)
    func flag(_ setting: Setting) throws {
        if setting.kind == .flag {
            let on = try ConfigurationOptions.parse([setting.flag])
            #expect(on.given == [setting: "true"])
            let off = try ConfigurationOptions.parse([setting.negatedFlag])
            #expect(off.given == [setting: "false"])
        } else {
            let options = try ConfigurationOptions.parse([setting.flag, "value"])
            #expect(options.given == [setting: "value"])
        }
    }

    @Test("gives nothing that was not asked for")
    func nothing() throws {
        #expect(try ConfigurationOptions.parse([]).given.isEmpty)
    }

    @Test(
        "ends with 64 when it is used wrongly",
        arguments: [["serve", "--bogus"], ["serve", "--api-port"], ["dance"]]
    )
    func usage(arguments: [String]) throws {
        let error = try #require(throws: (any Error).self) {
            _ = try MockDigiCertOneCommand.parseAsRoot(arguments)
        }
        #expect(MockDigiCertOneCommand.exitCode(for: error).rawValue == 64)
    }

    @Test("ends with 1 when a value is wrong")
    func wrongValue() throws {
        let options = try ConfigurationOptions.parse(["--api-port", "many"])
        let error = try #require(throws: (any Error).self) { _ = try options.resolve() }
        #expect(MockDigiCertOneCommand.exitCode(for: error).rawValue == 1)
    }

    @Test("has the commands of the contract and no stubs of others")
    func commands() {
        let names = MockDigiCertOneCommand.configuration.subcommands.map {
            $0.configuration.commandName
        }
        #expect(
            names == [
                "serve", "exec", "healthcheck", "check", "hosts", "ca", "reset", "version",
                "openapi", "world", "snapshot", "clock", "fault", "journal", "explain", "verify",
                "mailbox", "settings", "control",
            ]
        )
    }
}
