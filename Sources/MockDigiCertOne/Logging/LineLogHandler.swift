package import Logging

/// The handler behind every `Logger` of the program, made by the composition and handed down.
package struct LineLogHandler: LogHandler {
    /// Fields that every line of the logger carries.
    package var metadata: Logger.Metadata = [:]

    /// Lines below this level are dropped.
    package var logLevel: Logger.Level

    private let output: LogOutput
    private let format: LogFormat
    private let now: @Sendable () -> Int64

    /// Makes a handler.
    ///
    /// - Parameters:
    ///   - output: Where lines go.
    ///   - format: How they look.
    ///   - level: The least level that is written.
    ///   - now: The wall clock, in nanoseconds since 1970.
    package init(
        output: LogOutput,
        format: LogFormat,
        level: LogLevel,
        now: @escaping @Sendable () -> Int64
    ) {
        self.output = output
        self.format = format
        self.now = now
        logLevel = level.loggerLevel
    }

    /// Reads and writes one field that every line carries.
    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    /// Writes one line.
    ///
    /// - Parameter event: What happened.
    package func log(event: LogEvent) {
        var writer = LogLineWriter(format: format)
        writer.begin(
            at: now(),
            level: event.level.rawValue,
            message: event.message.description
        )
        let fields = metadata.merging(event.metadata ?? [:]) { _, specific in specific }
        for (name, value) in fields.sorted(by: { $0.key < $1.key }) {
            writer.field(LogFieldName(name), value.description)
        }
        if let error = event.error {
            writer.field(LogFieldName("error"), String(describing: error))
        }
        writer.end()
        output.write(writer.bytes)
    }
}

extension LogLevel {
    /// The same level in swift-log's words.
    package var loggerLevel: Logger.Level {
        switch self {
        case .trace: .trace
        case .debug: .debug
        case .info: .info
        case .notice: .notice
        case .warning: .warning
        case .error: .error
        case .critical: .critical
        }
    }
}
