import ArgumentParser
import MockDigiCertOne

/// Runs a command in a world of its own.
struct ExecCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exec",
        abstract: "Run a command with a private server, and stop both together.",
        usage: "mock-digicert-one exec [<options>] -- <command> …",
        discussion: """
            The server listens on free ports of loopback and keeps nothing; only flags change \
            that, environment and configuration file do not. Its CA has a P-256 key, which takes \
            a hundredth of the time of the usual RSA-2048: --ca-key-algorithm decides.

            The command finds addresses, a token, a client certificate and a Java trust store in \
            variables that begin with MOCK_WORLD_ (mock-digicert-one exec -- env shows them), and \
            trusts the server through the variables that its tools read. curl commands with the \
            vendor's own hosts run unchanged. Signals are passed on, and the exit status is the \
            command's.
            """
    )

    @Option(
        help: ArgumentHelp(
            "Whose token and certificate: an id, a name or an email address.",
            valueName: "name"
        )
    )
    var user: String?

    @Flag(help: "Let the command see the world's time (needs libfaketime).")
    var faketime = false

    @Option(
        parsing: .upToNextOption,
        help: ArgumentHelp(
            "Write how the command behaved as a client: junit, json or markdown, and a file.",
            valueName: "format file"
        )
    )
    var report: [String] = []

    @OptionGroup var options: ConfigurationOptions

    @Argument(parsing: .postTerminator, help: "The command and its arguments, after --.")
    var command: [String] = []

    func validate() throws {
        guard command.isEmpty else { return }
        throw ValidationError("There is no command: give one after --, as in exec -- pytest.")
    }

    func run() throws {
        let status = try Refusal.ofConfiguration { () throws(ConfigurationError) in
            var order = ExecOrder(
                command,
                as: user,
                fakesTime: faketime,
                flags: options.given,
                configurationFile: options.config,
                environment: .current()
            )
            order.reports = try ExecOrder.Report.read(report)
            return try ExecRun.run(order)
        }
        throw ExitCode(status)
    }
}
