import World

/// The configuration file: JSON5, so that it may hold comments and trailing commas.
package struct SettingsFile: Sendable {
    /// The values that the file sets.
    package let values: [Setting: WrittenValue]

    /// Reads and takes apart a configuration file.
    ///
    /// - Parameter path: Where it lies.
    /// - Returns: Its settings; keys that are `null` count as not set.
    /// - Throws: ``ConfigurationError`` when it cannot be read or holds an unknown key.
    package static func read(path: String) throws(ConfigurationError) -> SettingsFile {
        let bytes: [UInt8]
        do {
            bytes = try FileBytes.read(path: path, bytesMax: 1_048_576)
        } catch {
            throw ConfigurationError(
                subject: path,
                problem: "cannot be read: \(error)",
                remedy: "give the path of a readable file to --config"
            )
        }
        return try parse(bytes, path: path)
    }

    /// Takes apart the text of a configuration file.
    ///
    /// - Parameters:
    ///   - bytes: The text in UTF-8.
    ///   - path: What error messages call the file.
    /// - Returns: Its settings.
    /// - Throws: ``ConfigurationError`` for broken JSON5 and unknown keys.
    package static func parse(
        _ bytes: [UInt8],
        path: String
    ) throws(ConfigurationError) -> SettingsFile {
        let root: JSONTree
        do throws(JSONFault) {
            root = try JSONTree.parse(bytes)
        } catch {
            throw ConfigurationError(
                subject: path,
                problem: "is not JSON5 (\(error))",
                remedy: "compare it with config/mock-digicert-one.json"
            )
        }
        guard case .object(let members) = root else {
            throw ConfigurationError(
                subject: path,
                problem: "holds \(root) where an object belongs",
                remedy: "start it with { and end it with }"
            )
        }
        var values: [Setting: WrittenValue] = [:]
        try collect(members, under: "", path: path, into: &values)
        return SettingsFile(values: values)
    }

    private static func collect(
        _ members: [String: JSONTree],
        under section: String,
        path: String,
        into values: inout [Setting: WrittenValue]
    ) throws(ConfigurationError) {
        for (key, value) in members.sorted(by: { $0.key < $1.key }) {
            let keyPath = section + key
            if let setting = Setting(rawValue: keyPath) {
                if value != .null { values[setting] = .json(value) }
            } else if sections.contains(keyPath), case .object(let inner) = value {
                try collect(inner, under: keyPath + ".", path: path, into: &values)
            } else if sections.contains(keyPath) {
                throw ConfigurationError(
                    subject: "\(keyPath) (\(path))",
                    problem: "holds \(value) where an object belongs",
                    remedy: "write \(keyPath): { … }"
                )
            } else if keyPath != "$schema" {
                throw ConfigurationError(
                    subject: "\(keyPath) (\(path))",
                    problem: "is not a setting",
                    remedy: Suggestion.remedy(for: keyPath, among: Setting.allCases.map(\.rawValue))
                )
            }
        }
    }

    /// The key paths that hold settings and are none.
    private static let sections: Set<String> = Set(
        Setting.allCases.compactMap { setting in
            setting.rawValue.firstIndex(of: ".").map { String(setting.rawValue[..<$0]) }
        }
    )
}
