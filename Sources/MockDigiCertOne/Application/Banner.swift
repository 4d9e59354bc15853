import AccountModel
import AccountStore
import World

/// What a person reads after the start: where things are, and one command that works.
enum Banner {
    /// The tokens of `config/seed.json`, which are public on purpose, and what they may do.
    static let publicTokens: [(text: String, permits: String)] = [
        ("SERVICE_USER_TOKEN", "the tutorial's service user"),
        ("SERVICE_API_KEY", "the same user"),
        ("ADMIN_API_TOKEN", "an account administrator"),
        ("VIEW_ONLY_API_TOKEN", "may only look"),
    ]

    /// The banner.
    ///
    /// - Parameters:
    ///   - ready: What the ready line says.
    ///   - world: The world that is served.
    /// - Returns: Whole lines for standard error.
    static func text(for ready: ReadyAnnouncement, world: World) -> String {
        text(for: ready, hasPublicTokens: hasPublicTokens(world), clock: clock(world))
    }

    /// The banner of a process whose log is read by a machine: one line of that log.
    ///
    /// - Parameters:
    ///   - ready: What the ready line says.
    ///   - nanoseconds: The wall-clock time in nanoseconds since 1970.
    /// - Returns: One JSON line for standard error.
    static func jsonLine(for ready: ReadyAnnouncement, at nanoseconds: Int64) -> String {
        var writer = LogLineWriter(format: .json)
        writer.begin(at: nanoseconds, level: LogLevel.info.rawValue, message: "ready")
        writer.field(LogFieldName("version"), ProgramVersion.current)
        writer.field(LogFieldName("api_url"), ready.apiURL)
        writer.field(LogFieldName("clientauth_url"), ready.clientauthURL)
        writer.field(LogFieldName("control_url"), ready.controlURL)
        writer.field(LogFieldName("ca_file"), ready.caFile)
        writer.field(LogFieldName("world"), ready.world)
        writer.end()
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    /// The banner, of facts.
    ///
    /// - Parameters:
    ///   - ready: What the ready line says.
    ///   - hasPublicTokens: Whether the world began with `config/seed.json`; the tokens of any
    ///     other seed are somebody's secrets, and are not printed.
    ///   - clock: What the world's clock does; nil where it shows the system's time.
    /// - Returns: Whole lines for standard error.
    static func text(
        for ready: ReadyAnnouncement,
        hasPublicTokens: Bool,
        clock: String?
    ) -> String {
        var rows = [
            ("API", ready.apiURL), ("clientauth", ready.clientauthURL),
            ("control", ready.controlURL),
            ("console", "\(ready.controlURL.replacing("//127.0.0.1", with: "//localhost"))/"),
            // Who runs a container reads this outside it, where the path leads nowhere.
            ("trust file", "\(ready.caFile), also \(ready.controlURL)/ca.pem"),
            ("API page", "\(ready.apiURL)/account/docs/swagger-ui/index.html"),
        ]
        if let port = ready.httpsPort {
            rows.append(("https", "port \(port): the host name decides which of the two"))
        }
        if let clock { rows.append(("clock", clock)) }
        if hasPublicTokens {
            rows += publicTokens.map { ("token", "\($0.text) (\($0.permits))") }
        } else {
            rows.append(("tokens", "those of the seed that this world began with"))
        }
        let lines = rows.map { name, value in
            "  \(name)\(String(repeating: " ", count: 12 - name.count))\(value)\n"
        }
        return """

            mock-digicert-one \(ProgramVersion.current) serves the world "\(ready.world)"

            \(lines.joined())
            Try:

              \(command(for: ready, hasPublicTokens: hasPublicTokens))


            """
    }

    /// One command that works as it stands.
    private static func command(for ready: ReadyAnnouncement, hasPublicTokens: Bool) -> String {
        guard hasPublicTokens else { return "curl \(ready.controlURL)/ready" }
        return """
            curl --cacert \(shellQuoted(ready.caFile)) -H 'x-api-key: SERVICE_USER_TOKEN' \
            \(ready.apiURL)/account/api/v1/user/me
            """
    }

    /// The text as one word of a POSIX shell.
    ///
    /// - Parameter text: Any text.
    /// - Returns: The text between single quotation marks.
    static func shellQuoted(_ text: String) -> String {
        "'" + text.map { $0 == "'" ? "'\\''" : String($0) }.joined() + "'"
    }

    private static func hasPublicTokens(_ world: World) -> Bool {
        guard let began = try? world.store.state()?.seedSHA256 else { return false }
        return began == Seed.tutorialSHA256
    }

    private static func clock(_ world: World) -> String? {
        switch world.clock.state {
        case .running(offsetSeconds: 0): nil
        case .running: "\(world.clock.now.iso8601) and running"
        case .paced: "\(world.clock.now.iso8601), \(world.clock.state.rateText) as fast"
        case .frozen(let moment, _): "\(moment.iso8601), standing still"
        }
    }
}
