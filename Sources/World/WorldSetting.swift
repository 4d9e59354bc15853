internal import OpenSSLBridge
internal import PrivateCA

/// The name of one of a world's settings, as configuration, seed and control API have it.
///
/// This is the one table: what a value may be, where it is kept, and how it is written all follow
/// from a case of it.
package enum WorldSetting: String, CaseIterable, Sendable {
    case refusedKeyStatus
    case duplicateErrorStatus
    case errorBody
    case overlongValidity
    case caKeyAlgorithm
    case defaultLimit
    case strict
    case rateLimitRequests
    case rateLimitSeconds
    case auditEntriesMax
    case serviceUserTokens
    case magicNames

    /// What the value of a setting may be.
    package enum Kind: Sendable, Hashable {
        case integer(ClosedRange<Int>)
        case oneOfIntegers([Int])
        case oneOf([String])
        case flag
    }

    /// The value of a setting.
    package enum Value: Sendable, Hashable {
        case integer(Int)
        case word(String)
        case flag(Bool)
    }

    /// What the value may be.
    package var kind: Kind {
        switch self {
        case .refusedKeyStatus: .oneOfIntegers(RefusedKeyStatus.allCases.map(\.rawValue))
        case .duplicateErrorStatus: .oneOfIntegers(DuplicateErrorStatus.allCases.map(\.rawValue))
        case .errorBody: .oneOf(ErrorBody.allCases.map(\.rawValue))
        case .overlongValidity: .oneOf(OverlongValidity.allCases.map(\.rawValue))
        case .caKeyAlgorithm: .oneOf(Self.keyAlgorithms)
        case .defaultLimit: .integer(1...1000)
        case .strict: .oneOf(Strictness.allCases.map(\.rawValue))
        case .rateLimitRequests: .integer(0...1_000_000)
        case .rateLimitSeconds: .integer(1...86_400)
        case .auditEntriesMax: .integer(1...10_000_000)
        case .serviceUserTokens: .oneOf(ServiceUserTokens.allCases.map(\.rawValue))
        case .magicNames: .flag
        }
    }

    private static let keyAlgorithms = [
        "rsa-2048", "rsa-3072", "rsa-4096", "p-256", "p-384", "p-521", "ed25519",
    ]

    /// The values that are possible, for a sentence about one that is not.
    package var choices: String {
        switch kind {
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .oneOfIntegers(let numbers): numbers.map { "\($0)" }.joined(separator: " or ")
        case .oneOf(let words): words.map { "\"\($0)\"" }.joined(separator: " or ")
        case .flag: "true or false"
        }
    }

    /// Whether a value is one of those that ``kind`` describes.
    ///
    /// - Parameter value: The value.
    /// - Returns: Whether it is possible.
    package func allows(_ value: Value) -> Bool {
        switch (kind, value) {
        case (.integer(let range), .integer(let number)): range.contains(number)
        case (.oneOfIntegers(let numbers), .integer(let number)): numbers.contains(number)
        case (.oneOf(let words), .word(let word)): words.contains(word)
        case (.flag, .flag): true
        case (.integer, _), (.oneOfIntegers, _), (.oneOf, _), (.flag, _): false
        }
    }
}

extension WorldSettings {
    /// The value of a setting by its name; what is not possible is not taken.
    ///
    /// - Parameter setting: The setting.
    package subscript(setting: WorldSetting) -> WorldSetting.Value {
        get {
            switch setting {
            case .refusedKeyStatus: .integer(refusedKeyStatus.rawValue)
            case .duplicateErrorStatus: .integer(duplicateErrorStatus.rawValue)
            case .errorBody: .word(errorBody.rawValue)
            case .overlongValidity: .word(overlongValidity.rawValue)
            case .caKeyAlgorithm: .word(caKeyAlgorithm.name)
            case .defaultLimit: .integer(defaultLimit)
            case .strict: .word(strictness.rawValue)
            case .rateLimitRequests: .integer(rateLimitRequests)
            case .rateLimitSeconds: .integer(rateLimitSeconds)
            case .auditEntriesMax: .integer(auditEntriesMax)
            case .serviceUserTokens: .word(serviceUserTokens.rawValue)
            case .magicNames: .flag(hasMagicNames)
            }
        }
        set {
            guard setting.allows(newValue) else { return }
            switch newValue {
            case .integer(let number): set(setting, number)
            case .word(let word): set(setting, word)
            case .flag(let flag): set(setting, flag)
            }
        }
    }

    private mutating func set(_ setting: WorldSetting, _ flag: Bool) {
        guard setting == .magicNames else { return }
        hasMagicNames = flag
    }

