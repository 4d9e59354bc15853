/// How clients reach a world: with its own ports, by its name, or on the address of all worlds.
package struct WorldAddresses: Sendable, Hashable {
    /// Where the API is.
    package let api: String

    /// Where client certificates are asked for.
    package let clientauth: String

    /// Makes one.
    ///
    /// - Parameters:
    ///   - api: Where the API is, without a trailing slash.
    ///   - clientauth: Where client certificates are asked for, without a trailing slash.
    package init(api: String, clientauth: String) {
        self.api = api
        self.clientauth = clientauth
    }
}

/// The ports that lead to one world and nowhere else.
package protocol WorldPorts: Sendable {
    /// Opens a world's own ports, if it has none yet.
    ///
    /// - Parameter world: The name of the world.
    /// - Throws: ``ControlRefusal`` when no port can be had.
    func open(world: String) throws(ControlRefusal)

    /// Closes a world's own ports, if it has any; connections that came by them go on.
    ///
    /// - Parameter world: The name of the world.
    func close(world: String)

    /// How somebody who asked the control listener reaches a world.
    ///
    /// - Parameters:
    ///   - world: The name of the world.
    ///   - authority: The `Host` that was asked for.
    /// - Returns: The addresses of its own ports, of its name, and of all worlds; those that there
    ///   are, the most specific first. The names say which is which: `ports`, `name`, `common`.
    func addresses(
        ofWorld world: String,
        askedAs authority: String?
    ) -> [(kind: String, addresses: WorldAddresses)]
}
