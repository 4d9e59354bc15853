import AccountModel
import AccountStore
import Console
import ControlAPI
import HTTP
import Logging
import OpenSSLBridge
import Pages
import PrivateCA
import World

/// Everything that answers in one process, from the state directory up.
struct Composition {
    /// Stands between the transport and what is answered.
    let director: Director

    /// The worlds of the process.
    let worlds: Worlds

    /// The ports of single worlds, which wait for the transport.
    let ports: PortLender

    /// What the control listener answers, for callers in this process: they need no token.
    let controlAPI: ControlAPI

    /// What surrounds every world, for the kits of its clients.
    let surroundings: @Sendable () -> WorldKit.Surroundings

    /// Where the time of the world `default` is written for libfaketime.
    let faketime: FaketimeFile?

    /// Makes everything; nothing below is global.
    ///
    /// - Parameters:
    ///   - configuration: All that was decided.
    ///   - directory: The locked state directory.
    ///   - logs: Where things are logged.
    ///   - readiness: What the control plane says of the process.
    ///   - loops: How many event loops will ask.
    /// - Throws: ``ConfigurationError`` when the state cannot be used.
    init(
        _ configuration: Configuration,
        in directory: StateDirectory,
        logs: Logs,
        readiness: Readiness,
        loops: Int
    ) throws(ConfigurationError) {
        // Before any key is made: a process may end while the CA's is, and must not crash then.
        TLSContext.prepareProcess()
        let world = try World.open(configuration, in: directory, logs.logger, loops: loops)
        let certificates = try ServerCertificates.open(configuration, in: directory, logs.logger)
        let trusted = try Self.trustFile(certificates.caFilePath)
        try configuration.copyTrustFile(trusted)
        let worlds = try Worlds(configuration, in: directory, main: world)
        let ports = PortLender(configuration)
        worlds.observeDeletions { ports.end(world: $0) }
        self.worlds = worlds
        self.ports = ports
        faketime = try FaketimeFile.following(worlds, at: configuration.faketimeFile)
        let console = ConsoleSurroundings(
            ports,
            trustFile: directory.trustFile,
            trusted: trusted,
            demandsToken: try configuration.requiredControlToken() != nil
        )
        let sites = Sites(worlds, ports, console)
        var control = try Self.controlParts(configuration, trusted, readiness, worlds, ports)
        control.pages = sites.control
        let metrics = Metrics(loops: loops)
        let start = SystemClock.secondsSince1970()
        control.metrics = { metrics.text(worlds: worlds, startSeconds: start) }
        surroundings = control.surroundings
        var open = control
        open.access = ControlGuard()
        controlAPI = ControlAPI(open)
        director = Director(
            Director.Parts(
                identity: { certificates.identity(serverName: $0, localAddress: $1) },
                clientCANames: try Self.clientCANames(of: world),
                worlds: worlds,
                control: ControlAPI(control),
                gate: sites.gate,
                sendsMockHeaders: configuration.sendsMockHeaders,
                trustFile: directory.trustFile,
                accessLog: logs.accessLog,
                metrics: metrics,
                logger: logs.logger,
                now: SystemClock.secondsSince1970
            )
        )
    }

    private static func controlParts(
        _ configuration: Configuration,
        _ trusted: [UInt8],
        _ readiness: Readiness,
        _ worlds: Worlds,
        _ ports: PortLender
    ) throws(ConfigurationError) -> ControlAPI.Parts {
        var parts = ControlAPI.Parts(
            trust: TrustMaterial(pem: trusted, der: firstCertificate(of: trusted)),
            readiness: readiness,
            worlds: worlds,
            ports: ports,
            access: ControlGuard(
                names: configuration.names,
                publicURL: configuration.publicControlURL,
                token: try configuration.requiredControlToken()
            ),
            alarm: .system,
            programVersion: ProgramVersion.current
        )
        let names = configuration.names
        parts.surroundings = {
            WorldKit.Surroundings(
                trusted: String(decoding: trusted, as: UTF8.self),
                systemRoots: SystemRoots.read(chosen: nil),
                vendorHosts: VendorHosts.all,
                names: names
            )
        }
        return parts
    }

    /// The authorities that are made bear one subject, so one list fits every handshake.
    private static func clientCANames(
        of world: World
    ) throws(ConfigurationError) -> ClientCANames {
        do throws(OpenSSLError) {
            return try ClientCANames(names: world.issuerNames)
        } catch {
            throw ConfigurationError(error)
        }
    }

    private static func firstCertificate(of pem: [UInt8]) -> [UInt8] {
        let text = String(decoding: pem, as: UTF8.self)
        return (try? PEM.blocks(of: text))?.first?.der ?? []
    }

    private static func trustFile(_ path: String) throws(ConfigurationError) -> [UInt8] {
        do throws(SystemError) {
            return try FileBytes.read(path: path, bytesMax: PEMFile.bytesMax)
        } catch {
            throw ConfigurationError(
                subject: path,
                problem: "cannot be read: \(error)",
                remedy: "let this user read it, or make a new one: mock-digicert-one ca --renew"
            )
        }
    }
}

