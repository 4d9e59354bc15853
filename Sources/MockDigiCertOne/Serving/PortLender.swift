import ControlAPI
import HTTP
import HTTPServer
import Synchronization
import World

/// Opens ports that lead to one world, and knows how clients reach each.
final class PortLender: WorldPorts {
    /// What is known once the transport runs.
    private struct Attachment {
        let transport: HTTPServer
        let addresses: PublicAddresses
    }

    /// The two ports of a world.
    private struct Ports {
        let api: BoundListener
        let clientauth: BoundListener
    }

    private let listen: [String]
    private let range: ClosedRange<Int>?
    private let attachment = Mutex<Attachment?>(nil)
    private let ports = Mutex<[String: Ports]>([:])

    init(_ configuration: Configuration) {
        listen = configuration.listen
        range = configuration.worldPorts
    }

    /// Tells what opens listeners, and how clients reach them.
    func attach(to transport: HTTPServer, _ addresses: PublicAddresses) {
        attachment.withLock { $0 = Attachment(transport: transport, addresses: addresses) }
    }

    /// Lets go of the transport, which holds whoever asks for ports.
    func detach() {
        attachment.withLock { $0 = nil }
    }

    func open(world: String) throws(ControlRefusal) {
        guard let transport = attachment.withLock({ $0?.transport }) else {
            throw ControlRefusal(503, "the server is not listening yet")
        }
        try ports.withLock { (ports) throws(ControlRefusal) in
            guard ports[world] == nil else { return }
            let taken = Set(ports.values.flatMap { [$0.api.port, $0.clientauth.port] })
            let api = try bind(.api, world, transport, taken)
            do throws(ControlRefusal) {
                let clientauth = try bind(.clientauth, world, transport, taken.union([api.port]))
                ports[world] = Ports(api: api, clientauth: clientauth)
            } catch {
                transport.close(world: world)
                throw error
            }
        }
    }

    func close(world: String) {
        ports.withLock { $0[world] = nil }
        attachment.withLock { $0?.transport }?.close(world: world)
    }

    /// Closes the ports of a world that is gone, and all its connections.
    func end(world: String) {
        close(world: world)
        attachment.withLock { $0?.transport }?.closeConnections(world: world)
    }

    func addresses(
        ofWorld world: String,
        askedAs authority: String?
    ) -> [(kind: String, addresses: WorldAddresses)] {
        guard let known = attachment.withLock(\.self) else { return [] }
        let common = known.addresses.addresses(askedAs: authority)
        var all: [(kind: String, addresses: WorldAddresses)] = []
        if let own = ports.withLock({ $0[world] }) {
            let host = Self.host(of: common.api)
            all.append(
                (
                    "ports",
                    WorldAddresses(
                        api: "https://\(host):\(own.api.port)",
                        clientauth: "https://\(host):\(own.clientauth.port)"
                    )
                )
            )
        }
        all.append(("common", WorldAddresses(api: common.api, clientauth: common.clientauth)))
        if world != WorldName.main {
            let announced = known.addresses.announced
            all.append(
                (
                    "name",
                    WorldAddresses(
                        api: Self.named("\(world).localhost", announced.api),
                        clientauth: Self.named(
                            "\(HostRouting.clientauthPrefix)\(world).localhost",
                            announced.clientauth
                        )
                    )
                )
            )
        }
        return all
    }

    /// Where a browser is asked for its certificate in a world.
    ///
    /// Browsers lead every name below `localhost` to their own machine, and remember the
    /// certificate they chose, or refused, for a name: a label that was never used makes them ask.
    ///
    /// - Parameters:
    ///   - world: The name of the world.
    ///   - authority: The `Host` under which the browser reached the control listener.
    ///   - again: A label that was never used before; nil leaves it out.
    /// - Returns: An address without a trailing slash. From another machine it is the address that
    ///   was asked for, with the world's own ports or, where it has none, the world in the path;
    ///   names that were never used lead nowhere there, and the label is left out.
    func gate(world: String, askedAs authority: String?, again: String?) -> String {
        guard let known = attachment.withLock(\.self) else { return "" }
        guard Self.isThisMachine(authority) else {
            let reached = addresses(ofWorld: world, askedAs: authority)
            if let own = reached.first(where: { $0.kind == "ports" }) {
                return own.addresses.clientauth
            }
            let common = reached.first { $0.kind == "common" }?.addresses.clientauth ?? ""
            return world == WorldName.main ? common : common + WorldRouting.path(ofWorld: world)
        }
        let labels = again.map { "\(world).\($0)" } ?? world
        let name = "\(HostRouting.clientauthPrefix)\(labels).localhost"
        return Self.named(name, known.addresses.announced.clientauth)
    }

