/// The life of the program between its command line and its exit status.
package enum Application {
    /// Serves until SIGTERM, SIGINT or SIGHUP, then drains and returns.
    ///
    /// - Parameter configuration: All that was decided.
    /// - Throws: ``ConfigurationError`` when it cannot start.
    package static func run(_ configuration: Configuration) throws(ConfigurationError) {
        ProcessSetUp.holdStopSignals()
        ProcessSetUp.raiseDescriptorLimit()
        let server = try MockServer.start(configuration)
        StandardStreams.writeOutput(server.announcement.line)
        StandardStreams.writeError(Banner.text(for: server.announcement, world: server.world))
        ProcessSetUp.waitForStopSignal()
        server.stop()
    }
}
