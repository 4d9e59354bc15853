package import World

/// A private world for the time that one program takes.
package enum ExecRun {
    /// Starts the world, runs the program in it, and leaves nothing behind.
    ///
    /// To be called on the main thread, before any other has started.
    ///
    /// - Parameter order: What to do.
    /// - Returns: The program's exit status; 128 and the signal's number where one ended it, 127
    ///   where there is no such program, 126 where it cannot be run.
    /// - Throws: ``ConfigurationError`` when the world cannot be had.
    package static func run(_ order: ExecOrder) throws(ConfigurationError) -> Int32 {
        for report in order.reports { try report.check() }
        let inheritance = CommandProcess.Inheritance.keep()
        ProcessSetUp.raiseDescriptorLimit()
        let parent = order.environment["TMPDIR"] ?? "/tmp"
        let folder = try StateDirectory.open(.temporary(parent: FilePath.absolute(parent)))
        defer { folder.close() }
        let clock = order.fakesTime ? try FakedClock.inFolder(folder.path) : nil
        var flags = order.flags
        if let clock { flags[.faketimeFile] = clock.file }
        let configuration = try Configuration.resolveForExec(
            flags: flags,
            configurationFile: order.configurationFile,
            environment: order.environment
        )
        let server = try MockServer.start(configuration)
        defer { server.stop() }
        var environment = try environment(order, server, configuration, folder.path)
        if let clock { environment.fakeTime(clock) }
        let status: Int32
        do throws(CommandProcess.Refusal) {
            let process = try CommandProcess.start(
                order.command,
                environment: environment.variables,
                inheritance: inheritance
            )
            status = process.wait()
        } catch {
            let name = LogText.escaped(order.command.first ?? "")
            StandardStreams.writeError("mock-digicert-one: \(name): \(error.problem)\n")
            return error.status
        }
        finish(order, server, status)
        return status
    }

    /// Ends what is left, and says and writes what there is to say.
    private static func finish(
        _ order: ExecOrder,
        _ server: MockServer,
        _ status: Int32
    ) {
        let left = CommandProcess.endDescendants()
        if left > 0 {
            let processes = left == 1 ? "1 process" : "\(left) processes"
            StandardStreams.writeError(
                "mock-digicert-one: ended \(processes) that the command had left running\n"
            )
        }
        if status != 0 {
            let entries = server.worlds.slots.flatMap { $0.journal.entries() }
            let report = RefusalReport(of: entries, apiURL: server.apiURL)
            StandardStreams.writeError(
                "mock-digicert-one: the command ended with status \(status)\n" + report.text
            )
        }
        guard !order.reports.isEmpty, let journal = server.worlds.journal(of: WorldName.main)
        else { return }
        let report = ClientReport(
            of: journal.entries(),
            droppedCount: journal.extent.droppedCount
        )
        for wanted in order.reports { write(report, as: wanted) }
    }

    /// What cannot be written is said, and changes nothing about the command's status.
    private static func write(_ report: ClientReport, as wanted: ExecOrder.Report) {
        guard let format = ClientReport.Format(rawValue: wanted.format) else { return }
        do throws(SystemError) {
            try FileBytes.replace(
                path: wanted.path,
                with: report.written(as: format),
                mode: 0o644
            )
        } catch {
            StandardStreams.writeError(
                "mock-digicert-one: --report \(wanted.format) \(wanted.path): "
                    + "cannot be written: \(error)\n"
            )
        }
    }

    private static func environment(
        _ order: ExecOrder,
        _ server: MockServer,
        _ configuration: Configuration,
        _ folder: String
    ) throws(ConfigurationError) -> ExecEnvironment {
        let roots = SystemRoots.read(chosen: order.environment["SSL_CERT_FILE"])
        let kit: WorldKit
        do throws(KitError) {
            kit = try server.kit(user: order.user, systemRoots: roots, configuration)
        } catch {
            throw ConfigurationError(
                subject: order.user == nil ? "" : "--user",
                problem: "\(error)",
                remedy: ""
            )
        }
        return try ExecEnvironment(kit, in: folder, over: order.environment)
    }
}

extension MockServer {
    /// Fits a client on this machine out.
    ///
    /// - Parameters:
    ///   - user: Whose credentials; nil takes the usual ones.
    ///   - systemRoots: What this machine trusts anyway, PEM.
    ///   - configuration: Says what the server is called.
    /// - Returns: The kit.
    /// - Throws: ``KitError``.
    package func kit(
        user: String?,
        systemRoots: String?,
        _ configuration: Configuration
    ) throws(KitError) -> WorldKit {
        guard let trusted = SystemRoots.text(of: caFile) else {
            throw .failed("\(caFile) cannot be read")
        }
        return try WorldKit.make(
            for: mainWorld,
            user: user,
            isReachedByDefault: mainWorld.name == WorldName.main,
            at: WorldKit.Addresses(api: apiURL, clientauth: clientauthURL, control: controlURL),
            in: WorldKit.Surroundings(
                trusted: trusted,
                systemRoots: systemRoots,
                vendorHosts: VendorHosts.all,
                names: configuration.names
            )
        )
    }
}
