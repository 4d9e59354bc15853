import CLinux

/// The arguments that the process was started with.
package enum ProcessArguments {
    /// The arguments without the program's own name.
    ///
    /// Swift reads them from `/proc/self/cmdline` and has none where `/proc` is not mounted, as in
    /// a bare `chroot`: there every command would seem to be no command at all. The kernel leaves
    /// them beside the environment too.
    ///
    /// - Returns: What was typed after the name.
    package static func current() -> [String] {
        let arguments = CommandLine.arguments
        guard arguments.isEmpty else { return Array(arguments.dropFirst()) }
        guard let environment = unsafe clinux_environ() else { return [] }
        return Array(unsafe besides(environment).dropFirst())
    }

    /// The arguments that lie in front of an environment.
    ///
    /// System V ABI, "Initial Process Stack": the number of arguments, a pointer to each, a null
    /// pointer, then the environment. No pointer is as small as their number, so the number is
    /// found from behind.
    ///
    /// - Parameter environment: The environment as the kernel laid it out.
    /// - Returns: All arguments, the program's name first.
    package static func besides(
        _ environment: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>
    ) -> [String] {
        let end = unsafe environment - 1
        var first = unsafe end
        var count: UInt = 0
        while unsafe UInt(bitPattern: first[-1]) != count {
            unsafe first -= 1
            count += 1
        }
        return unsafe UnsafeBufferPointer(start: first, count: Int(count)).compactMap { argument in
            unsafe argument.map { unsafe String(cString: $0) }
        }
    }
}
