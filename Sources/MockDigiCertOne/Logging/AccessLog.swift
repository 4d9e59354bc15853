import HTTP
package import HTTPServer
import Synchronization
import World

/// One line per answered request, put together on the loop that answered it.
///
/// A line is one append to the loop's own buffer; the loop has it written a few milliseconds later,
/// many lines at once. Header values and queries never get here.
package final class AccessLog: Sendable {
    /// The lines of one loop.
    private final class Buffer: Sendable {
        let writer: Mutex<LogLineWriter>

        init(format: LogFormat) {
            writer = Mutex(LogLineWriter(format: format))
        }
    }

    /// The fields of a line, in their order.
    private enum Name {
        static let requestID = LogFieldName("request_id")
        static let remote = LogFieldName("remote")
        static let listener = LogFieldName("listener")
        static let world = LogFieldName("world")
        static let method = LogFieldName("method")
        static let path = LogFieldName("path")
        static let status = LogFieldName("status")
        static let bytes = LogFieldName("bytes")
        static let microseconds = LogFieldName("microseconds")
        static let principal = LogFieldName("principal")
        static let reason = LogFieldName("reason")
    }

    /// Characters of a path or a reason; the rest is cut off.
    private static let textLengthMax = 512

    /// Bytes in a buffer that are written without waiting for the loop.
    private static let bufferedBytesMax = 65_536

    private let buffers: [Buffer]
    private let output: LogOutput
    private let hasProbes: Bool
    private let now: @Sendable () -> Int64

    /// Makes the log.
    ///
    /// - Parameters:
    ///   - output: Where lines go.
    ///   - format: How they look.
    ///   - loops: How many event loops there are.
    ///   - hasProbes: Whether a probe that found everything well gets its line too.
    ///   - now: The wall clock, in nanoseconds since 1970.
    package init(
        output: LogOutput,
        format: LogFormat,
        loops: Int,
        hasProbes: Bool,
        now: @escaping @Sendable () -> Int64
    ) {
        self.output = output
        self.hasProbes = hasProbes
        self.now = now
        buffers = (0..<max(1, loops)).map { _ in Buffer(format: format) }
    }

    /// Appends a line.
    ///
    /// - Parameter exchange: The answered request.
    package func record(_ exchange: Exchange) {
        guard hasProbes || !Self.isSuccessfulProbe(exchange) else { return }
        let time = now()
        let index = exchange.connection.loop % buffers.count
        let overflow = buffers[index].writer.withLock { writer -> [UInt8]? in
            Self.append(exchange, at: time, to: &writer)
            guard writer.bytes.count > Self.bufferedBytesMax else { return nil }
            defer { writer.removeAll() }
            return writer.bytes
        }
        if let overflow { output.write(overflow) }
    }

    /// Writes what one loop has recorded.
    ///
    /// - Parameter loop: The index of the loop.
    package func flush(loop: Int) {
        buffers[loop % buffers.count].writer.withLock { writer in
            guard !writer.bytes.isEmpty else { return }
            output.write(writer.bytes)
            writer.removeAll()
        }
    }

    private static func append(
        _ exchange: Exchange,
        at time: Int64,
        to writer: inout LogLineWriter
    ) {
        let connection = exchange.connection
        writer.begin(at: time, level: "info", message: "request")
        writer.field(Name.requestID, exchange.requestID)
        writer.field(Name.remote, connection.remoteAddress)
        writer.field(Name.listener, connection.listener)
        writer.field(Name.world, exchange.response.world ?? connection.world)
        writer.field(Name.method, shortened(exchange.method))
        writer.field(Name.path, shortened(SecretMask.path(exchange.path)))
        writer.field(Name.status, exchange.status)
        writer.field(Name.bytes, exchange.bodyBytes)
        writer.field(Name.microseconds, exchange.microseconds)
        if let principal = exchange.principal { writer.field(Name.principal, shortened(principal)) }
        if let reason = exchange.reason { writer.field(Name.reason, shortened(reason)) }
        writer.end()
    }

    /// Whether somebody asked once more whether all is well, and it is.
    ///
    /// A container is asked every second; a line for each would bury what people look for.
    private static func isSuccessfulProbe(_ exchange: Exchange) -> Bool {
        exchange.status == 200 && exchange.connection.listener == ListenerName.control.rawValue
            && (exchange.path == "/readyz" || exchange.path == "/livez")
    }

    private static func shortened(_ text: String) -> String {
        text.utf8.count <= textLengthMax ? text : text.prefix(textLengthMax) + "…"
    }
}
