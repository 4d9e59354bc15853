import ArgumentParser
import MockDigiCertOne

/// Empties the world of a state directory and keeps its authorities.
struct ResetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset",
        abstract: "Empty the world back to its seed and keep the CAs; no server may be running.",
        discussion: """
            The seed and the clock are those that serve would give a new world: --seed-file, \
            --clock and --clock-frozen apply. It asks nothing before it does so.
            """
    )

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.resolve()
        let lines = try Refusal.ofConfiguration { () throws(ConfigurationError) in
            try WorldResetting.run(configuration)
        }
        for line in lines { print(line) }
    }
}
