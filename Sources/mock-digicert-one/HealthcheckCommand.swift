import ArgumentParser
import MockDigiCertOne

/// Asks a running server whether it is ready.
struct HealthcheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "healthcheck",
        abstract: "Ask the server with this configuration whether it is ready; exit 0 or 1.",
        discussion: """
            With --control-port 0 the port is known only to the ready file: give --ready-file too.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.resolve()
        if let problem = Healthcheck.problem(with: configuration) {
            throw Refusal.exit(saying: problem)
        }
    }
}
