import Glibc
import Synchronization

/// Where log lines go: a descriptor that gets whole lines, and holds nobody up.
///
/// Event loops write here. Whoever started the program may have given it a pipe that nobody reads,
/// as test harnesses do; a blocking write would then stop every answer after some hundred requests.
/// So lines are lost instead, and counted: the next line that gets through is preceded by their
/// number.
package final class LogOutput: Sendable {
    /// Bytes that a pipe takes without blocking once it says that it is writable (PIPE_BUF).
    private static let pieceBytesMax = 4_096

    /// How long one write waits in all for its reader to make room, before lines are lost.
    private static let patienceMilliseconds = 20

    private static let lineEnd = UInt8(ascii: "\n")

    private let descriptor: Int32
    private let format: LogFormat
    private let now: @Sendable () -> Int64

    /// Whether a write may have to wait for a reader, as it never has to for a file.
    private let hasReader: Bool

    private struct State {
        /// How many lines are lost since the last one that got through.
        var lostLines = 0
        /// Whether the last line that got through did so without its end.
        var isTorn = false
    }

    /// Also serialises writers, so that their lines do not mix.
    private let state = Mutex(State())

    /// Makes an output.
    ///
    /// - Parameters:
    ///   - descriptor: An open descriptor, standard error by default.
    ///   - format: How the line looks that tells of lost ones.
    ///   - now: The wall clock, in nanoseconds since 1970.
    package init(
        descriptor: Int32 = STDERR_FILENO,
        format: LogFormat = .text,
        now: @escaping @Sendable () -> Int64 = SystemClock.nanosecondsSince1970
    ) {
        self.descriptor = descriptor
        self.format = format
        self.now = now
        var status = stat()
        let isKnown = unsafe fstat(descriptor, &status) == 0
        hasReader = isKnown && status.st_mode & S_IFMT != S_IFREG
    }

    /// Writes whole lines; what cannot be written is lost.
    ///
    /// - Parameter lines: The bytes of the lines.
    package func write(_ lines: [UInt8]) {
        state.withLock { state in
            guard state.lostLines > 0 else {
                state.lostLines = write(lines, patience: Self.patienceMilliseconds, &state.isTorn)
                return
            }
            guard write(notice(of: state), patience: 0, &state.isTorn) == 0 else {
                state.lostLines += Self.count(lines[...])
                return
            }
            state.lostLines = write(lines, patience: 0, &state.isTorn)
        }
    }

    /// Writes lines while there is room for them.
    ///
    /// - Returns: How many lines are lost, in whole or in part.
    private func write(_ lines: [UInt8], patience: Int, _ isTorn: inout Bool) -> Int {
        guard hasReader else {
            FileBytes.writeAll(lines, to: descriptor)
            return 0
        }
        var patience = patience
        var rest = lines[...]
        while !rest.isEmpty {
            let piece = Self.firstPiece(of: rest)
            guard isWritable(within: &patience), FileBytes.writeAll(Array(piece), to: descriptor)
            else { return Self.count(rest) }
            isTorn = piece.last != Self.lineEnd
            rest = rest.dropFirst(piece.count)
        }
        return 0
    }

    /// As many whole lines as fit into one piece; a line that does not is cut.
    private static func firstPiece(of lines: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let piece = lines.prefix(pieceBytesMax)
        return piece.lastIndex(of: lineEnd).map { piece[...$0] } ?? piece
    }

    /// Waits for room; takes what that costs, in milliseconds, off the patience.
    private func isWritable(within patience: inout Int) -> Bool {
        var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        while unsafe poll(&request, 1, patience > 0 ? 1 : 0) <= 0 {
            guard patience > 0 else { return false }
            patience -= 1
        }
        return true
    }

    private func notice(of state: State) -> [UInt8] {
        var writer = LogLineWriter(format: format)
        writer.begin(
            at: now(),
            level: LogLevel.warning.rawValue,
            message: "lines of this log were lost: nobody read it in time"
        )
        writer.field(LogFieldName("lost"), state.lostLines)
        writer.end()
        return (state.isTorn ? [Self.lineEnd] : []) + writer.bytes
    }

    private static func count(_ lines: ArraySlice<UInt8>) -> Int {
        lines.count { $0 == lineEnd }
    }
}
