import ControlAPI
import Glibc
import HTTP
import HTTPServer
import Logging
import Synchronization
package import World

/// A running server, for the program itself and for tests that embed it.
///
/// ```swift
/// let server = try MockServer.start(.embedded())
/// defer { server.stop() }
/// // Point the client at server.apiURL and let it trust server.caFile.
/// ```
public final class MockServer: Sendable {
    /// Where the API is, without a trailing slash.
    public let apiURL: String

    /// Where client certificates are asked for.
    public let clientauthURL: String

    /// Where the control plane is.
    public let controlURL: String

    /// The one file that clients must trust.
    public let caFile: String

    /// What the ready line says.
    package let announcement: ReadyAnnouncement

    /// The worlds that connections reach.
    package let worlds: Worlds

    /// The world that connections reach unless something says otherwise.
    package var mainWorld: World { worlds.main }

    /// Opens the ports of single worlds.
    let ports: PortLender

    /// What the control listener answers, for callers in this process.
    let controlAPI: ControlAPI

    /// What surrounds every world, for the clients of its worlds.
    let surroundings: @Sendable () -> WorldKit.Surroundings

    private let sweeper: WorldSweeper

    private let transport: HTTPServer
    private let readiness: Readiness
    private let readyFile: String?
    private let faketime: FaketimeFile?
    private let directory: StateDirectory

    private init(
        announcement: ReadyAnnouncement,
        composition: Composition,
        sweeper: WorldSweeper,
        transport: HTTPServer,
        readiness: Readiness,
        readyFile: String?,
        directory: StateDirectory
    ) {
        self.announcement = announcement
        worlds = composition.worlds
        ports = composition.ports
        controlAPI = composition.controlAPI
        surroundings = composition.surroundings
        faketime = composition.faketime
        self.sweeper = sweeper
        self.transport = transport
        self.readiness = readiness
        self.readyFile = readyFile
        self.directory = directory
        apiURL = announcement.apiURL
        clientauthURL = announcement.clientauthURL
        controlURL = announcement.controlURL
        caFile = announcement.caFile
    }

    /// The port of the control listener as it is bound, whatever address clients are told.
    package var controlPort: Int? {
        transport.listeners.first { $0.name == ListenerName.control.rawValue }?.port
    }

    /// Stops what nobody stopped.
    private let hasStopped = Atomic<Bool>(false)

    deinit { stop() }

    /// Starts a server; when it returns, every listener accepts.
    ///
    /// - Parameter configuration: All that is decided about it.
    /// - Returns: The running server.
    /// - Throws: ``ConfigurationError`` with what is wrong and what to do about it.
    public static func start(
        _ configuration: Configuration
    ) throws(ConfigurationError) -> MockServer {
        let directory = try StateDirectory.open(configuration.state)
        do throws(ConfigurationError) {
            return try start(configuration, in: directory)
        } catch {
            directory.close()
            throw error
        }
    }

    private static func start(
        _ configuration: Configuration,
        in directory: StateDirectory
    ) throws(ConfigurationError) -> MockServer {
        let loops = HTTPServer.availableCores
        let logs = Logs(configuration, loops: loops)
        warnOfFewDescriptors(configuration, logs.logger)
        let readiness = Readiness()
        let composition = try Composition(
            configuration,
            in: directory,
            logs: logs,
            readiness: readiness,
            loops: loops
        )
        let transport: HTTPServer
        do throws(ServerStartError) {
            transport = try HTTPServer.start(
                configuration.listeners,
                limits: configuration.limits,
                loops: loops,
                director: composition.director
            )
        } catch {
            throw ConfigurationError(error)
        }
        warnOfMissingListeners(transport, logs.logger)
        let addresses = PublicAddresses(configuration, listeners: transport.listeners)
        composition.ports.attach(to: transport, addresses)
        let httpsListener = transport.listeners.first { $0.name == ListenerName.https.rawValue }
        let announcement = ReadyAnnouncement(
            addresses.announced,
            caFile: directory.trustFile,
            pid: getpid(),
            httpsPort: httpsListener?.port
        )
        let server = MockServer(
            announcement: announcement,
            composition: composition,
            sweeper: WorldSweeper.start(composition.worlds, logs.logger),
            transport: transport,
            readiness: readiness,
            readyFile: configuration.readyFile,
            directory: directory
        )
        try server.announce(addresses)
        return server
    }

