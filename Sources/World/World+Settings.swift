package import AccountStore
internal import Synchronization

/// The settings of an open world, which may change with every request.
final class SettingsInForce: Sendable {
    /// What applies now.
    let current: Mutex<WorldSettings>

    /// Whether any request may be refused by a setting alone, for those who ask that every time.
    let isRestrictive: Atomic<Bool>

    /// What the world remembers; locked while a change is stored.
    let remembered: Mutex<ChosenSettings>

    init(_ settings: WorldSettings, remembered: ChosenSettings) {
        current = Mutex(settings)
        isRestrictive = Atomic(settings.isRestrictive)
        self.remembered = Mutex(remembered)
    }
}

extension World {
    /// What is answered where the vendor is silent, as it is now.
    package var settings: WorldSettings { settingsInForce.current.withLock { $0 } }

    /// Whether a setting alone may refuse a request; cheaper to ask than ``settings``.
    package var restrictsRequests: Bool {
        settingsInForce.isRestrictive.load(ordering: .relaxed)
    }

    /// Changes settings, for the next request on and for as long as the world exists.
    ///
    /// - Parameter chosen: The new values; every other setting stays as it is.
    /// - Returns: All settings as they are now.
    /// - Throws: ``SettingsChangeError``; nothing has changed then.
    @discardableResult
    package func change(
        settings chosen: ChosenSettings
    ) throws(SettingsChangeError) -> WorldSettings {
        // Whoever asks for settings may hold the store, so what they ask is not locked meanwhile.
        try settingsInForce.remembered.withLock { (remembered) throws(SettingsChangeError) in
            var settings = self.settings
            let fixed = WorldSetting.caKeyAlgorithm
            if let value = chosen.values[fixed], value != settings[fixed] {
                throw .refused(
                    SettingProblem(
                        name: fixed.rawValue,
                        text: "is decided when a world begins; here it is "
                            + "\"\(settings.caKeyAlgorithm)\""
                    )
                )
            }
            settings.apply(chosen)
            let wish = remembered.merging(chosen)
            store.retain(auditEntriesMax: settings.auditEntriesMax)
            do throws(StoreError) {
                try store.save(settings: wish.json)
            } catch {
                store.retain(auditEntriesMax: self.settings.auditEntriesMax)
                throw .notStored(error)
            }
            remembered = wish
            settingsInForce.current.withLock { $0 = settings }
            settingsInForce.isRestrictive.store(settings.isRestrictive, ordering: .relaxed)
            return settings
        }
    }

    /// What a world was told before: by its seed when it begins, else in its earlier life.
    static func rememberedSettings(
        of store: AccountStore,
        seed: Seed?
    ) throws -> ChosenSettings {
        if let seed { return seed.settings }
        let tree = try JSONTree.parse(Array(store.settings().utf8))
        do throws(SettingProblem) {
            return try ChosenSettings(tree)
        } catch {
            throw WorldError(
                description: "its stored setting \(error.name ?? "") \(error.text): restore the "
                    + "state directory from a copy"
            )
        }
    }
}

/// Why settings were not changed.
package enum SettingsChangeError: Error {
    /// A value cannot be what it was to be.
    case refused(SettingProblem)

    /// The world's file cannot be written.
    case notStored(StoreError)
}
