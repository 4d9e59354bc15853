import ArgumentParser
import MockDigiCertOne

/// The command line: each subcommand reads its flags and hands over to the library.
@main
struct MockDigiCertOneCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock-digicert-one",
        abstract: "A self-hosted stand-in for DigiCert ONE's Account Manager.",
        discussion: """
            Every setting is a flag, an environment variable (MOCK_DIGICERT_ONE_API_PORT for \
            --api-port) and a key of the configuration file, in this order of precedence. \
            "check" prints what applies and who said so.
            """,
        version: ProgramVersion.current,
        subcommands: [
            ServeCommand.self, ExecCommand.self, HealthcheckCommand.self, CheckCommand.self,
            HostsCommand.self, CACommand.self, ResetCommand.self, VersionCommand.self,
            OpenAPICommand.self,
        ],
        groupedSubcommands: [
            CommandGroup(
                name: "For a running server",
                subcommands: [
                    WorldCommand.self, SnapshotCommand.self, ClockCommand.self,
                    FaultCommand.self, JournalCommand.self, ExplainCommand.self,
                    VerifyCommand.self, MailboxCommand.self, SettingsCommand.self,
                    RawControlCommand.self,
                ]
            )
        ],
        helpNames: .shortAndLong
    )

    static func main() {
        let arguments = ProcessArguments.current()
        if arguments.first == ServeCommand.configuration.commandName {
            Application.holdStopSignals()
        }
        main(arguments)
    }
}

/// Prints the version and nothing else.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version."
    )

    func run() {
        print(ProgramVersion.current)
    }
}
