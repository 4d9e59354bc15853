import ControlAPI
import World

/// How somebody wants a new world of an embedded server.
public struct MockWorldOptions: Sendable, Hashable {
    /// What a new world begins from.
    public enum Beginning: Sendable, Hashable {
        /// The seed that the server was started with.
        case seed

        /// A seed of its own, as JSON.
        case ownSeed(json: String)

        /// Another world as it is now.
        case fork(of: String)

        /// A snapshot of a world.
        case snapshot(String, of: String)
    }

    /// The world's name; nil makes one up.
    public var name: String?

    /// What it begins from.
    public var beginning = Beginning.seed

    /// Settings by name, values as text: `["refusedKeyStatus": "403"]`.
    public var settings: [String: String] = [:]

    /// When its clock starts, as ISO 8601; nil takes the system's time or the origin's.
    public var clock: String?

    /// Whether its clock stands still; nil lets it do what the origin's does.
    public var isClockFrozen: Bool?

    /// Whether a fork gets a CA of its own.
    public var ownsAuthority = false

    /// After how many seconds without a request it is deleted; nil never.
    public var expiresAfterIdleSeconds: Int?

    /// Whether it gets ports that lead to it alone.
    public var ownsPorts = false

    /// Whether a world of that name is deleted first.
    public var replaces = false

    /// Wants a world of the server's own seed.
    ///
    /// - Parameter name: The world's name; nil makes one up.
    public init(name: String? = nil) {
        self.name = name
    }

    /// The order as the control listener would take it, so that both refuse the same things.
    func order() throws(MockError) -> WorldOrder {
        let tree = try tree()
        return try MockError.wrapping { () throws(JSONProblem) in
            try WorldOrder.read(JSONNode(value: tree)).order
        }
    }

    private func tree() throws(MockError) -> JSONTree {
        var members: [String: JSONTree] = [:]
        if let name { members["name"] = .text(name) }
        switch beginning {
        case .seed: break
        case .ownSeed(let json): members["seed"] = try .given(json)
        case .fork(let origin): members["fork_of"] = .text(origin)
        case .snapshot(let snapshot, let origin):
            members["snapshot"] = .text(snapshot)
            members["snapshot_of"] = .text(origin)
        }
        if !settings.isEmpty { members["settings"] = .settings(settings) }
        var start: [String: JSONTree] = [:]
        if let clock { start["now"] = .text(clock) }
        if let isClockFrozen { start["frozen"] = .flag(isClockFrozen) }
        if !start.isEmpty { members["clock"] = .object(start) }
        if ownsAuthority { members["ca"] = .text("own") }
        if let expiresAfterIdleSeconds {
            members["expires_after_idle"] = .text("\(expiresAfterIdleSeconds)s")
        }
        if replaces { members["replace"] = .flag(true) }
        return .object(members)
    }
}

extension JSONTree {
    /// Reads JSON that somebody gave as text.
    static func given(_ json: String) throws(MockError) -> JSONTree {
        do throws(JSONFault) {
            return try parse(Array(json.utf8))
        } catch {
            throw MockError("the text is not JSON: \(error)")
        }
    }

    /// Settings whose values are text: numbers, true and false are what they look like.
    static func settings(_ settings: [String: String]) -> JSONTree {
        .object(
            settings.mapValues { value in
                if let number = Int(value) { return .integer(number) }
                return Bool(value).map(JSONTree.flag) ?? .text(value)
            }
        )
    }
}
