package import AccountModel
package import ControlAPI
package import HTTPServer
package import World

/// All that a person decided about one process: read once at start, never changed.
public struct Configuration: Sendable {
    /// Addresses of the API and clientauth listeners.
    package let listen: [String]
    /// Addresses of the control listener.
    package let controlListen: [String]
    /// Port of the API; 0 takes a free one.
    package let apiPort: Int
    /// Port where client certificates are asked for; 0 takes a free one.
    package let clientauthPort: Int
    /// Port of the control plane; 0 takes a free one.
    package let controlPort: Int
    /// Port where the server name alone decides between the two; nil has no such listener, and 0
    /// takes a free one.
    package let httpsPort: Int?
    /// Where state lives.
    package let state: StateLocation
    /// The seed of a new world; nil is the tutorial's data.
    package let seedFile: String?
    /// Where the ready JSON is written beside standard output.
    package let readyFile: String?
    /// What time the world's clock shall have; nil is the system's in a new world.
    package let clock: Timestamp?
    /// Whether the world's clock shall stand still; nil leaves it as it is.
    package let isClockFrozen: Bool?
    /// From what the worlds' chance follows; nil makes what nobody can foresee.
    package let randomSeed: UInt64?
    /// Where the time of the world `default` is written for libfaketime; nil for nowhere.
    package let faketimeFile: String?
    /// Further names and addresses that clients call the server by.
    package let names: [String]
    /// The address of the API as clients call it, where it is not that of the listener.
    package let publicAPIURL: String?
    /// The address where client certificates are asked for, as clients call it.
    package let publicClientauthURL: String?
    /// The address of the control plane as clients call it.
    package let publicControlURL: String?
    /// A person's own authority for server certificates.
    package let tlsAuthority: CertificateFiles?
    /// A finished server certificate.
    package let tlsCertificate: CertificateFiles?
    /// A person's own issuing CA of client certificates.
    package let clientAuthority: CertificateFiles?
    /// Where a copy of what clients must trust is written.
    package let caCopy: String?
    /// What requests of the control listener must present; nil where a file may hold it.
    package let controlToken: BearerToken?
    /// The file that holds it; nil without one.
    package let controlTokenFile: String?
    /// How log lines look.
    package let logFormat: LogFormat
    /// How much is logged.
    package let logLevel: LogLevel
    /// The ports that worlds get when they ask for ports of their own; nil takes free ones.
    package let worldPorts: ClosedRange<Int>?
    /// Whether the first request to an unknown world makes it.
    package let makesWorldsOnFirstUse: Bool
    /// Whether refusals carry their reason in `x-mock-reason`.
    package let sendsMockHeaders: Bool
    /// What was chosen where the vendor is silent; the rest is up to the world.
    package let world: ChosenSettings
    /// Every limit of the transport.
    package let limits: ServerLimits
    /// The most bytes that the journals of all worlds keep together.
    package let journalBytesMax: Int
    /// The largest body of a request to the control listener in bytes, where the limit of the
    /// others is not larger still: a snapshot of a world with ten thousand certificates is sent.
    package static let controlBodyBytesMax = 64 * 1024 * 1024
    /// Every setting with its effective value and origin, in the order of the table.
    package let settings: [EffectiveSetting]
}

/// Where a process keeps its state.
package enum StateLocation: Sendable, Hashable {
    /// A directory that outlives the process.
    case directory(String)
    /// A new directory under the given one, removed at the end.
    case temporary(parent: String)
    /// Nobody named one, and the environment has no home directory either: what needs no state,
    /// such as a container's health probe, does not fail for that.
    case unknown
}

extension Configuration {
    /// Reads flags, environment and file into one value.
    ///
    /// - Parameters:
    ///   - flags: What was given on the command line.
    ///   - overruled: What a command decides where no flag does.
    ///   - configurationFile: The path after `--config`; nil lets the environment name one.
    ///   - environment: The environment of the process.
    ///   - fallbacks: What a command decides where nobody does.
    /// - Returns: The effective configuration.
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
    package static func resolve(
        flags: [Setting: String],
        overruled: [Setting: String] = [:],
        configurationFile: String?,
        environment: ProcessEnvironment,
        fallbacks: [Setting: String] = [:]
    ) throws(ConfigurationError) -> Configuration {
        var layers: [SettingsResolution.Layer] = [.flags(flags), .program(overruled)]
        layers.append(.environment(try environment.settings()))
        if let path = configurationFile ?? environment.configurationFile {
            layers.append(.file(try SettingsFile.read(path: path), path: path))
        }
        layers.append(.program(fallbacks))
        let resolution = try SettingsResolution(layers: layers)
        return Configuration(resolution, environment: environment)
    }

    /// Reads addresses that one command alone takes, by the rules of the settings.
    ///
    /// - Parameters:
    ///   - text: What was given; nil takes loopback.
    ///   - subject: The flag, for the message.
    /// - Returns: At least one address that a client can connect to.
    /// - Throws: ``ConfigurationError`` for what is no address, and for the unspecified ones.
    package static func addresses(
        _ text: String?,
        subject: String
    ) throws(ConfigurationError) -> [String] {
        guard let text else { return Setting.loopbackAddresses }
        do throws(Setting.Objection) {
            guard case .list(let addresses) = try Setting.listen.check(.text(text)) else {
                return Setting.loopbackAddresses
            }
            if let nowhere = addresses.first(where: ListenerURL.isUnspecified) {
                throw Setting.Objection(
                    problem: "\(nowhere) leads nowhere",
                    remedy: "give an address that clients can connect to"
                )
            }
            return addresses
        } catch {
            throw ConfigurationError(
                subject: subject,
                problem: error.problem,
                remedy: error.remedy
            )
        }
    }

