import FoundationEssentials

/// The environment of the process, read once at start; nothing else in the program reads it.
package struct ProcessEnvironment: Sendable {
    /// What all our variables begin with.
    package static let prefix = "MOCK_DIGICERT_ONE_"

    /// All variables.
    package let variables: [String: String]

    /// Makes an environment, which in tests is not the process's own.
    ///
    /// - Parameter variables: All variables.
    package init(_ variables: [String: String]) {
        self.variables = variables
    }

    /// The environment that the process was started with.
    ///
    /// - Returns: A copy.
    package static func current() -> ProcessEnvironment {
        ProcessEnvironment(ProcessInfo.processInfo.environment)
    }

    /// A variable, where an empty one counts as not set.
    ///
    /// - Parameter name: The whole name.
    /// - Returns: Its value, or nil.
    package subscript(_ name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// The configuration file that the environment names.
    package var configurationFile: String? { self[Self.prefix + "CONFIG"] }

    /// The settings that the environment makes.
    ///
    /// Empty variables count as not set: compose files and shells write `X=` for "nothing".
    ///
    /// - Returns: The values as written.
    /// - Throws: ``ConfigurationError`` for a variable with our prefix that means nothing.
    package func settings() throws(ConfigurationError) -> [Setting: WrittenValue] {
        var known: [String: Setting] = [:]
        for setting in Setting.allCases { known[setting.environmentVariable] = setting }
        var values: [Setting: WrittenValue] = [:]
        for (name, value) in variables.sorted(by: { $0.key < $1.key }) {
            guard name.hasPrefix(Self.prefix), !value.isEmpty,
                name != Self.prefix + "CONFIG", !Self.isFromKubernetes(name, value)
            else { continue }
            guard let setting = known[name] else {
                throw ConfigurationError(
                    subject: "\(name) (environment)",
                    problem: "is not a setting",
                    remedy: Suggestion.remedy(
                        for: name,
                        among: known.keys.sorted(),
                        after: Self.prefix
                    )
                )
            }
            values[setting] = .text(value)
        }
        return values
    }

    /// Whether Kubernetes made the variable for a Service whose name begins with ours.
    ///
    /// For a Service `mock-digicert-one` (or `mock-digicert-one-api`, whose address would pass
    /// for our API port) it injects `…_SERVICE_HOST`, `…_SERVICE_PORT`, `…_SERVICE_PORT_name` per
    /// named port, `…_PORT=tcp://address:port` and `…_PORT_8443_TCP`, the last also with `_PROTO`,
    /// `_PORT` and `_ADDR` behind it. The values decide as well: what a person wrote looks
    /// otherwise.
    private static func isFromKubernetes(_ name: String, _ value: String) -> Bool {
        let words = name.dropFirst(prefix.count)
            .split(separator: "_", omittingEmptySubsequences: false)
        if words.suffix(2) == ["SERVICE", "HOST"] { return IPAddress.isAddress(value) }
        return words.indices.contains { index in
            guard words[index] == "PORT" else { return false }
            let isOfService = index > 0 && words[index - 1] == "SERVICE"
            let after = Array(words[(index + 1)...])
            return isOfService && isNumber(value)
                || after.isEmpty && isEndpoint(value)
                || isEndpoint(after, value)
        }
    }

    /// Whether a variable is about one port: what stands behind `PORT` in its name, and its value.
    private static func isEndpoint(_ words: [Substring], _ value: String) -> Bool {
        guard (2...3).contains(words.count), isNumber(words[0]),
            ["TCP", "UDP", "SCTP"].contains(words[1])
        else { return false }
        guard words.count == 3 else { return isEndpoint(value) }
        return switch words[2] {
        case "PROTO": value.uppercased() == words[1]
        case "PORT": isNumber(value)
        case "ADDR": IPAddress.isAddress(value)
        default: false
        }
    }

    /// Whether a value is `tcp://address:port` or its like.
    private static func isEndpoint(_ value: String) -> Bool {
        ["tcp://", "udp://", "sctp://"].contains { value.hasPrefix($0) }
    }

    private static func isNumber(_ text: some StringProtocol) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    }
}
