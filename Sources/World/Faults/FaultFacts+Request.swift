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
            remoteAddress: connection.remoteHost,
            now: now,
            identity: identity
        )
    }
}
