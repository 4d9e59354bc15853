import ControlAPI
import World

/// One world of an embedded server: everything that the control listener does, in process.
///
/// The calls block for as long as their work takes, which is milliseconds.
public struct MockWorld: Sendable {
    /// The world's name.
    public let name: String

    /// The server, which lives as long as somebody has one of its worlds.
    let server: MockServer

    /// Where its API is: on its own ports if it has any, else on the common address, where token
    /// and client certificate say which world is meant.
    public var apiURL: String { addresses.api }

    /// Where client certificates are asked for.
    public var clientauthURL: String { addresses.clientauth }

    /// What is appended to the tokens of the seed so that they lead here; empty in `default`.
    public var tokenSuffix: String { name == WorldName.main ? "" : ".\(name)" }

    /// A token of the seed, such as `SERVICE_USER_TOKEN`, as it leads to this world.
    ///
    /// - Parameter publicToken: The token as the seed has it.
    /// - Returns: The token to send.
    public func token(_ publicToken: String) -> String { publicToken + tokenSuffix }

    /// The token of the tutorial's administrator.
    public var adminToken: String { token("ADMIN_API_TOKEN") }

    /// Its clock.
    public var clock: MockClock { MockClock(world: self) }

    /// Opens ports that lead to this world alone, if it has none yet.
    ///
    /// - Throws: ``MockError`` when no port can be had.
    public func openPorts() throws(MockError) {
        _ = try opened()
        do throws(ControlRefusal) {
            try server.ports.open(world: name)
        } catch {
            throw MockError(error.message)
        }
    }

    /// Brings the world back to how it began; its CA and its snapshots stay.
    ///
    /// - Throws: ``MockError``; the world is as it was then.
    public func reset() throws(MockError) {
        try MockError.wrapping { () throws(WorldsError) in _ = try server.worlds.reset(name) }
    }

    /// Makes a world that begins as this one is now.
    ///
    /// - Parameter name: Its name; nil makes one up.
    /// - Returns: The new world.
    /// - Throws: ``MockError``.
    public func fork(name: String? = nil) throws(MockError) -> MockWorld {
        var options = MockWorldOptions(name: name)
        options.beginning = .fork(of: self.name)
        return try server.makeWorld(options)
    }

    /// The world itself, opened if it was dormant.
    func opened() throws(MockError) -> World {
        let world = try MockError.wrapping { () throws(WorldError) in
            try server.worlds.world(named: name)
        }
        guard let world else { throw Self.missing(name) }
        return world
    }

    /// Says that there is no such world.
    static func missing(_ name: String) -> MockError {
        MockError("there is no world \(name); make it with makeWorld, or see worldNames")
    }

    private var addresses: WorldAddresses {
        let known = server.ports.addresses(ofWorld: name, askedAs: nil)
        // With neither, the server has stopped.
        return known.first?.addresses
            ?? WorldAddresses(api: server.apiURL, clientauth: server.clientauthURL)
    }
}

// MARK: - Snapshots

extension MockWorld {
    /// Keeps the world as it is now, keys and clock included.
    ///
    /// - Parameter snapshot: What it is called; one of that name is replaced.
    /// - Throws: ``MockError``.
    public func saveSnapshot(_ snapshot: String) throws(MockError) {
        try MockError.wrapping { () throws(WorldsError) in
            _ = try server.worlds.save(snapshot, of: name)
        }
    }

    /// Brings the world back to a snapshot, its clock and its CA too.
    ///
    /// - Parameter snapshot: What it is called.
    /// - Throws: ``MockError``; the world is as it was then.
    public func restoreSnapshot(_ snapshot: String) throws(MockError) {
        try MockError.wrapping { () throws(WorldsError) in
            _ = try server.worlds.restore(snapshot, of: name)
        }
    }

    /// The names of the world's snapshots, in their order.
    ///
    /// - Returns: The names.
    /// - Throws: ``MockError`` when there is no such world any more.
    public func snapshotNames() throws(MockError) -> [String] {
        try MockError.wrapping { () throws(WorldsError) in
            try server.worlds.snapshots(of: name).map(\.name)
        }
    }

    /// Deletes a snapshot.
    ///
    /// - Parameter snapshot: What it is called.
    /// - Throws: ``MockError`` when there is none.
    public func deleteSnapshot(_ snapshot: String) throws(MockError) {
        try MockError.wrapping { () throws(WorldsError) in
            try server.worlds.deleteSnapshot(snapshot, of: name)
        }
    }

    /// A snapshot as the one file that another server can import.
    ///
    /// - Parameter snapshot: What it is called.
    /// - Returns: The bytes of the file; the CA's key is among them.
    /// - Throws: ``MockError`` when there is none.
    public func exportSnapshot(_ snapshot: String) throws(MockError) -> [UInt8] {
        try MockError.wrapping { () throws(WorldsError) in
            try server.worlds.export(snapshot, of: name)
        }
    }

    /// Takes a file that ``exportSnapshot(_:)`` made, here or elsewhere, as a snapshot.
    ///
    /// - Parameters:
    ///   - file: The bytes of the file.
    ///   - snapshot: What the snapshot is called; one of that name is replaced.
    /// - Throws: ``MockError`` when the file is none of ours, newer or damaged.
    public func importSnapshot(_ file: [UInt8], as snapshot: String) throws(MockError) {
        try MockError.wrapping { () throws(WorldsError) in
            _ = try server.worlds.import(file, as: snapshot, of: name)
        }
    }
}

// MARK: - Settings, and what a client needs

extension MockWorld {
    /// What the world answers where the vendor is silent, as JSON.
    ///
    /// - Returns: One JSON object.
    /// - Throws: ``MockError``.
    public func settings() throws(MockError) -> String { try opened().settings.json }

    /// Changes settings, for the next request on.
    ///
    /// - Parameter settings: Settings by name, values as text: `["refusedKeyStatus": "403"]`.
    /// - Throws: ``MockError``; nothing has changed then.
    public func change(settings: [String: String]) throws(MockError) {
        let world = try opened()
        let chosen: ChosenSettings
        do throws(SettingProblem) {
            chosen = try ChosenSettings(.settings(settings))
        } catch {
            throw MockError("\(error.name ?? "a setting") \(error.text)")
        }
        do throws(SettingsChangeError) {
            try world.change(settings: chosen)
        } catch {
            switch error {
            case .refused(let problem):
                throw MockError("\(problem.name ?? "a setting") \(problem.text)")
            case .notStored(let cause): throw MockError("the settings cannot be stored: \(cause)")
            }
        }
    }

    /// What a client needs, as variables: addresses, token, certificate, trust.
    ///
    /// The first call for a user issues a certificate; the same is handed out again after that.
    ///
    /// - Parameter user: Whose: an id, a name or an email address; nil takes the tutorial's
    ///   service user, or the first there is.
    /// - Returns: Values by the names that `exec` gives them, such as `MOCK_WORLD_TOKEN`.
    /// - Throws: ``MockError`` for an unknown user.
    public func environment(user: String? = nil) throws(MockError) -> [String: String] {
        let world = try opened()
        let kit = try MockError.wrapping { () throws(KitError) in
            try WorldKit.make(
                for: world,
                user: user,
                isReachedByDefault: name == WorldName.main,
                at: WorldKit.Addresses(
                    api: apiURL,
                    clientauth: clientauthURL,
                    control: server.controlURL
                ),
                in: server.surroundings()
            )
        }
        var values: [String: String] = [:]
        for variable in kit.variables(folder: nil) { values[variable.name] = variable.value }
        return values
    }
}
