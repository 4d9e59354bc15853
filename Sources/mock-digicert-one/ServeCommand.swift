import ArgumentParser
import MockDigiCertOne

/// Runs the server until SIGTERM or SIGINT.
struct ServeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Run the server until SIGTERM or SIGINT."
    )

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        do {
            try Application.run(try options.resolve())
        } catch let error as ConfigurationError {
            throw Refusal.exit(saying: error.description)
        }
    }
}