    /// Says when the system would refuse connections before the configured limit does.
    private static func warnOfFewDescriptors(_ configuration: Configuration, _ logger: Logger) {
        let spare = 256
        let descriptors = ProcessSetUp.descriptorLimit()
        guard descriptors < configuration.limits.connectionsMax + spare else { return }
        logger.warning(
            """
            \(Setting.connectionsMax.rawValue) is \(configuration.limits.connectionsMax), but this \
            process may open only \(descriptors) files: raise the limit (ulimit -n) or lower the \
            setting
            """
        )
    }

    /// Says which listener the system refused that the server can do without.
    private static func warnOfMissingListeners(_ transport: HTTPServer, _ logger: Logger) {
        for refusal in transport.refusals {
            logger.warning("everything but this listens: \(ConfigurationError(refusal))")
        }
    }

    /// Stops accepting, finishes what is in flight, forgets what was ephemeral.
    ///
    /// Blocks until that is done, at most as long as the drain limit; a second call does nothing.
    public func stop() {
        stop(removing: readyFile)
    }

    /// Stops; the ready file goes only where the server wrote it.
    private func stop(removing readyFile: String?) {
        // Whoever comes second must not remove what the next server wrote.
        guard !hasStopped.exchange(true, ordering: .relaxed) else { return }
        readiness.withdraw()
        sweeper.stop()
        transport.drain()
        ports.detach()
        worlds.settle()
        // Before the directory: the next server may begin, with the same file, once that is free.
        if let readyFile { _ = unsafe unlink(readyFile) }
        faketime?.remove()
        directory.close()
    }

    /// Tells probes and the ready file that every listener accepts.
    private func announce(_ addresses: PublicAddresses) throws(ConfigurationError) {
        readiness.announce { [announcement] authority in
            let reached = addresses.addresses(askedAs: authority)
            return Announcement(
                json: announcement.reached(by: reached).json,
                addresses: [
                    ("api", reached.api), ("clientauth", reached.clientauth),
                    ("control", reached.control),
                ]
            )
        }
        guard let readyFile else { return }
        let subject = "\(Setting.readyFile.flag) \(readyFile)"
        do throws(SystemError) {
            let occupant = try FileBytes.occupant(of: readyFile, bytesMax: 65_536) ?? []
            if occupant.isEmpty || occupant.starts(with: Array(#"{"api_url":"#.utf8)) {
                let line = announcement.json + [0x0A]
                return try FileBytes.replace(path: readyFile, with: line, mode: 0o644)
            }
        } catch {
            stop(removing: nil)
            throw ConfigurationError(
                subject: subject,
                problem: "cannot be written: \(error)",
                remedy: "give a path in a directory that this user may write"
            )
        }
        stop(removing: nil)
        throw ConfigurationError(
            subject: subject,
            problem: "holds something else than the ready JSON, and was left as it is",
            remedy: "name a file that does not exist yet"
        )
    }
}

extension Configuration {
    /// What to listen on.
    fileprivate var listeners: [ListenerConfiguration] {
        var listeners = [
            ListenerConfiguration(
                name: ListenerName.api.rawValue,
                addresses: listen,
                port: apiPort,
                security: .tls
            ),
            ListenerConfiguration(
                name: ListenerName.clientauth.rawValue,
                addresses: listen,
                port: clientauthPort,
                security: .tls
            ),
            ListenerConfiguration(
                name: ListenerName.control.rawValue,
                addresses: controlListen,
                port: controlPort,
                security: .plain,
                // Seeds and snapshots come this way.
                bodyBytesMax: max(limits.http.bodyBytesMax, Configuration.controlBodyBytesMax)
            ),
        ]
        guard let httpsPort else { return listeners }
        listeners.append(
            ListenerConfiguration(
                name: ListenerName.https.rawValue,
                addresses: listen,
                port: httpsPort,
                security: .tls,
                // An unprivileged user may not have port 443, and needs nothing of it.
                isOptional: true
            )
        )
        return listeners
    }
}