    /// Where the console is for a browser that reached another listener under a name.
    ///
    /// - Parameter authority: The `Host` of the request.
    /// - Returns: An address without a trailing slash.
    func console(askedAs authority: String?) -> String {
        guard let known = attachment.withLock(\.self) else { return "" }
        if let authority, !Self.isThisMachine(authority) {
            return known.addresses.control(besides: authority)
        }
        // Cookies belong to a name: the one that README, banner and people use.
        return known.addresses.announced.control.replacing("//127.0.0.1", with: "//localhost")
    }

    /// Where the control listener is for whoever reached it under a name.
    ///
    /// - Parameter authority: The `Host` of the request.
    /// - Returns: An address without a trailing slash.
    func control(askedAs authority: String?) -> String {
        let control = attachment.withLock(\.self)?.addresses.addresses(askedAs: authority).control
        return (control ?? "").replacing("//127.0.0.1", with: "//localhost")
    }

    /// A listener as a client in this process reaches it.
    struct Place: Sendable, Hashable {
        /// The name that leads to the world.
        let name: String

        /// A numeric address.
        let address: String

        /// The port.
        let port: Int
    }

    /// Where a client in this process reaches a world.
    ///
    /// - Parameters:
    ///   - world: The name of the world.
    ///   - isForGate: Whether a certificate is to be asked for.
    /// - Returns: The place; nil when the transport does not run.
    func place(ofWorld world: String, isForGate: Bool) -> Place? {
        guard let transport = attachment.withLock({ $0?.transport }) else { return nil }
        let wanted: ListenerName = isForGate ? .clientauth : .api
        let listener = transport.listeners.first { $0.name == wanted.rawValue && $0.world == nil }
        guard let listener, let address = listener.addresses.first else { return nil }
        let host = world == WorldName.main ? "localhost" : "\(world).localhost"
        return Place(
            name: isForGate ? HostRouting.clientauthPrefix + host : host,
            address: ListenerURL.reachable(address),
            port: listener.port
        )
    }

    private static func isThisMachine(_ authority: String?) -> Bool {
        guard let host = authority.flatMap(Authority.parse)?.host else { return true }
        return host == "localhost" || host.hasSuffix(HostRouting.localSuffix)
            || IPAddress.isLoopback(host)
    }

    private func bind(
        _ listener: ListenerName,
        _ world: String,
        _ transport: HTTPServer,
        _ taken: Set<Int>
    ) throws(ControlRefusal) -> BoundListener {
        for port in range.map(Array.init) ?? [0] where !taken.contains(port) {
            do throws(ServerStartError) {
                let configuration = ListenerConfiguration(
                    name: listener.rawValue,
                    addresses: listen,
                    port: port,
                    security: .tls,
                    world: world
                )
                if let bound = try transport.open([configuration]).first { return bound }
            } catch {
                if case .portTaken = error, range != nil { continue }
                throw ControlRefusal(
                    503,
                    "no port for world \(world): \(ConfigurationError(error))"
                )
            }
        }
        let names = range.map { "\($0.lowerBound)-\($0.upperBound)" } ?? ""
        throw ControlRefusal(
            409,
            "no port of \(Setting.worldPorts.flag) \(names) is free for world \(world): delete "
                + "worlds that have ports, or start with a wider range"
        )
    }

    /// The host of an origin, with its brackets.
    private static func host(of origin: String) -> String {
        let authority = origin.split(separator: "/").last.map { String($0) } ?? ""
        return Authority.parse(authority).map { ListenerURL.bracketed($0.host) } ?? "localhost"
    }

    /// An origin under another name.
    private static func named(_ name: String, _ origin: String) -> String {
        let authority = origin.split(separator: "/").last.map { String($0) } ?? ""
        let port = Authority.parse(authority)?.port.map { ":\($0)" } ?? ""
        return "https://\(name)\(port)"
    }
}
