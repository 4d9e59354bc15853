/// The life of the program between its command line and its exit status.
package enum Application {
    /// Keeps SIGTERM, SIGINT and SIGHUP for ``run(_:)``, also those that come before it.
    ///
    /// For process 1 of a container the kernel would drop them: it has no default way to end.
    package static func holdStopSignals() { ProcessSetUp.holdStopSignals() }

    /// Serves until SIGTERM, SIGINT or SIGHUP, then drains and returns.
    ///
    /// - Parameter configuration: All that was decided.
    /// - Throws: ``ConfigurationError`` when it cannot start.
    package static func run(_ configuration: Configuration) throws(ConfigurationError) {
        ProcessSetUp.holdStopSignals()
        ProcessSetUp.raiseDescriptorLimit()
        let server = try MockServer.start(configuration)
        StandardStreams.writeOutput(server.announcement.line)
        StandardStreams.writeError(banner(of: server, configuration.logFormat))
        ProcessSetUp.waitForStopSignal()
        server.stop()
    }

    private static func banner(of server: MockServer, _ format: LogFormat) -> String {
        switch format {
        case .text:
            Banner.text(for: server.announcement, world: server.mainWorld)
        case .json:
            Banner.jsonLine(
                for: server.announcement,
                at: SystemClock.nanosecondsSince1970()
            )
        }
    }
}
