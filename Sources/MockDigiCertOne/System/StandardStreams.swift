import Glibc

/// Standard output and standard error without buffers of their own.
package enum StandardStreams {
    /// Writes to standard output, which holds the ready line and nothing else.
    ///
    /// - Parameter text: Whole lines.
    package static func writeOutput(_ text: String) {
        FileBytes.writeAll(Array(text.utf8), to: STDOUT_FILENO)
    }

    /// Writes to standard output.
    ///
    /// - Parameter bytes: The bytes, whatever they are.
    package static func writeOutput(_ bytes: [UInt8]) {
        FileBytes.writeAll(bytes, to: STDOUT_FILENO)
    }

    /// Writes to standard error.
    ///
    /// - Parameter text: Whole lines.
    package static func writeError(_ text: String) {
        FileBytes.writeAll(Array(text.utf8), to: STDERR_FILENO)
    }
}
