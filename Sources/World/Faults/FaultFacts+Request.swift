package import AccountModel
package import HTTP

extension FaultFacts {
    /// Gathers what is known of a request.
    ///
    /// - Parameters:
    ///   - request: What was sent.
    ///   - context: The connection it came on.
    ///   - now: What time it is in the world.
    ///   - identity: Who asks, once that is known.
    package init(
        of request: Request,
        in context: RequestContext,
        now: Timestamp,
        identity: FaultIdentity? = nil
    ) {
        let connection = context.connection
        self.init(
            method: request.method,
            path: request.path,
            host: request.authority.flatMap(Authority.parse)?.host ?? connection.serverName,
            listener: connection.listener,
            remoteAddress: Self.host(of: connection.remoteAddress),
            now: now,
            identity: identity
        )
    }

    /// The address without its port: of `127.0.0.1:4711` and of `[::1]:4711`.
    ///
    /// - Parameter remoteAddress: Address and port.
    /// - Returns: The address.
    package static func host(of remoteAddress: String) -> String {
        if remoteAddress.hasPrefix("["), let end = remoteAddress.firstIndex(of: "]") {
            return String(remoteAddress[..<end].dropFirst())
        }
        let parts = remoteAddress.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : remoteAddress
    }
}
