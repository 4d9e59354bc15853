import Glibc
import Logging

/// The two logs of a process, over one output.
struct Logs: Sendable {
    /// Everything that is not a request.
    let logger: Logger

    /// One line per request; nil where the level hides them.
    let accessLog: AccessLog?

    /// Makes both as configured; there is no global logger.
    ///
    /// - Parameters:
    ///   - configuration: Says how lines look and which are written.
    ///   - loops: How many event loops record requests.
    init(_ configuration: Configuration, loops: Int) {
        let output = LogOutput(format: configuration.logFormat)
        let level = configuration.logLevel
        let format = configuration.logFormat
        logger = Logger(label: "mock-digicert-one") { _ in
            LineLogHandler(
                output: output,
                format: format,
                level: level,
                now: SystemClock.nanosecondsSince1970
            )
        }
        guard level.loggerLevel <= .info else {
            accessLog = nil
            return
        }
        accessLog = AccessLog(
            output: output,
            format: format,
            loops: loops,
            hasProbes: level.loggerLevel <= .debug,
            now: SystemClock.nanosecondsSince1970
        )
    }
}
