/// Where the effective value of a setting came from, strongest first.
package enum Origin: Sendable, Hashable {
    case flag(String)
    case environment(String)
    case file(String)
    /// A program that embeds the server said so.
    case program
    case fallback
}

extension Origin: CustomStringConvertible {
    /// The origin as `check` and error messages print it.
    package var description: String {
        switch self {
        case .flag(let name): "flag \(name)"
        case .environment(let name): "environment \(name)"
        case .file(let path): path
        case .program: "program"
        case .fallback: "default"
        }
    }
}

/// A setting with its value and where that came from.
package struct EffectiveSetting: Sendable, Hashable {
    /// The setting.
    package let setting: Setting
    /// Its checked value.
    package let value: SettingValue
    /// Who decided.
    package let origin: Origin
}

extension EffectiveSetting {
    /// How an error message calls it: the flag or variable where the person used one.
    package var subject: String {
        switch origin {
        case .flag(let name): name
        case .environment(let name): "\(name) (environment)"
        case .file(let path): "\(setting.rawValue) (\(path))"
        case .program, .fallback: setting.rawValue
        }
    }
}

/// The effective value of every setting: flag over environment over file over default.
package struct SettingsResolution: Sendable {
    /// One place that settings come from.
    package struct Layer: Sendable {
        /// Names the place for one setting.
        let origin: @Sendable (Setting) -> Origin
        /// What was written there.
        let values: [Setting: WrittenValue]
    }

    private var effective: [Setting: EffectiveSetting]

    /// Checks every written value, also those that a stronger layer hides, and lets the
    /// strongest win.
    ///
    /// - Parameter layers: The layers, strongest first.
    /// - Throws: ``ConfigurationError`` for the first value that is wrong.
    package init(layers: [Layer]) throws(ConfigurationError) {
        effective = [:]
        for layer in layers {
            for setting in Setting.allCases {
                guard let written = layer.values[setting] else { continue }
                let origin = layer.origin(setting)
                let value = try Self.checked(written, for: setting, from: origin)
                if effective[setting] == nil {
                    effective[setting] = EffectiveSetting(
                        setting: setting,
                        value: value,
                        origin: origin
                    )
                }
            }
        }
        try refuseContradictions(layers)
    }

    /// The effective value of a setting and its origin.
    ///
    /// - Parameter setting: The setting.
    /// - Returns: What applies.
    package subscript(setting: Setting) -> EffectiveSetting {
        effective[setting]
            ?? EffectiveSetting(setting: setting, value: setting.fallback, origin: .fallback)
    }

    private static func checked(
        _ written: WrittenValue,
        for setting: Setting,
        from origin: Origin
    ) throws(ConfigurationError) -> SettingValue {
        do {
            return try setting.check(written)
        } catch {
            let culprit = EffectiveSetting(setting: setting, value: .unset, origin: origin)
            throw ConfigurationError(
                subject: culprit.subject,
                problem: error.problem,
                remedy: error.remedy
            )
        }
    }
}

extension SettingsResolution {
    /// Refuses what cannot be meant together.
    ///
    /// A state directory and `ephemeral` contradict each other only in one layer: an image may
    /// name a directory in its environment, and a flag may still ask for none.
    private mutating func refuseContradictions(_ layers: [Layer]) throws(ConfigurationError) {
        for layer in layers {
            guard layer.values[.stateDir] != nil, let ephemeral = layer.values[.ephemeral],
                (try? Setting.ephemeral.check(ephemeral)) == .flag(true)
            else { continue }
            throw ConfigurationError(
                subject: "\(layer.origin(.stateDir)) and \(layer.origin(.ephemeral))",
                problem: "contradict each other",
                remedy: "give one of them: \(Setting.stateDir.flag) keeps the state, "
                    + "\(Setting.ephemeral.flag) forgets it"
            )
        }
        let isHidden = layers.contains { layer in
            layer.values[.stateDir] != nil
                && self[.stateDir].origin == layer.origin(.stateDir)
        }
        if isHidden { settleStateDirectory(layers) }
        try refuseSharedPorts()
        try refuseLoneKeys()
        try refuseTwoTokens()
    }

