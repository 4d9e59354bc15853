package import ControlAPI

/// Where the commands find the control listener of a running server, and its token.
package struct ControlPlace: Sendable, Hashable {
    /// Where it is, such as `http://127.0.0.1:8440`.
    package let url: String

    /// What it demands; nil where nobody named any.
    package let token: BearerToken?

    /// What `exec` tells the command that it runs.
    private static let variable = "MOCK_WORLD_CONTROL_URL"

    /// Finds it: by the flag, by what `exec` says, by the settings of the server itself.
    ///
    /// - Parameters:
    ///   - url: The flag `--control-url`.
    ///   - token: The flag `--control-token`.
    ///   - configurationFile: The path after `--config`; nil lets the environment name one.
    ///   - environment: The environment of the process.
    /// - Returns: The place.
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
    package static func find(
        url: String?,
        token: String?,
        configurationFile: String?,
        environment: ProcessEnvironment
    ) throws(ConfigurationError) -> ControlPlace {
        let configuration = try Configuration.resolve(
            flags: [:],
            configurationFile: configurationFile,
            environment: environment
        )
        let known: BearerToken?
        if let token {
            guard let given = BearerToken(token) else {
                throw ConfigurationError(
                    subject: Setting.controlToken.flag,
                    problem: "is no token",
                    remedy: "give 1 to \(BearerToken.bytesMax) printable ASCII characters"
                )
            }
            known = given
        } else {
            known = try configuration.requiredControlToken()
        }
        if let url = url ?? environment[variable] { return ControlPlace(url: url, token: known) }
        let address = ListenerURL.reachable(configuration.controlListen.first ?? "127.0.0.1")
        let port: Int
        switch Healthcheck.controlPort(configuration) {
        case .success(let found): port = found
        case .failure(let error): throw error
        }
        return ControlPlace(url: "http://\(ListenerURL.bracketed(address)):\(port)", token: known)
    }
}
