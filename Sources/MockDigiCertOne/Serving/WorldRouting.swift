package import HTTP
package import World

/// Finds the world that is to answer: by host name, by port, by the credential, in this order.
package struct WorldRouting: Sendable {
    private let worlds: Worlds

    /// Routes to the worlds of a process.
    ///
    /// - Parameter worlds: The worlds.
    package init(_ worlds: Worlds) {
        self.worlds = worlds
    }

    /// The world of a connection, as name and port tell it before anything was sent.
    ///
    /// - Parameters:
    ///   - serverName: The name in the ClientHello; nil without SNI.
    ///   - listenerWorld: The world that the listener was opened for.
    /// - Returns: The name of a world, which need not exist if it could be nothing else.
    package func world(serverName: String?, listenerWorld: String?) -> String {
        if let serverName, let named = world(ofHost: serverName) { return named }
        return listenerWorld ?? WorldName.main
    }

    /// The world that a host name names.
    ///
    /// - Parameter host: A name from a ClientHello, `Host` or `:authority`.
    /// - Returns: The name of a world that exists, or could be meant by nothing else; else nil.
    package func world(ofHost host: String) -> String? {
        guard let (name, isLocal) = HostRouting.worldLabel(ofHost: host) else { return nil }
        return isLocal || worlds.contains(name) ? name : nil
    }

    /// Where a request goes.
    package enum Destination: Sendable {
        /// To a world.
        case world(World)

        /// To a world that does not exist yet and shall.
        case new(String)

        /// To the common world, which will most likely not know the key; and why.
        case common(World, hint: String)

        /// Nowhere: the status, and the reason.
        case nowhere(status: Int, reason: String)
    }

    /// Finds the world of a request.
    ///
    /// A suffix that names the world is taken off the key, as the world does not know it.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - connection: The connection it came on.
    /// - Returns: Where it goes.
    package func destination(
        of request: inout Request,
        on connection: ConnectionFacts
    ) -> Destination {
        let requested = request.authority.flatMap { world(ofHost: $0) }
        let misdirection = HostRouting.misdirection(
            authority: request.authority,
            asksForClientCertificate: connection.asksForClientCertificate,
            requested: requested,
            world: connection.world
        )
        if let misdirection { return .nowhere(status: 421, reason: misdirection) }
        let isBound = connection.world != WorldName.main || requested != nil
        if isBound { return bound(to: connection.world, &request) }
        if connection.asksForClientCertificate, let (name, path) = Self.world(inPath: request.path)
        {
            guard name == WorldName.main || worlds.contains(name) || worlds.makesOnFirstUse else {
                let reason = "there is no world \(name); \(Worlds.advice(toCreate: name))"
                return .nowhere(status: 404, reason: reason)
            }
            request.path = path
            return bound(to: name, &request)
        }
        guard worlds.hasOthers || worlds.makesOnFirstUse else { return withoutOthers(request) }
        return byCredential(&request, on: connection)
    }

    /// A connection whose name or port names the world; a key may name no other one.
    private func bound(to name: String, _ request: inout Request) -> Destination {
        if let (key, suffix) = suffixedKey(of: request) {
            if suffix == name {
                request.fields.set(Self.keyField, key)
            } else if worlds.contains(suffix) {
                return .nowhere(
                    status: 421,
                    reason: "the address leads to world \(name), and x-api-key ends in "
                        + ".\(suffix): use the address of that world, or the key without ending"
                )
            }
        }
        return found(name) { "the host name leads to world \(name), and there is none" }
    }

    private static let pathPrefix = "/worlds/"

    /// What the path of a world's pages begins with: where neither names nor ports of a world can
    /// be reached, as from another machine, a browser finds it by the path.
    ///
    /// - Parameter name: The name of the world.
    /// - Returns: The beginning, without a trailing slash.
    package static func path(ofWorld name: String) -> String { pathPrefix + name }

    /// The world that a path names, and the path in it.
    private static func world(inPath path: String) -> (name: String, path: String)? {
        guard path.hasPrefix(pathPrefix) else { return nil }
        let rest = path.dropFirst(pathPrefix.count)
        guard let slash = rest.firstIndex(of: "/") else { return nil }
        let name = String(rest[..<slash])
        // What cannot be a name is a path that nobody knows.
        guard name == WorldName.main || WorldName.problem(name) == nil else { return nil }
        return (name, String(rest[slash...]))
    }

    private func found(_ name: String, _ missing: () -> String) -> Destination {
        do throws(WorldError) {
            if let world = try worlds.world(named: name) { return .world(world) }
        } catch {
            return .nowhere(status: 503, reason: "\(error)")
        }
        if let problem = WorldName.problem(name) { return .nowhere(status: 421, reason: problem) }
        if worlds.makesOnFirstUse { return .new(name) }
        let reason = "\(missing()); \(Worlds.advice(toCreate: name))"
        return .nowhere(status: 421, reason: reason)
    }

    /// There is only `default`; what ends like the name of a world was meant for one.
    private func withoutOthers(_ request: Request) -> Destination {
        let world = worlds.main
        guard let (_, suffix) = suffixedKey(of: request), suffix != WorldName.main else {
            return .world(world)
        }
        return .common(world, hint: Self.hint(suffix))
    }

    private func byCredential(
        _ request: inout Request,
        on connection: ConnectionFacts
    ) -> Destination {
        if let (key, suffix) = suffixedKey(of: request) {
            guard worlds.contains(suffix) || worlds.makesOnFirstUse else {
                return .common(worlds.main, hint: Self.hint(suffix))
            }
            request.fields.set(Self.keyField, key)
            return found(suffix) { Self.hint(suffix) }
        }
        if let key = request.fields.first(Self.keyField), !key.isEmpty {
            return made(WorldTag.ofToken(key))
        }
        guard connection.asksForClientCertificate,
            let serialNumber = connection.presentedCertificate?.serialNumber
        else { return .world(worlds.main) }
        return made(WorldTag.ofSerial(serialNumber))
    }

    /// The world in which a credential was made; `default` where it does not say.
    private func made(_ tag: WorldTag?) -> Destination {
        guard let name = tag.flatMap({ worlds.name(of: $0) }), name != WorldName.main else {
            return .world(worlds.main)
        }
        // One that was deleted between the two questions is answered by `default`, as unknown.
        guard let world = try? worlds.world(named: name) else { return .world(worlds.main) }
        return .world(world)
    }

    private static let keyField = "x-api-key"

    /// A key and the name of a world behind its last dot.
    private func suffixedKey(of request: Request) -> (key: String, suffix: String)? {
        guard let text = request.fields.first(Self.keyField),
            let dot = text.lastIndex(of: "."), dot != text.startIndex
        else { return nil }
        let suffix = String(text[text.index(after: dot)...])
        guard WorldName.problem(suffix) == nil else { return nil }
        return (String(text[..<dot]), suffix)
    }

    private static func hint(_ suffix: String) -> String {
        "x-api-key ends in .\(suffix), and there is no world \(suffix); "
            + Worlds.advice(toCreate: suffix)
    }
}
