/// What `exec` was told to do.
package struct ExecOrder: Sendable {
    /// The world's process.
    package var configuration: Configuration

    /// The program and its arguments.
    package var command: [String]

    /// Whose credentials the program gets; nil takes the usual ones.
    package var user: String?

    /// Whether the program sees the world's time.
    package var fakesTime: Bool

    /// What the program would see otherwise.
    package var environment: ProcessEnvironment

    /// Makes an order.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - user: Whose credentials the program gets; nil takes the usual ones.
    ///   - fakesTime: Whether the program sees the world's time.
    ///   - configuration: The world's process.
    ///   - environment: What the program would see otherwise.
    package init(
        _ command: [String],
        as user: String? = nil,
        fakesTime: Bool = false,
        configuration: Configuration,
        environment: ProcessEnvironment
    ) {
        self.command = command
        self.user = user
        self.fakesTime = fakesTime
        self.configuration = configuration
        self.environment = environment
    }
}

extension Configuration {
    /// What `exec` decides unless a flag says otherwise, whatever environment and file say: they
    /// are about the server of this machine or image, and this world is private.
    private static let privateWorld: [Setting: String] = [
        .ephemeral: "true", .apiPort: "0", .clientauthPort: "0", .controlPort: "0",
        .listen: "loopback", .controlListen: "loopback",
    ]

    /// What `exec` decides unless anybody says otherwise.
    ///
    /// An RSA key for the world's CA takes longer than everything else together; no client can
    /// tell an RSA signature in its certificate from another but by looking for it.
    private static let quickWorld: [Setting: String] = [
        .logLevel: LogLevel.error.rawValue, .caKeyAlgorithm: "p-256",
    ]

    /// Reads flags, environment and file for `exec`.
    ///
    /// - Parameters:
    ///   - flags: What was given on the command line.
    ///   - configurationFile: The path after `--config`; nil lets the environment name one.
    ///   - environment: The environment of the process.
    /// - Returns: The effective configuration.
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong.
    package static func resolveForExec(
        flags: [Setting: String],
        configurationFile: String?,
        environment: ProcessEnvironment
    ) throws(ConfigurationError) -> Configuration {
        try resolve(
            flags: flags,
            overruled: privateWorld,
            configurationFile: configurationFile,
            environment: environment,
            fallbacks: quickWorld
        )
    }
}

/// libfaketime, where it is installed.
enum FakeTimeLibrary {
    /// Debian's folders, Alpine's and Fedora's, and what `make install` takes.
    private static let folders = [
        "/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime",
        "/usr/lib/faketime", "/usr/lib64/faketime", "/usr/local/lib/faketime",
    ]

    /// Finds it.
    ///
    /// - Returns: The path of the form that is safe in programs with threads.
    /// - Throws: ``ConfigurationError`` with the command that installs it.
    static func find() throws(ConfigurationError) -> String {
        let paths = folders.map { "\($0)/libfaketimeMT.so.1" }
        guard let path = paths.first(where: FilePath.isReadable) else {
            throw ConfigurationError(
                subject: "--faketime",
                problem: "needs libfaketime, which is in none of "
                    + folders.joined(separator: ", "),
                remedy: "install it: apt-get install faketime"
            )
        }
        return path
    }
}
