import World

/// The environment of a program that runs in a private world, and the files that it leads to.
struct ExecEnvironment {
    /// All variables.
    private(set) var variables: [String: String]

    private let kit: WorldKit
    private let folder: String

    /// What a file with certificates is called that holds another file's and ours, by that file.
    private var bundles: [String: String] = [:]

    /// Writes the files, and adds to an environment what leads to them.
    ///
    /// - Parameters:
    ///   - kit: What the program gets.
    ///   - folder: An empty folder that only this user can look into.
    ///   - environment: What the program would see otherwise.
    /// - Throws: ``ConfigurationError`` when a file cannot be written.
    init(
        _ kit: WorldKit,
        in folder: String,
        over environment: ProcessEnvironment
    ) throws(ConfigurationError) {
        self.kit = kit
        self.folder = folder
        variables = environment.variables
        for file in KitFile.forExec { try write(kit.content(of: file), to: file.rawValue) }
        set(kit.variables(folder: folder))
        try trustByReplacing()
        try trustByAdding()
        try trustInJava()
        try leadCurl(environment)
        set(TrustVariables.noProxy(kit.surroundings))
    }

    /// Lets the program see the world's time in place of the system's.
    ///
    /// - Parameter clock: The library, and the file that it reads.
    mutating func fakeTime(_ clock: FakedClock) {
        set([
            EnvironmentVariable("LD_PRELOAD", clock.library, appendedAfter: ":"),
            EnvironmentVariable("FAKETIME_TIMESTAMP_FILE", clock.file),
            // Without it the file would be read again every ten seconds only.
            EnvironmentVariable("FAKETIME_NO_CACHE", "1"),
            // Time-outs and sleeps go on as ever.
            EnvironmentVariable("DONT_FAKE_MONOTONIC", "1"),
        ])
    }

    private mutating func set(_ added: [EnvironmentVariable]) {
        for variable in added {
            variables[variable.name] = variable.appended(to: variables[variable.name]).value
        }
    }
}

extension ExecEnvironment {
    /// A tool that was told to trust a certain file goes on to do so, and trusts ours as well.
    private mutating func trustByReplacing() throws(ConfigurationError) {
        for name in TrustVariables.replacing {
            let own = try bundle(over: variables[name])
            variables[name] = if let own { own } else { try commonBundle() }
        }
    }

    private mutating func trustByAdding() throws(ConfigurationError) {
        for name in TrustVariables.adding {
            let ours = "\(folder)/\(KitFile.authority.rawValue)"
            variables[name] = try bundle(over: variables[name]) ?? ours
        }
    }

    private mutating func trustInJava() throws(ConfigurationError) {
        let store = kit.trustStore(over: kit.surroundings.systemRoots ?? "")
        try write(store, to: KitFile.trustStore.rawValue)
        set([TrustVariables.java(trustStore: "\(folder)/\(KitFile.trustStore.rawValue)")])
    }

    /// What another file and ours say; nil where that other one says nothing.
    private mutating func bundle(over path: String?) throws(ConfigurationError) -> String? {
        guard let path, !path.isEmpty else { return nil }
        if let known = bundles[path] { return known }
        guard let text = SystemRoots.text(of: path) else { return nil }
        // Most people who set them at all set them to what the system has.
        if text == kit.surroundings.systemRoots { return try commonBundle() }
        let name = "\(folder)/ca-bundle-\(bundles.count + 2).pem"
        bundles[path] = name
        try write(Array(kit.bundle(over: text).utf8), to: name)
        return name
    }

    private mutating func commonBundle() throws(ConfigurationError) -> String {
        let name = "\(folder)/\(KitFile.bundle.rawValue)"
        guard bundles[""] == nil else { return name }
        bundles[""] = name
        try write(kit.content(of: .bundle), to: name)
        return name
    }

    /// Writes `.curlrc`, around the lines of the user's own.
    private mutating func leadCurl(_ environment: ProcessEnvironment) throws(ConfigurationError) {
        let own = Self.curlFiles(environment).lazy.compactMap(SystemRoots.text).first ?? ""
        let surroundings = kit.surroundings
        let curl = CurlConfiguration(kit.addresses, vendorHosts: surroundings.vendorHosts)
        let text = curl.text(trusting: variables["CURL_CA_BUNDLE"], around: own)
        try write(Array(text.utf8), to: KitFile.curl.rawValue)
        variables["CURL_HOME"] = folder
    }

    /// Where curl would look, in its order: the first that is there counts.
    private static func curlFiles(_ environment: ProcessEnvironment) -> [String] {
        let folders = ["CURL_HOME", "XDG_CONFIG_HOME", "HOME"].compactMap { environment[$0] }
        let inHome = environment["HOME"].map { ["\($0)/.config/curlrc"] } ?? []
        return folders.map { "\($0)/.curlrc" } + inHome
    }

    private func write(_ bytes: [UInt8], to name: String) throws(ConfigurationError) {
        let path = name.hasPrefix("/") ? name : "\(folder)/\(name)"
        do throws(SystemError) {
            try FileBytes.replace(path: path, with: bytes, mode: 0o600)
        } catch {
            throw ConfigurationError(
                subject: path,
                problem: "cannot be written: \(error)",
                remedy: "let TMPDIR name a directory with room that this user may write"
            )
        }
    }
}
