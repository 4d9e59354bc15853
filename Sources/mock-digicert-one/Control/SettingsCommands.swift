import AccountManagerDocuments
import ArgumentParser
import MockDigiCertOne
import World

/// The settings of a world.
struct SettingsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "settings",
        abstract: "Read and change what a world answers where the vendor is silent.",
        subcommands: [Show.self, Set.self]
    )

    struct Show: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Print the settings.")

        @OptionGroup var options: ControlOptions

        func run() throws {
            try options.run(options.request("GET", ["settings"]), SettingsCommand.lines)
        }
    }

    struct Set: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Change settings, and print all of them.",
            discussion: "For example: settings set refusedKeyStatus=403 errorBody=error"
        )

        @Argument(help: ArgumentHelp("What to change.", valueName: "name=value"))
        var settings: [String]

        @OptionGroup var options: ControlOptions

        func run() throws {
            let body = try GivenJSON.settings(settings)
            try options.run(
                options.request("PUT", ["settings"], body: body),
                SettingsCommand.lines
            )
        }
    }

    private static func lines(_ settings: Shown) -> [String] {
        settings.members.map { "\($0.name)=\($0.value.text)" }
    }
}

/// Prints the OpenAPI document.
struct OpenAPICommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "openapi",
        abstract: "Print the OpenAPI document of the Account Manager API."
    )

    @Flag(help: "Print that of the control listener instead.")
    var control = false

    func run() {
        let document =
            control ? AccountManagerDocuments.controlOpenAPI : AccountManagerDocuments.openAPI
        StandardStreams.writeOutput(String(decoding: document, as: UTF8.self))
    }
}
