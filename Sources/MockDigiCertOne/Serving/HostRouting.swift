/// What the name that a client calls says about world and mode.
package enum HostRouting {
    /// The world that every connection reaches unless its name says otherwise.
    package static let defaultWorld = "default"

    /// What a name begins with that asks for client certificates.
    package static let clientauthPrefix = "clientauth."

    /// Whether the handshake asks for a client certificate.
    ///
    /// - Parameters:
    ///   - serverName: The name in the ClientHello; nil without SNI.
    ///   - listener: The listener that was connected to.
    /// - Returns: True by name or by port.
    package static func asksForClientCertificate(
        serverName: String?,
        listener: ListenerName?
    ) -> Bool {
        listener == .clientauth || serverName.map(beginsWithClientauth) ?? false
    }

    /// The world that a host name belongs to.
    ///
    /// - Parameter host: A name from a ClientHello, `Host` or `:authority`; nil when none was sent.
    /// - Returns: The name of a world; so far there is one.
    package static func world(ofHost host: String?) -> String { defaultWorld }

    /// Why a request must not be answered on its connection (RFC 9110 section 15.5.20).
    ///
    /// HTTP/2 clients reuse a connection for every name that its certificate covers, also for one
    /// whose handshake would have asked for a client certificate.
    ///
    /// - Parameters:
    ///   - authority: The host and port of the request; nil when none was sent.
    ///   - asksForClientCertificate: Whether the connection's handshake asked for a certificate.
    ///   - world: The connection's world.
    /// - Returns: The reason for 421 in a person's words; nil when the request belongs here.
    package static func misdirection(
        authority: String?,
        asksForClientCertificate: Bool,
        world: String
    ) -> String? {
        guard let authority else { return nil }
        if !asksForClientCertificate, beginsWithClientauth(authority) {
            return "the request names \(authority), but this connection's handshake did not ask "
                + "for a client certificate; open a new connection to that name"
        }
        let requested = Self.world(ofHost: authority)
        guard requested == world else {
            return "the request names \(authority) of world \(requested), but this connection "
                + "belongs to world \(world); open a new connection to that name"
        }
        return nil
    }

    private static func beginsWithClientauth(_ name: String) -> Bool {
        guard let first = name.utf8.first, first | 0x20 == UInt8(ascii: "c") else { return false }
        return name.prefix(clientauthPrefix.count).lowercased() == clientauthPrefix
    }
}

/// The listeners of the process.
package enum ListenerName: String, CaseIterable, Sendable {
    case api
    case clientauth
    case control
    /// Where the server name alone decides between `api` and `clientauth`: port 443 of an image.
    case https
}
