import FoundationEssentials

/// Asks a running process whether it is ready, as a container's health probe does.
package enum Healthcheck {
    /// Asks `/readyz` on the control listener.
    ///
    /// - Parameter configuration: That of the running process.
    /// - Returns: What is wrong, in one line; nil when the server is ready.
    package static func problem(with configuration: Configuration) -> String? {
        let port: Int
        switch controlPort(configuration) {
        case .success(let found): port = found
        case .failure(let failure): return failure.description
        }
        var problem = "no address of the control listener is known"
        for address in configuration.controlListen.map(ListenerURL.reachable) {
            do {
                let status = try LocalClient.status(
                    of: "/readyz",
                    at: address,
                    port: port,
                    timeoutSeconds: 2
                )
                if status == 200 { return nil }
                problem = "\(address) port \(port) answers /readyz with \(status)"
            } catch {
                problem = "\(address) port \(port) does not answer: \(error)"
            }
        }
        return problem
    }

    /// The port of the control listener: where it is 0, the ready file knows the real one.
    ///
    /// The address there may be a public one, whose port is another.
    static func controlPort(
        _ configuration: Configuration
    ) -> Result<Int, ConfigurationError> {
        guard configuration.controlPort == 0 else { return .success(configuration.controlPort) }
        guard let path = configuration.readyFile, configuration.publicControlURL == nil else {
            return .failure(
                ConfigurationError(
                    subject: Setting.controlPort.rawValue,
                    problem: "is 0, so the port in use is unknown",
                    remedy: "give a port, or server and healthcheck the same "
                        + "\(Setting.readyFile.flag) without \(Setting.publicControlURL.flag)"
                )
            )
        }
        do {
            let bytes = try FileBytes.read(path: path, bytesMax: 65_536)
            let ready = try JSONDecoder().decode(ReadyAnnouncement.self, from: Data(bytes))
            guard let colon = ready.controlURL.lastIndex(of: ":"),
                let port = Int(ready.controlURL[ready.controlURL.index(after: colon)...])
            else { throw CocoaError(.fileReadCorruptFile) }
            return .success(port)
        } catch {
            return .failure(
                ConfigurationError(
                    subject: path,
                    problem: "is not the ready file of a running server (\(error))",
                    remedy: "start the server with \(Setting.readyFile.flag) and wait for it"
                )
            )
        }
    }
}