extension FaketimeFile {
    /// Writes the time of the world `default` from now on, if anybody wants it.
    fileprivate static func following(
        _ worlds: Worlds,
        at path: String?
    ) throws(ConfigurationError) -> FaketimeFile? {
        guard let path else { return nil }
        let file = FaketimeFile(path: path, alarm: .system, systemTime: SystemClock.instant)
        try file.follow(worlds.main.clock)
        // A reset or restored world has another clock.
        _ = worlds.replacements.watch { [weak worlds] in
            if let worlds { try? file.follow(worlds.main.clock) }
        }
        return file
    }
}

extension Worlds {
    /// Takes up the worlds of a state directory.
    fileprivate convenience init(
        _ configuration: Configuration,
        in directory: StateDirectory,
        main: World
    ) throws(ConfigurationError) {
        var setup = Setup(
            directory: directory.path + "/worlds",
            seed: { try configuration.seed() },
            systemTime: SystemClock.instant
        )
        setup.settings = configuration.world
        setup.randomSeed = configuration.randomSeed
        setup.given = try configuration.givenAuthority()
        setup.clockStart = configuration.clockStart
        setup.makesOnFirstUse = configuration.makesWorldsOnFirstUse
        setup.journalBudget = JournalBudget(bytesMax: configuration.journalBytesMax)
        self.init(setup, main: main)
    }
}

extension World {
    /// Opens the world `default`, and begins it where the directory is new.
    fileprivate static func open(
        _ configuration: Configuration,
        in directory: StateDirectory,
        _ logger: Logger,
        loops: Int
    ) throws(ConfigurationError) -> World {
        let world: World
        do {
            world = try open(
                name: HostRouting.defaultWorld,
                at: .file(path: directory.databaseFile(ofWorld: HostRouting.defaultWorld)),
                readerCount: loops,
                settings: configuration.world,
                seed: try configuration.seed(),
                given: try configuration.givenAuthority(),
                clockStart: configuration.clockStart,
                systemTime: SystemClock.instant,
                randomSeed: configuration.randomSeed
            )
        } catch {
            throw ConfigurationError(sentence: "\(error)")
        }
        if let notice = world.store.migration.notice { logger.notice("\(notice)") }
        if let change = world.clockChange { logger.notice("\(change)") }
        if let notice = world.givenNotice { logger.warning("\(notice)") }
        if !world.isNew { warnOfIdleSettings(configuration, logger) }
        if world.random.isSeeded {
            logger.notice("keys and tokens follow from \(Setting.randomSeed.flag): for tests only")
        }
        return world
    }

    /// Says which settings did nothing because the world was there before.
    private static func warnOfIdleSettings(_ configuration: Configuration, _ logger: Logger) {
        let beginnings: [Setting] = [.seedFile, .caKeyAlgorithm]
        for effective in configuration.settings
        where beginnings.contains(effective.setting) && effective.origin != .fallback {
            logger.warning(
                """
                \(effective.subject) did nothing: the world in the state directory began before; \
                begin it again with mock-digicert-one reset, or give \(Setting.ephemeral.flag) or \
                a new \(Setting.stateDir.flag)
                """
            )
        }
    }
}

extension ServerCertificates {
    /// Opens the TLS authority of a state directory.
    fileprivate static func open(
        _ configuration: Configuration,
        in directory: StateDirectory,
        _ logger: Logger
    ) throws(ConfigurationError) -> ServerCertificates {
        let source = try configuration.serverCertificatesSource(
            now: SystemClock.secondsSince1970()
        )
        do throws(ServerCertificatesError) {
            return try open(
                configuration.serverCertificatesSetup(in: directory.path),
                from: source,
                now: SystemClock.secondsSince1970,
                report: { logger.warning("\($0)") }
            )
        } catch {
            throw ConfigurationError(error)
        }
    }
}

extension Configuration {
    /// Checks what only `serve` would look at otherwise: the state, and the files of settings.
    ///
    /// - Throws: ``ConfigurationError`` with what is wrong.
    package func checkReferences() throws(ConfigurationError) {
        guard state != .unknown else { throw StateDirectory.unknown }
        try checkServerCertificates()
        _ = try givenAuthority()
        _ = try requiredControlToken()
        do {
            _ = try seedFile.map(Seed.load)
        } catch {
            throw ConfigurationError(sentence: "\(error)")
        }
    }

    private func checkServerCertificates() throws(ConfigurationError) {
        let source = try serverCertificatesSource(now: SystemClock.secondsSince1970())
        guard case .made = source, case .directory(let path) = state else { return }
        do throws(ServerCertificatesError) {
            try ServerCertificates.check(serverCertificatesSetup(in: path))
        } catch {
            throw ConfigurationError(error)
        }
    }

    /// What a new world contains.
    ///
    /// - Returns: The seed.
    /// - Throws: ``SeedError`` when its file cannot be used.
    func seed() throws -> Seed { try seedFile.map(Seed.load) ?? Seed.tutorial() }

    /// What is asked of the world's clock.
    var clockStart: ClockStart { ClockStart(time: clock, isFrozen: isClockFrozen) }

    /// What the TLS authority of a state directory is for.
    ///
    /// - Parameter directory: The path of the state directory.
    /// - Returns: The setup of its server certificates.
    func serverCertificatesSetup(in directory: String) -> ServerCertificatesSetup {
        ServerCertificatesSetup(
            directory: directory,
            isLoopbackOnly: listen.allSatisfy(IPAddress.isLoopback),
            names: names,
            hostName: MachineName.current()
        )
    }
}
