import Glibc

/// The bound sockets of every listener.
final class ListenerSockets: Sendable {
    /// The listeners as bound, in the order asked for.
    let bound: [BoundListener]

    /// Each socket's descriptor with the listener it belongs to; valid while this object lives.
    let descriptors: [(configuration: ListenerConfiguration, descriptor: Int32)]

    /// Why optional listeners are missing.
    let refusals: [ServerStartError]

    private init(
        bound: [BoundListener],
        descriptors: [(configuration: ListenerConfiguration, descriptor: Int32)],
        refusals: [ServerStartError]
    ) {
        self.bound = bound
        self.refusals = refusals
        self.descriptors = descriptors
    }

    deinit {
        for (_, descriptor) in descriptors { _ = close(descriptor) }
    }

    /// Binds every address of every listener, or none; an optional listener may be missing.
    ///
    /// - Throws: ``ServerStartError`` for the first that must be there and cannot be bound.
    static func bind(
        _ configurations: [ListenerConfiguration]
    ) throws(ServerStartError) -> ListenerSockets {
        var bound: [BoundListener] = []
        var descriptors: [(configuration: ListenerConfiguration, descriptor: Int32)] = []
        var refusals: [ServerStartError] = []
        for configuration in configurations {
            do {
                let (listener, numbers) = try bindAll(configuration)
                bound.append(listener)
                descriptors += numbers.map { (configuration, $0) }
            } catch {
                guard !configuration.isOptional else {
                    refusals.append(error)
                    continue
                }
                for (_, descriptor) in descriptors { _ = close(descriptor) }
                throw error
            }
        }
        return ListenerSockets(bound: bound, descriptors: descriptors, refusals: refusals)
    }

    /// Stops the kernel from taking connections; those already taken live on.
    func refuse() {
        for (_, descriptor) in descriptors { _ = shutdown(descriptor, Int32(SHUT_RDWR)) }
    }

    /// How often port 0 is tried again when the port that one address got is taken on another.
    private static let freePortTries = 32

    private static func bindAll(
        _ listener: ListenerConfiguration
    ) throws(ServerStartError) -> (BoundListener, [Int32]) {
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
    ) throws(ServerStartError) -> (BoundListener, [Int32]) {
        var numbers: [Int32] = []
        var addresses: [String] = []
        var port = listener.port
        for address in listener.addresses {
            do {
                let socket = try ListeningSocket.bind(address, port: port)
                port = socket.port
                numbers.append(socket.descriptor.release())
                addresses.append(address)
            } catch {
                // A machine without IPv6: the first address alone will do.
                let isMissing = error.number == EADDRNOTAVAIL || error.number == EAFNOSUPPORT
                if isMissing, address.contains(":"), listener.addresses.count > 1 { continue }
                for number in numbers { _ = close(number) }
                throw Self.startError(error, listener: listener, address: address, port: port)
            }
        }
        return (BoundListener(name: listener.name, addresses: addresses, port: port), numbers)
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