    private func refuseTwoTokens() throws(ConfigurationError) {
        let text = self[.controlToken]
        let file = self[.controlTokenFile]
        guard text.value != .unset, file.value != .unset else { return }
        throw ConfigurationError(
            subject: "\(text.subject) and \(file.subject)",
            problem: "contradict each other",
            remedy: "give one of them; the file keeps the token out of lists of processes"
        )
    }

    /// Refuses a key whose certificate nobody named.
    private func refuseLoneKeys() throws(ConfigurationError) {
        let pairs = [(Setting.tlsCA, Setting.tlsCAKey), (.tlsCert, .tlsKey)]
        for (certificate, key) in pairs + [(.clientCA, .clientCAKey)]
        where self[key].value != .unset && self[certificate].value == .unset {
            throw ConfigurationError(
                subject: self[key].subject,
                problem: "is the key of no certificate",
                remedy: "give the certificate with \(certificate.flag)"
            )
        }
    }

    /// Lets the stronger of a state directory and `ephemeral` from different layers win.
    private mutating func settleStateDirectory(_ layers: [Layer]) {
        for layer in layers {
            if layer.values[.stateDir] != nil {
                effective[.ephemeral] = nil
                return
            }
            if layer.values[.ephemeral] != nil, self[.ephemeral].value == .flag(true) {
                effective[.stateDir] = nil
                return
            }
        }
    }

    private func refuseSharedPorts() throws(ConfigurationError) {
        let ports = [Setting.apiPort, .clientauthPort, .controlPort, .httpsPort]
        for (index, first) in ports.enumerated() {
            for second in ports[(index + 1)...]
            where self[first].value == self[second].value && self[first].value != .integer(0) {
                let culprit = self[second].origin == .fallback ? self[first] : self[second]
                let other = culprit.setting == first ? second : first
                throw ConfigurationError(
                    subject: culprit.subject,
                    problem: "\(culprit.value) is also \(other.rawValue)",
                    remedy: "give each listener a port of its own, or 0 for a free one"
                )
            }
        }
    }
}

extension SettingsResolution.Layer {
    /// What was given on the command line.
    ///
    /// - Parameter values: The text after each flag; for a flag without one, `true` or `false`.
    /// - Returns: The strongest layer.
    package static func flags(_ values: [Setting: String]) -> Self {
        Self(
            origin: { setting in
                let isNegated = values[setting] == "false" && setting.kind == .flag
                return .flag(isNegated ? setting.negatedFlag : setting.flag)
            },
            values: values.mapValues { .text($0) }
        )
    }

    /// What the environment says.
    ///
    /// - Parameter values: The values of the variables.
    /// - Returns: The layer below the flags.
    package static func environment(_ values: [Setting: WrittenValue]) -> Self {
        Self(origin: { .environment($0.environmentVariable) }, values: values)
    }

    /// What the configuration file says.
    ///
    /// - Parameters:
    ///   - file: The file's settings.
    ///   - path: The file's path.
    /// - Returns: The layer above the defaults.
    package static func file(_ file: SettingsFile, path: String) -> Self {
        Self(origin: { _ in .file(path) }, values: file.values)
    }

    /// What a program that embeds the server says.
    ///
    /// - Parameter values: The values as text.
    /// - Returns: The only layer above the defaults.
    package static func program(_ values: [Setting: String]) -> Self {
        Self(origin: { _ in .program }, values: values.mapValues { .text($0) })
    }
}

extension Setting {
    /// The flag that switches off what is on by default: `--no-mock-headers`.
    package var negatedFlag: String { "--no-" + flag.dropFirst(2) }
}
