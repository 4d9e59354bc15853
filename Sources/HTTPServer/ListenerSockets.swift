import Glibc

/// A socket that accepts connections; it closes when the last loop that watches it lets go.
final class OpenListener: Sendable {
    /// What it was opened for.
    let configuration: ListenerConfiguration

    /// The listening socket; valid while this object lives.
    let descriptor: Int32

    /// Takes over a listening socket.
    init(_ configuration: ListenerConfiguration, adopting descriptor: Int32) {
        self.configuration = configuration
        self.descriptor = descriptor
    }

    deinit {
        _ = close(descriptor)
    }

    /// Stops the kernel from taking connections, and frees the port; those taken live on.
    func refuse() {
        _ = shutdown(descriptor, Int32(SHUT_RDWR))
    }
}

/// Listeners that were bound together: all of them, or none.
struct ListenerSockets {
    /// The listeners as bound, in the order asked for.
    let bound: [BoundListener]

    /// The sockets, one for each address of each listener.
    let sockets: [OpenListener]

    /// Why optional listeners are missing.
    let refusals: [ServerStartError]

    /// Binds every address of every listener, or none; an optional listener may be missing.
    ///
    /// - Throws: ``ServerStartError`` for the first that must be there and cannot be bound.
    static func bind(
        _ configurations: [ListenerConfiguration]
    ) throws(ServerStartError) -> ListenerSockets {
        var bound: [BoundListener] = []
        var sockets: [OpenListener] = []
        var refusals: [ServerStartError] = []
        for configuration in configurations {
            do {
                let (listener, opened) = try bindAll(configuration)
                bound.append(listener)
                sockets += opened
            } catch {
                guard configuration.isOptional else { throw error }
                refusals.append(error)
            }
        }
        return ListenerSockets(bound: bound, sockets: sockets, refusals: refusals)
    }

    /// How often port 0 is tried again when the port that one address got is taken on another.
    private static let freePortTries = 32

    private static func bindAll(
        _ listener: ListenerConfiguration
    ) throws(ServerStartError) -> (BoundListener, [OpenListener]) {
        var tries = 1
        while true {
            do {
                return try bindOnce(listener)
            } catch {
                guard case .portTaken = error, listener.port == 0, tries < freePortTries else {
                    throw error
                }
                tries += 1
            }
        }
    }

    private static func bindOnce(
        _ listener: ListenerConfiguration
    ) throws(ServerStartError) -> (BoundListener, [OpenListener]) {
        var sockets: [OpenListener] = []
        var addresses: [String] = []
        var port = listener.port
        for address in listener.addresses {
            do {
                let socket = try ListeningSocket.bind(address, port: port)
                port = socket.port
                sockets.append(OpenListener(listener, adopting: socket.descriptor.release()))
                addresses.append(address)
            } catch {
                // A machine without IPv6: the first address alone will do.
                let isMissing = error.number == EADDRNOTAVAIL || error.number == EAFNOSUPPORT
                if isMissing, address.contains(":"), listener.addresses.count > 1 { continue }
                throw Self.startError(error, listener: listener, address: address, port: port)
            }
        }
        let bound = BoundListener(
            name: listener.name,
            addresses: addresses,
            port: port,
            world: listener.world
        )
        return (bound, sockets)
    }

    private static func startError(
        _ error: SystemError,
        listener: ListenerConfiguration,
        address: String,
        port: Int
    ) -> ServerStartError {
        switch error.number {
        case EADDRINUSE: .portTaken(listener: listener.name, address: address, port: port)
        case EACCES, EPERM: .portForbidden(listener: listener.name, address: address, port: port)
        case EADDRNOTAVAIL, EAFNOSUPPORT, EINVAL:
            .addressUnusable(listener: listener.name, address: address, detail: error.detail)
        default: .system(operation: error.operation, detail: error.detail)
        }
    }
}
