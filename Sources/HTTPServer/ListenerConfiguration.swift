/// What one listener accepts, and where.
package struct ListenerConfiguration: Sendable, Hashable {
    /// Whether connections are encrypted.
    package enum Security: Sendable, Hashable {
        /// HTTP/1.1 in the clear.
        case plain

        /// TLS 1.2 or 1.3; the ``ConnectionDirector`` decides the rest by the ClientHello.
        case tls
    }

    /// The name by which ``ClientHello`` and the log call it.
    package let name: String

    /// Numeric addresses, all on the same port: `127.0.0.1`, `::1`, `0.0.0.0`, `::`.
    ///
    /// An IPv6 address is left out where the machine has no IPv6, unless it stands alone.
    package let addresses: [String]

    /// The port; 0 takes one that is free on every address.
    package let port: Int

    /// Whether connections are encrypted.
    package let security: Security

    /// Whether the server goes on without this listener where the system refuses it.
    package let isOptional: Bool

    /// The world that the listener was opened for; `nil` where it serves all.
    ///
    /// ``ClientHello`` tells it to the director; ``HTTPServer/close(world:)`` closes by it.
    package let world: String?

    /// The largest body of a request in bytes; `nil` takes that of ``ServerLimits``.
    package let bodyBytesMax: Int?

    /// Describes a listener.
    package init(
        name: String,
        addresses: [String],
        port: Int,
        security: Security,
        isOptional: Bool = false,
        world: String? = nil,
        bodyBytesMax: Int? = nil
    ) {
        self.name = name
        self.addresses = addresses
        self.port = port
        self.security = security
        self.isOptional = isOptional
        self.world = world
        self.bodyBytesMax = bodyBytesMax
    }
}

/// A listener as it is bound.
package struct BoundListener: Sendable, Hashable {
    /// The configured name.
    package let name: String

    /// The addresses that accept connections.
    package let addresses: [String]

    /// The port, also where 0 was asked for.
    package let port: Int

    /// The world it was opened for.
    package let world: String?
}

/// Why the server could not start, or a listener not be opened.
package enum ServerStartError: Error, Hashable {
    /// The address is in use: another process listens there.
    case portTaken(listener: String, address: String, port: Int)

    /// A port below 1024 needs a right that the process has not.
    case portForbidden(listener: String, address: String, port: Int)

    /// The address is not one of this machine's, or not numeric.
    case addressUnusable(listener: String, address: String, detail: String)

    /// The system refused something else.
    case system(operation: String, detail: String)
}