    private mutating func set(_ setting: WorldSetting, _ number: Int) {
        switch setting {
        case .refusedKeyStatus:
            refusedKeyStatus = RefusedKeyStatus(rawValue: number) ?? refusedKeyStatus
        case .duplicateErrorStatus:
            duplicateErrorStatus = DuplicateErrorStatus(rawValue: number) ?? duplicateErrorStatus
        case .defaultLimit: defaultLimit = number
        case .rateLimitRequests: rateLimitRequests = number
        case .rateLimitSeconds: rateLimitSeconds = number
        case .auditEntriesMax: auditEntriesMax = number
        case .errorBody, .overlongValidity, .caKeyAlgorithm, .strict, .serviceUserTokens,
            .magicNames:
            break
        }
    }

    private mutating func set(_ setting: WorldSetting, _ word: String) {
        switch setting {
        case .errorBody: errorBody = ErrorBody(rawValue: word) ?? errorBody
        case .overlongValidity:
            overlongValidity = OverlongValidity(rawValue: word) ?? overlongValidity
        case .caKeyAlgorithm: caKeyAlgorithm = KeyAlgorithm(name: word) ?? caKeyAlgorithm
        case .strict: strictness = Strictness(rawValue: word) ?? strictness
        case .serviceUserTokens:
            serviceUserTokens = ServiceUserTokens(rawValue: word) ?? serviceUserTokens
        case .refusedKeyStatus, .duplicateErrorStatus, .defaultLimit, .rateLimitRequests,
            .rateLimitSeconds, .auditEntriesMax, .magicNames:
            break
        }
    }
}

/// Some of a world's settings: those that somebody chose.
package struct ChosenSettings: Sendable, Hashable {
    /// The chosen values; each is possible for its setting.
    package private(set) var values: [WorldSetting: WorldSetting.Value] = [:]

    /// Chooses nothing.
    package init() {}

    /// Chooses everything as it is in some settings.
    ///
    /// - Parameter settings: The settings.
    package init(all settings: WorldSettings) {
        for setting in WorldSetting.allCases { values[setting] = settings[setting] }
    }

    /// Reads an object whose members are settings; `null` chooses nothing.
    ///
    /// - Parameter tree: The object.
    /// - Throws: ``SettingProblem`` for the first member, by its name, that is wrong.
    package init(_ tree: JSONTree) throws(SettingProblem) {
        guard case .object(let members) = tree else {
            throw SettingProblem(name: nil, text: "must be an object, and is \(tree.typeName)")
        }
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let setting = WorldSetting(rawValue: name) else {
                let known = WorldSetting.allCases.map(\.rawValue).joined(separator: ", ")
                throw SettingProblem(name: name, text: "is no setting; there are \(known)")
            }
            guard value != .null else { continue }
            guard choose(setting, Self.value(value)) else {
                throw SettingProblem(name: name, text: "is \(value); give \(setting.choices)")
            }
        }
    }

    /// Chooses a value.
    ///
    /// - Parameters:
    ///   - setting: The setting.
    ///   - value: Its value.
    /// - Returns: Whether the value is possible; nothing changes otherwise.
    @discardableResult
    package mutating func choose(_ setting: WorldSetting, _ value: WorldSetting.Value?) -> Bool {
        guard let value, setting.allows(value) else { return false }
        values[setting] = value
        return true
    }

    /// What is chosen when somebody chooses again.
    ///
    /// - Parameter later: The later choices, which win.
    /// - Returns: Both.
    func merging(_ later: ChosenSettings) -> ChosenSettings {
        var both = self
        both.values.merge(later.values) { $1 }
        return both
    }

    /// The chosen settings as one JSON object, in the order of the table.
    package var json: String {
        let members = WorldSetting.allCases.compactMap { setting -> String? in
            switch values[setting] {
            case .integer(let number): "\"\(setting.rawValue)\":\(number)"
            case .word(let word): "\"\(setting.rawValue)\":\"\(word)\""
            case .flag(let flag): "\"\(setting.rawValue)\":\(flag)"
            case nil: nil
            }
        }
        return "{\(members.joined(separator: ","))}"
    }

    private static func value(_ tree: JSONTree) -> WorldSetting.Value? {
        switch tree {
        case .integer(let number): .integer(number)
        case .text(let word): .word(word)
        case .flag(let flag): .flag(flag)
        case .null, .number, .array, .object: nil
        }
    }
}

/// What is wrong with a setting that somebody wrote.
package struct SettingProblem: Error, Hashable {
    /// The member's name; nil when the whole is no object.
    package let name: String?

    /// What is wrong, to follow the name in a sentence.
    package let text: String
}

extension WorldSettings {
    /// Takes over what somebody chose.
    ///
    /// - Parameter chosen: The choices.
    package mutating func apply(_ chosen: ChosenSettings) {
        for (setting, value) in chosen.values { self[setting] = value }
    }

    /// All settings as one JSON object, in the order of the table.
    package var json: String { ChosenSettings(all: self).json }
}
