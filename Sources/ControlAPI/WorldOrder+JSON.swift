import AccountModel
import AccountStore
package import World

extension WorldOrder {
    /// Reads the body of `POST /worlds`.
    ///
    /// - Parameter node: The body.
    /// - Returns: The order, and whether the world shall have ports of its own.
    /// - Throws: ``JSONProblem`` with the place of what is wrong.
    package static func read(
        _ node: JSONNode
    ) throws(JSONProblem) -> (order: WorldOrder, wantsPorts: Bool) {
        let object = try node.object(
            known: [
                "name", "seed", "fork_of", "snapshot", "snapshot_of", "settings", "clock", "ca",
                "expires_after_idle", "ports", "replace",
            ]
        )
        var order = WorldOrder(name: try object.text("name"))
        if let name = order.name, let problem = WorldName.problem(name) {
            throw JSONProblem(path: "name", text: problem)
        }
        order.beginning = try beginning(object)
        if let settings = object.optional("settings") { order.settings = try chosen(settings) }
        if let clock = object.optional("clock") { order.clockStart = try clockStart(clock) }
        order.ownsAuthority = try object.optional("ca")?.choice(of: CAChoice.self) == .own
        order.expiresAfterIdleSeconds = try expiry(object)
        order.replaces = try object.flag("replace", default: false)
        return (order, try object.flag("ports", default: false))
    }

    /// Reads how long a world may be idle.
    ///
    /// - Parameter object: The body.
    /// - Returns: The seconds; nil never.
    /// - Throws: ``JSONProblem`` when it is no duration.
    static func expiry(_ object: JSONObject) throws(JSONProblem) -> Int? {
        guard let node = object.optional("expires_after_idle") else { return nil }
        let text = try node.text()
        guard let seconds = WorldDuration.seconds(text), seconds > 0 else {
            throw node.problem("is \"\(text)\"; give a duration such as 90s, 15m, 2h or 1d")
        }
        return seconds
    }

    private enum CAChoice: String, CaseIterable {
        case shared
        case own
    }

    private static func beginning(_ object: JSONObject) throws(JSONProblem) -> Beginning {
        let seed = object.optional("seed")
        let fork = object.optional("fork_of")
        let snapshot = object.optional("snapshot")
        guard [seed, fork, snapshot].compactMap(\.self).count <= 1 else {
            throw object.problem("has more than one of seed, fork_of and snapshot; give one")
        }
        if let fork { return .fork(of: try fork.text()) }
        if let snapshot {
            let origin = try object.text("snapshot_of") ?? WorldName.main
            return .snapshot(try snapshot.text(), of: origin)
        }
        if let origin = object.optional("snapshot_of") {
            throw origin.problem("says whose snapshot; name the snapshot, too: \"snapshot\"")
        }
        guard let seed else { return .seed(nil) }
        do throws(SeedError) {
            return .seed(try Seed.parse(seed.value, source: "of the request"))
        } catch {
            throw seed.problem("cannot be used: \(error)")
        }
    }

    private static func chosen(_ node: JSONNode) throws(JSONProblem) -> ChosenSettings {
        do throws(SettingProblem) {
            return try ChosenSettings(node.value)
        } catch {
            let path = node.path + (error.name.map { ".\($0)" } ?? "")
            throw JSONProblem(path: path, text: error.text)
        }
    }

    private static func clockStart(_ node: JSONNode) throws(JSONProblem) -> ClockStart {
        let object = try node.object(known: ["now", "frozen", "rate"])
        var start = ClockStart()
        if let now = object.optional("now") {
            let text = try now.text()
            guard let time = Timestamp.parse(iso8601: text) else {
                throw now.problem("is \"\(text)\"; give a time such as 2025-10-20T00:00:00Z")
            }
            start.time = time
        }
        start.isFrozen = try object.optional("frozen")?.flag()
        start.rate = try object.optional("rate")?.number(above: 0, atMost: ClockPace.rateMax)
        return start
    }
}

/// Durations as people write them: `90s`, `15m`, `2h`, `30d`.
enum WorldDuration {
    private static let unitSeconds: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]

    /// Reads a duration.
    ///
    /// - Parameter text: Digits and one of `s`, `m`, `h`, `d`.
    /// - Returns: The seconds, or nil when the text has another form.
    static func seconds(_ text: String) -> Int? {
        guard let unit = text.last.flatMap({ unitSeconds[$0] }) else { return nil }
        let digits = text.dropLast()
        guard (1...7).contains(digits.count), digits.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        return Int(digits).map { $0 * unit }
    }
}
