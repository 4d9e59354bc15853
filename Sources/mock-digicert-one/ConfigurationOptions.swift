import ArgumentParser
import MockDigiCertOne

/// The flags of `serve`, which `check`, `ca` and `healthcheck` share: one per setting.
///
/// Values stay text here, so that a wrong one is refused by the same check, in the same words and
/// with the same exit status whether it stands in a flag, the environment or the file.
struct ConfigurationOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The configuration file (JSON5).", valueName: "file"))
    var config: String?

    @OptionGroup(title: "Listeners")
    var listeners: ListenerOptions

    @OptionGroup(title: "Names and addresses that clients use")
    var addresses: AddressOptions

    @OptionGroup(title: "Certificates of your own, and what clients trust")
    var trust: TrustOptions

    @OptionGroup(title: "State")
    var state: StateOptions

    @OptionGroup(title: "Many worlds in one process")
    var worlds: WorldsOptions

    @OptionGroup(title: "Where the vendor is silent")
    var world: WorldOptions

    @OptionGroup(title: "Log")
    var log: LogOptions

    @OptionGroup(title: "Limits")
    var limits: LimitOptions

    /// What was given, by setting.
    var given: [Setting: String] {
        let groups = [
            listeners.given, addresses.given, trust.given, state.given, worlds.given, world.given,
            log.given, limits.given,
        ]
        return groups.reduce(into: [:]) { all, group in
            for (setting, value) in group { all[setting] = value }
        }
    }

    /// The effective configuration, or one line on standard error and exit status 1.
    func resolve() throws -> Configuration {
        try Refusal.ofConfiguration { () throws(ConfigurationError) in
            try Configuration.resolve(
                flags: given,
                configurationFile: config,
                environment: .current()
            )
        }
    }
}

struct ListenerOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Addresses of the API and clientauth listeners, or loopback.",
            valueName: "addresses"
        )
    )
    var listen: String?

    @Option(help: ArgumentHelp("Addresses of the control listener.", valueName: "addresses"))
    var controlListen: String?

    @Option(help: ArgumentHelp("Port of the API (8443); 0 takes a free one.", valueName: "n"))
    var apiPort: String?

    @Option(
        help: ArgumentHelp(
            "Port that asks for client certificates (8444); 0 takes a free one.",
            valueName: "n"
        )
    )
    var clientauthPort: String?

    @Option(
        help: ArgumentHelp("Port of the control plane (8440); 0 takes a free one.", valueName: "n")
    )
    var controlPort: String?

    @Option(
        help: ArgumentHelp(
            "One more TLS port, such as 443, where the name decides; left out if refused.",
            valueName: "n"
        )
    )
    var httpsPort: String?

    @Option(
        help: ArgumentHelp("Write the ready JSON here when serving.", valueName: "file")
    )
    var readyFile: String?

    @Option(
        help: ArgumentHelp("Demand this token on the control listener.", valueName: "token")
    )
    var controlToken: String?

    @Option(help: ArgumentHelp("Demand the token in this file there.", valueName: "file"))
    var controlTokenFile: String?

    var given: [Setting: String] {
        [
            .controlToken: controlToken, .controlTokenFile: controlTokenFile,
            .listen: listen, .controlListen: controlListen, .apiPort: apiPort,
            .clientauthPort: clientauthPort, .controlPort: controlPort,
            .httpsPort: httpsPort,
            .readyFile: readyFile,
        ].compactMapValues(\.self)
    }
}

struct StateOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Keep the state in this directory.", valueName: "dir"))
    var stateDir: String?

    @Flag(inversion: .prefixedNo, help: "Keep nothing: the state goes when the process ends.")
    var ephemeral: Bool?

    @Option(
        help: ArgumentHelp("Fill a new world from this file (JSON5).", valueName: "file")
    )
    var seedFile: String?

    @Option(
        help: ArgumentHelp("Start the world's clock there, or move it forward.", valueName: "time")
    )
    var clock: String?

    @Flag(inversion: .prefixedNo, help: "Let the world's clock stand still.")
    var clockFrozen: Bool?

    @Option(
        help: ArgumentHelp(
            "Let ids, tokens, serial numbers and CA keys follow from this number.",
            valueName: "number"
        )
    )
    var randomSeed: String?

    @Option(
        help: ArgumentHelp("Write the world's time here for libfaketime.", valueName: "file")
    )
    var faketimeFile: String?

    var given: [Setting: String] {
        [
            .stateDir: stateDir, .ephemeral: ephemeral.map { String($0) }, .seedFile: seedFile,
            .clock: clock, .clockFrozen: clockFrozen.map { String($0) },
            .randomSeed: randomSeed,
            .faketimeFile: faketimeFile,
        ].compactMapValues(\.self)
    }
}

struct WorldOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("Status for a refused key: 401 or 403.", valueName: "status")
    )
    var refusedKeyStatus: String?

    @Option(help: ArgumentHelp("Status of duplicate_error: 400 or 409.", valueName: "status"))
    var duplicateErrorStatus: String?

    @Option(help: ArgumentHelp("The envelope of errors: errors (a list) or error."))
    var errorBody: String?

    @Option(help: ArgumentHelp("What becomes of too long a validity: cap or refuse."))
    var overlongValidity: String?

    @Option(
        help: ArgumentHelp("The key of a new world's CA, such as rsa-2048 or p-256.")
    )
    var caKeyAlgorithm: String?

    @Option(
        help: ArgumentHelp("Items of a list when the request names no limit.", valueName: "n")
    )
    var defaultLimit: String?

    @Option(help: ArgumentHelp("What nobody documents: off answers it, documented refuses it."))
    var strict: String?

    @Option(
        help: ArgumentHelp("Requests of one key in each window; 0 sets no limit.", valueName: "n")
    )
    var rateLimitRequests: String?

    @Option(
        help: ArgumentHelp("Seconds of that window, by the world's clock.", valueName: "seconds")
    )
    var rateLimitSeconds: String?

    @Option(help: ArgumentHelp("Entries that the audit log keeps.", valueName: "n"))
    var auditEntriesMax: String?

    @Option(
        help: ArgumentHelp("Who makes a service user's tokens: manageUsers or accountAccess.")
    )
    var serviceUserTokens: String?

    @Flag(inversion: .prefixedNo, help: "Let names that begin with mock- pick an outcome.")
    var magicNames: Bool?

    @Flag(inversion: .prefixedNo, help: "Say in x-mock-reason why a request was refused.")
    var mockHeaders: Bool?

    var given: [Setting: String] {
        [
            .refusedKeyStatus: refusedKeyStatus, .duplicateErrorStatus: duplicateErrorStatus,
            .errorBody: errorBody, .overlongValidity: overlongValidity,
            .caKeyAlgorithm: caKeyAlgorithm, .defaultLimit: defaultLimit, .strict: strict,
            .rateLimitRequests: rateLimitRequests, .rateLimitSeconds: rateLimitSeconds,
            .auditEntriesMax: auditEntriesMax, .serviceUserTokens: serviceUserTokens,
            .magicNames: magicNames.map { String($0) },
            .mockHeaders: mockHeaders.map { String($0) },
        ].compactMapValues(\.self)
    }
}

struct LogOptions: ParsableArguments {
    @Option(help: ArgumentHelp("How log lines look: text or json.", valueName: "format"))
    var logFormat: String?

    @Option(
        help: ArgumentHelp("The least level that is logged; info has requests.", valueName: "level")
    )
    var logLevel: String?

    var given: [Setting: String] {
        [.logFormat: logFormat, .logLevel: logLevel].compactMapValues(\.self)
    }
}
