import Glibc
import Synchronization

/// Where log lines go: a descriptor that gets whole lines in one `write(2)` each time.
package final class LogOutput: Sendable {
    private let descriptor: Int32

    /// Serialises writers, so that long writes to a pipe do not mix their lines.
    private let lock = Mutex<Void>(())

    /// Makes an output.
    ///
    /// - Parameter descriptor: An open descriptor, standard error by default.
    package init(descriptor: Int32 = STDERR_FILENO) {
        self.descriptor = descriptor
    }

    /// Writes whole lines; what cannot be written is lost, since there is nowhere to say so.
    ///
    /// - Parameter lines: The bytes of the lines.
    package func write(_ lines: [UInt8]) {
        lock.withLock { _ in
            _ = FileBytes.writeAll(lines, to: descriptor)
        }
    }
}
