import ControlAPI
import World

/// Starts a server inside a program: nothing kept, free ports, errors logged.
///
/// ```swift
/// let mock = try await MockDigiCertOne.start()
/// ```
/// The server ends with the last reference to it, or with ``MockServer/stop()``.
///
/// - Parameter settings: Settings by their key in the configuration file, values as text.
/// - Returns: The running server.
/// - Throws: ``ConfigurationError`` with what is wrong and what to do about it.
public func start(
    _ settings: [String: String] = [:]
) async throws(ConfigurationError) -> MockServer {
    try MockServer.start(.embedded(settings))
}

// MARK: - Worlds

extension MockServer {
    /// The world that connections reach unless something says otherwise.
    public var world: MockWorld { MockWorld(name: WorldName.main, server: self) }

    /// The names of all worlds, in their order.
    public var worldNames: [String] { worlds.slots.map(\.name) }

    /// Finds a world.
    ///
    /// - Parameter name: Its name.
    /// - Returns: The world.
    /// - Throws: ``MockError`` when there is none of that name.
    public func world(named name: String) throws(MockError) -> MockWorld {
        guard worlds.contains(name) else { throw MockWorld.missing(name) }
        return MockWorld(name: name, server: self)
    }

    /// Makes a world; it takes some milliseconds.
    ///
    /// - Parameter options: How it is wanted; by itself, it begins from the server's seed.
    /// - Returns: The world.
    /// - Throws: ``MockError`` with what is wrong; nothing is there then that was not before.
    public func makeWorld(
        _ options: MockWorldOptions = MockWorldOptions()
    ) throws(MockError) -> MockWorld {
        let order = try options.order()
        let name = try MockError.wrapping { () throws(WorldsError) in try worlds.make(order).name }
        let world = MockWorld(name: name, server: self)
        guard options.ownsPorts else { return world }
        do throws(MockError) {
            try world.openPorts()
        } catch {
            // Half of what was asked for is not what was asked for.
            try? worlds.delete(name)
            throw error
        }
        return world
    }

    /// Deletes a world with everything that was in it.
    ///
    /// - Parameter name: Its name.
    /// - Throws: ``MockError`` when there is none, or it is `default`.
    public func deleteWorld(_ name: String) throws(MockError) {
        try MockError.wrapping { () throws(WorldsError) in try worlds.delete(name) }
    }
}