    /// The configuration of a server inside a program: nothing kept, free ports, errors logged.
    ///
    /// - Parameter settings: Settings by their key in the configuration file, values as text,
    ///   for example `["world.refusedKeyStatus": "403"]`.
    /// - Returns: The effective configuration.
    /// - Throws: ``ConfigurationError`` for an unknown key or a wrong value.
    public static func embedded(
        _ settings: [String: String] = [:]
    ) throws(ConfigurationError) -> Configuration {
        var values: [Setting: String] = [
            .apiPort: "0", .clientauthPort: "0", .controlPort: "0", .logLevel: "error",
        ]
        if settings[Setting.stateDir.rawValue] == nil { values[.ephemeral] = "true" }
        for (key, value) in settings.sorted(by: { $0.key < $1.key }) {
            guard let setting = Setting(rawValue: key) else {
                throw ConfigurationError(
                    subject: key,
                    problem: "is not a setting",
                    remedy: Suggestion.remedy(for: key, among: Setting.allCases.map(\.rawValue))
                )
            }
            values[setting] = value
        }
        let resolution = try SettingsResolution(layers: [.program(values)])
        return Configuration(resolution, environment: .current())
    }
}

extension Configuration {
    fileprivate init(
        _ resolution: SettingsResolution,
        environment: ProcessEnvironment
    ) {
        state = StateLocation.choose(resolution, environment: environment)
        listen = resolution.list(.listen)
        controlListen = resolution.list(.controlListen)
        apiPort = resolution.integer(.apiPort)
        clientauthPort = resolution.integer(.clientauthPort)
        controlPort = resolution.integer(.controlPort)
        httpsPort = resolution.optionalInteger(.httpsPort)
        seedFile = resolution.optionalText(.seedFile).map(FilePath.absolute)
        readyFile = resolution.optionalText(.readyFile).map(FilePath.absolute)
        clock = resolution.optionalText(.clock).flatMap { Timestamp.parse(iso8601: $0) }
        isClockFrozen = resolution.optionalFlag(.clockFrozen)
        randomSeed = resolution.optionalInteger(.randomSeed).map { UInt64($0) }
        faketimeFile = resolution.optionalText(.faketimeFile).map(FilePath.absolute)
        names = resolution.list(.names)
        controlToken = resolution.secret(.controlToken)
        controlTokenFile = resolution.optionalText(.controlTokenFile).map(FilePath.absolute)
        publicAPIURL = resolution.optionalText(.publicAPIURL)
        publicClientauthURL = resolution.optionalText(.publicClientauthURL)
        publicControlURL = resolution.optionalText(.publicControlURL)
        tlsAuthority = resolution.files(.tlsCA, key: .tlsCAKey)
        tlsCertificate = resolution.files(.tlsCert, key: .tlsKey)
        clientAuthority = resolution.files(.clientCA, key: .clientCAKey)
        caCopy = resolution.optionalText(.caCopy).map(FilePath.absolute)
        logFormat = LogFormat(rawValue: resolution.text(.logFormat)) ?? .text
        logLevel = LogLevel(rawValue: resolution.text(.logLevel)) ?? .info
        sendsMockHeaders = resolution.flag(.mockHeaders)
        worldPorts = resolution.optionalText(.worldPorts).flatMap(PortRange.parse)
        makesWorldsOnFirstUse = resolution.flag(.worldsOnFirstUse)
        world = resolution.worldSettings
        limits = resolution.serverLimits
        journalBytesMax = resolution.integer(.journalBytesMax)
        let state = state
        settings = Setting.allCases.map { setting in
            let effective = resolution[setting]
            guard setting == .stateDir, effective.value == .unset else { return effective }
            return EffectiveSetting(
                setting: setting,
                value: .text(state.description),
                origin: effective.origin
            )
        }
    }
}

extension StateLocation: CustomStringConvertible {
    /// The location as `check` prints it.
    package var description: String {
        switch self {
        case .directory(let path): path
        case .temporary(let parent): "a temporary directory in \(parent), removed at exit"
        case .unknown: SettingValue.unset.description
        }
    }

    /// Follows the XDG Base Directory Specification where nobody named a directory.
    fileprivate static func choose(
        _ resolution: SettingsResolution,
        environment: ProcessEnvironment
    ) -> StateLocation {
        if resolution.flag(.ephemeral) {
            return .temporary(parent: FilePath.absolute(environment["TMPDIR"] ?? "/tmp"))
        }
        if let path = resolution.optionalText(.stateDir) {
            return .directory(FilePath.absolute(path))
        }
        if let base = environment["XDG_STATE_HOME"], base.hasPrefix("/") {
            return .directory(base + "/mock-digicert-one")
        }
        guard let home = environment["HOME"], home.hasPrefix("/") else { return .unknown }
        return .directory(home + "/.local/state/mock-digicert-one")
    }
}
