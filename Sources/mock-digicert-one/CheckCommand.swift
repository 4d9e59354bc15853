import ArgumentParser
import MockDigiCertOne

/// Prints the effective configuration and who decided each value.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Print the effective configuration and where each value came from."
    )

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
        let configuration = try options.resolve()
        try Refusal.ofConfiguration(configuration.checkReferences)
        let settings = configuration.settings
        let width = settings.map(\.setting.rawValue.count).max() ?? 0
        for effective in settings {
            let key = effective.setting.rawValue
            let padding = String(repeating: " ", count: width - key.count)
            print("\(key)\(padding) = \(effective.value) (\(effective.origin))")
        }
    }
}
