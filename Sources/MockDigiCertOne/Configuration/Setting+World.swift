import World

// The settings of a world have a table of their own, because seeds and the control API know them
// too; the rows of `Setting` that begin with `world.` follow from it.

extension Setting {
    /// The setting of a world that has the same name; nil where none does.
    var worldSetting: WorldSetting? {
        rawValue.hasPrefix("world.") ? WorldSetting(rawValue: name) : nil
    }
}

extension Setting.Kind {
    /// What the value of a world's setting may be.
    init(_ setting: WorldSetting) {
        self =
            switch setting.kind {
            case .integer(let range): .integer(range)
            case .oneOfIntegers(let numbers): .oneOfIntegers(numbers)
            case .oneOf(let words): .oneOf(words)
            case .flag: .flag
            }
    }
}

extension SettingValue {
    /// What a world does by default.
    init(_ setting: WorldSetting) {
        self =
            switch WorldSettings()[setting] {
            case .integer(let number): .integer(number)
            case .word(let word): .text(word)
            case .flag(let flag): .flag(flag)
            }
    }
}

extension SettingsResolution {
    /// What somebody said about a new or a known world; defaults say nothing.
    var worldSettings: ChosenSettings {
        var chosen = ChosenSettings()
        for setting in Setting.allCases where self[setting].origin != .fallback {
            guard let name = setting.worldSetting else { continue }
            switch self[setting].value {
            case .integer(let number): chosen.choose(name, .integer(number))
            case .text(let word): chosen.choose(name, .word(word))
            case .flag(let flag): chosen.choose(name, .flag(flag))
            case .unset, .list, .secret: break
            }
        }
        return chosen
    }
}
