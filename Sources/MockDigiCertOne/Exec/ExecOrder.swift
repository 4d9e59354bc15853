import World

/// What `exec` was told to do.
package struct ExecOrder: Sendable {
    /// The program and its arguments.
    package var command: [String]

    /// Whose credentials the program gets; nil takes the usual ones.
    package var user: String?

    /// Whether the program sees the world's time.
    package var fakesTime: Bool

    /// What is written about how the program behaved, each in one form to one file.
    package var reports: [Report] = []

    /// One of them.
    package struct Report: Sendable, Hashable {
        /// The form: `junit`, `json` or `markdown`.
        let format: String

        /// The file.
        let path: String

        /// Reads what stands after `--report`.
        ///
        /// - Parameter words: Forms and files, in turn.
        /// - Returns: The reports.
        /// - Throws: ``ConfigurationError`` for an unknown form, or one without a file.
        package static func read(_ words: [String]) throws(ConfigurationError) -> [Report] {
            let formats = ClientReport.Format.allCases.map(\.rawValue)
            var reports: [Report] = []
            for index in stride(from: 0, to: words.count, by: 2) {
                guard formats.contains(words[index]), index + 1 < words.count else {
                    throw ConfigurationError(
                        subject: "--report \(words[index...].joined(separator: " "))",
                        problem: "is no form with a file",
                        remedy: "give \(formats.joined(separator: ", ")) and a file, "
                            + "such as --report junit client.xml"
                    )
                }
                let path = FilePath.absolute(words[index + 1])
                reports.append(Report(format: words[index], path: path))
            }
            return reports
        }

        /// Refuses what could not be written when the command has ended.
        ///
        /// - Throws: ``ConfigurationError`` that names the file.
        func check() throws(ConfigurationError) {
            guard let problem = FileBytes.problemOfReplacing(path: path) else { return }
            throw ConfigurationError(
                subject: "--report \(format) \(path)",
                problem: "cannot be written: \(problem)",
                remedy: "give a file in a directory that is there and that you may write to"
            )
        }
    }

    /// The flags that were given about the world's process.
    package var flags: [Setting: String]

    /// The path after `--config`; nil lets the environment name one.
    package var configurationFile: String?

    /// What the program would see otherwise.
    package var environment: ProcessEnvironment

    /// Makes an order.
    ///
    /// - Parameters:
    ///   - command: The program and its arguments.
    ///   - user: Whose credentials the program gets; nil takes the usual ones.
    ///   - fakesTime: Whether the program sees the world's time.
    ///   - flags: The flags that were given about the world's process.
    ///   - configurationFile: The path after `--config`; nil lets the environment name one.
    ///   - environment: What the program would see otherwise.
    package init(
        _ command: [String],
        as user: String? = nil,
        fakesTime: Bool = false,
        flags: [Setting: String],
        configurationFile: String? = nil,
        environment: ProcessEnvironment
    ) {
        self.command = command
        self.user = user
        self.fakesTime = fakesTime
        self.flags = flags
        self.configurationFile = configurationFile
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

/// What lets a program see the world's time: libfaketime, and the file that it reads.
struct FakedClock {
    /// The library.
    let library: String

    /// Where the world writes its time.
    let file: String

    /// Debian's folders, Alpine's and Fedora's, and what `make install` takes.
    private static let folders = [
        "/usr/lib/x86_64-linux-gnu/faketime", "/usr/lib/aarch64-linux-gnu/faketime",
        "/usr/lib/faketime", "/usr/lib64/faketime", "/usr/local/lib/faketime",
    ]

    /// Finds the library, in the form that is safe in programs with threads.
    ///
    /// - Parameter folder: Where the file will lie.
    /// - Returns: Both.
    /// - Throws: ``ConfigurationError`` with the command that installs it.
    static func inFolder(_ folder: String) throws(ConfigurationError) -> FakedClock {
        let paths = folders.map { "\($0)/libfaketimeMT.so.1" }
        guard let path = paths.first(where: FilePath.isReadable) else {
            throw ConfigurationError(
                subject: "--faketime",
                problem: "needs libfaketime, which is in none of "
                    + folders.joined(separator: ", "),
                remedy: "install it: apt-get install libfaketime"
            )
        }
        return FakedClock(library: path, file: folder + "/faketime")
    }
}
