import HTTP
import HTTPServer
import OpenSSLBridge
import PrivateCA
import World

/// Everything a person can set, named by its key path in the configuration file.
///
/// This is the one table: the flag, the environment variable, the check, the default and the
/// line that `check` prints all follow from a case of it.
package enum Setting: String, CaseIterable, Sendable {
    case listen
    case controlListen
    case apiPort
    case clientauthPort
    case controlPort
    case httpsPort
    case stateDir
    case ephemeral
    case seedFile
    case readyFile
    case clock
    case clockFrozen
    case randomSeed
    case faketimeFile
    case names
    case publicAPIURL = "publicApiUrl"
    case publicClientauthURL = "publicClientauthUrl"
    case publicControlURL = "publicControlUrl"
    case tlsCA = "tlsCa"
    case tlsCAKey = "tlsCaKey"
    case tlsCert
    case tlsKey
    case clientCA = "clientCa"
    case clientCAKey = "clientCaKey"
    case caCopy
    case controlToken
    case controlTokenFile
    case logFormat
    case logLevel
    case mockHeaders
    case worldPorts
    case worldsOnFirstUse = "worlds.onFirstUse"
    case refusedKeyStatus = "world.refusedKeyStatus"
    case duplicateErrorStatus = "world.duplicateErrorStatus"
    case errorBody = "world.errorBody"
    case overlongValidity = "world.overlongValidity"
    case caKeyAlgorithm = "world.caKeyAlgorithm"
    case defaultLimit = "world.defaultLimit"
    case strict = "world.strict"
    case rateLimitRequests = "world.rateLimitRequests"
    case rateLimitSeconds = "world.rateLimitSeconds"
    case auditEntriesMax = "world.auditEntriesMax"
    case serviceUserTokens = "world.serviceUserTokens"
    case magicNames = "world.magicNames"
    case targetBytesMax = "limits.targetBytesMax"
    case headerBytesMax = "limits.headerBytesMax"
    case headerCountMax = "limits.headerCountMax"
    case bodyBytesMax = "limits.bodyBytesMax"
    case connectionsMax = "limits.connectionsMax"
    case streamsMax = "limits.streamsMax"
    case handshakeTimeoutSeconds = "limits.handshakeTimeoutSeconds"
    case headerTimeoutSeconds = "limits.headerTimeoutSeconds"
    case bodyTimeoutSeconds = "limits.bodyTimeoutSeconds"
    case idleTimeoutSeconds = "limits.idleTimeoutSeconds"
    case drainTimeoutSeconds = "limits.drainTimeoutSeconds"
    case journalBytesMax = "limits.journalBytesMax"

    /// What a value of this setting may be.
    package enum Kind: Sendable, Hashable {
        case integer(ClosedRange<Int>)
        case oneOfIntegers([Int])
        case oneOf([String])
        case flag
        case path
        case time
        case addresses
        case names
        case secret
        case url(schemes: [String])
        case portRange
    }

    /// The check that a value must pass.
    package var kind: Kind {
        switch self {
        case .listen, .controlListen: .addresses
        case .apiPort, .clientauthPort, .controlPort, .httpsPort: .integer(0...65_535)
        case .stateDir, .seedFile, .readyFile, .faketimeFile: .path
        case .tlsCA, .tlsCAKey, .tlsCert, .tlsKey, .clientCA, .clientCAKey, .caCopy: .path
        case .publicAPIURL, .publicClientauthURL: .url(schemes: ["https"])
        case .publicControlURL: .url(schemes: ["http", "https"])
        case .ephemeral, .clockFrozen, .mockHeaders, .worldsOnFirstUse: .flag
        case .worldPorts: .portRange
        case .clock: .time
        case .randomSeed: .integer(0...Int.max)
        case .names: .names
        case .controlToken: .secret
        case .controlTokenFile: .path
        case .logFormat: .oneOf(LogFormat.allCases.map(\.rawValue))
        case .logLevel: .oneOf(LogLevel.allCases.map(\.rawValue))
        case .refusedKeyStatus: Kind(.refusedKeyStatus)
        case .duplicateErrorStatus: Kind(.duplicateErrorStatus)
        case .errorBody: Kind(.errorBody)
        case .overlongValidity: Kind(.overlongValidity)
        case .caKeyAlgorithm: Kind(.caKeyAlgorithm)
        case .defaultLimit: Kind(.defaultLimit)
        case .strict: Kind(.strict)
        case .rateLimitRequests: Kind(.rateLimitRequests)
        case .rateLimitSeconds: Kind(.rateLimitSeconds)
        case .auditEntriesMax: Kind(.auditEntriesMax)
        case .serviceUserTokens: Kind(.serviceUserTokens)
        case .magicNames: Kind(.magicNames)
        case .targetBytesMax: .integer(1_024...1_048_576)
        case .headerBytesMax: .integer(1_024...1_048_576)
        case .headerCountMax: .integer(8...10_000)
        case .bodyBytesMax: .integer(1_024...268_435_456)
        case .connectionsMax: .integer(1...1_000_000)
        case .streamsMax: .integer(1...10_000)
        case .handshakeTimeoutSeconds, .headerTimeoutSeconds, .bodyTimeoutSeconds:
            .integer(1...3_600)
        case .idleTimeoutSeconds: .integer(1...86_400)
        case .drainTimeoutSeconds: .integer(0...3_600)
        case .journalBytesMax: .integer(1_048_576...68_719_476_736)
        }
    }

    /// The value when nobody says otherwise; what a world and the transport do by
    /// default, their own types say.
    package var fallback: SettingValue {
        switch self {
        case .listen, .controlListen: .list(Setting.loopbackAddresses)
        case .apiPort: .integer(8443)
        case .clientauthPort: .integer(8444)
        case .controlPort: .integer(8440)
        case .httpsPort, .stateDir, .seedFile, .readyFile, .clock, .clockFrozen, .randomSeed,
            .faketimeFile:
            .unset
        case .tlsCA, .tlsCAKey, .tlsCert, .tlsKey, .clientCA, .clientCAKey, .caCopy: .unset
        case .publicAPIURL, .publicClientauthURL, .publicControlURL: .unset
        case .controlToken, .controlTokenFile, .worldPorts: .unset
        case .ephemeral, .worldsOnFirstUse: .flag(false)
        case .names: .list([])
        case .logFormat: .text(LogFormat.text.rawValue)
        case .logLevel: .text(LogLevel.info.rawValue)
        case .mockHeaders: .flag(true)
        case .refusedKeyStatus: SettingValue(.refusedKeyStatus)
        case .duplicateErrorStatus: SettingValue(.duplicateErrorStatus)
        case .errorBody: SettingValue(.errorBody)
        case .overlongValidity: SettingValue(.overlongValidity)
        case .caKeyAlgorithm: SettingValue(.caKeyAlgorithm)
        case .defaultLimit: SettingValue(.defaultLimit)
        case .strict: SettingValue(.strict)
        case .rateLimitRequests: SettingValue(.rateLimitRequests)
        case .rateLimitSeconds: SettingValue(.rateLimitSeconds)
        case .auditEntriesMax: SettingValue(.auditEntriesMax)
        case .serviceUserTokens: SettingValue(.serviceUserTokens)
        case .magicNames: SettingValue(.magicNames)
        case .targetBytesMax: .integer(HTTPLimits().targetBytesMax)
        case .headerBytesMax: .integer(HTTPLimits().headerBytesMax)
        case .headerCountMax: .integer(HTTPLimits().headerCountMax)
        case .bodyBytesMax: .integer(HTTPLimits().bodyBytesMax)
        case .connectionsMax: .integer(ServerLimits().connectionsMax)
        case .streamsMax: .integer(ServerLimits().streamsMax)
        case .handshakeTimeoutSeconds: seconds(\.handshakeTimeout)
        case .headerTimeoutSeconds: seconds(\.headerTimeout)
        case .bodyTimeoutSeconds: seconds(\.bodyTimeout)
        case .idleTimeoutSeconds: seconds(\.idleTimeout)
        case .drainTimeoutSeconds: seconds(\.drainTimeout)
        case .journalBytesMax: .integer(JournalBudget.standardBytesMax)
        }
    }

    private func seconds(_ limit: KeyPath<ServerLimits, Duration>) -> SettingValue {
        .integer(Int(ServerLimits()[keyPath: limit].components.seconds))
    }

    /// What the word `loopback` stands for, and the default of both listen settings.
    package static let loopbackAddresses = ["127.0.0.1", "::1"]
}

extension Setting {
    /// The last part of the key path, without its section.
    package var name: String {
        guard let dot = rawValue.lastIndex(of: ".") else { return rawValue }
        return String(rawValue[rawValue.index(after: dot)...])
    }

    /// The flag on the command line, without a value: `--api-port`.
    package var flag: String { "--" + words.joined(separator: "-") }

    /// The environment variable: `MOCK_DIGICERT_ONE_API_PORT`.
    package var environmentVariable: String {
        ProcessEnvironment.prefix + words.map { $0.uppercased() }.joined(separator: "_")
    }

    /// The words of the name in lower case: `apiPort` is `api`, `port`.
    private var words: [String] {
        var words: [String] = []
        for character in name {
            if character.isUppercase || words.isEmpty {
                words.append(character.lowercased())
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words
    }
}

/// How log lines look.
package enum LogFormat: String, CaseIterable, Sendable {
    case text
    case json
}

/// How much is logged; the access log is written at `info`.
package enum LogLevel: String, CaseIterable, Sendable {
    case trace
    case debug
    case info
    case notice
    case warning
    case error
    case critical
}
