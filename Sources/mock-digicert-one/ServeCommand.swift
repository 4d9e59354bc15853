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
        let configuration = try options.resolve()
        try Refusal.ofConfiguration { () throws(ConfigurationError) in
            try Application.run(configuration)
        }
    }
}
