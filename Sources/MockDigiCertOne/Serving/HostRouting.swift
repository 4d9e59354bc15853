import World

/// What the name that a client calls says about world and mode.
package enum HostRouting {
    /// The world that every connection reaches unless its name says otherwise.
    package static let defaultWorld = WorldName.main

    /// What a name begins with that asks for client certificates.
    package static let clientauthPrefix = "clientauth."

    /// Names below this one lead to this machine and nowhere else (RFC 6761 section 6.3): what is
    /// called so is meant for the mock.
    static let localSuffix = ".localhost"

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

    /// What may be the name of a world in a host name: its first label after `clientauth.`.
    ///
    /// Below `localhost` it is the first that is not reserved, whatever it is like: further labels
    /// may follow, as of a browser that is to be asked for its certificate again.
    ///
    /// - Parameter host: A name from a ClientHello, `Host` or `:authority`, perhaps with a port.
    /// - Returns: The label where it has the form of a world's name, is not reserved, and is
    ///   followed by another one; whether there is such a world is not asked. And whether the name
    ///   could lead nowhere else; then the label need not have that form.
    package static func worldLabel(
        ofHost host: String
    ) -> (name: String, isLocal: Bool)? {
        var rest = Substring(host)
        if beginsWithClientauth(host) { rest = rest.dropFirst(clientauthPrefix.count) }
        guard let dot = rest.firstIndex(of: ".") else { return nil }
        if let local = localLabels(of: rest) {
            let name = local.first { !WorldName.reserved.contains($0) }
            return name.map { ($0, isLocal: true) }
        }
        // An address has no letter in front.
        guard let first = rest.utf8.first, first | 0x20 >= UInt8(ascii: "a") else { return nil }
        let name = rest[..<dot].lowercased()
        guard WorldName.isWellFormed(name), !WorldName.reserved.contains(name) else { return nil }
        return (name, isLocal: false)
    }

    /// The labels in front of `localhost`; nil where a name does not end so.
    private static func localLabels(of host: Substring) -> [String]? {
        var name = host.prefix { $0 != ":" }.lowercased()
        if name.hasSuffix(".") { name.removeLast() }
        guard name.hasSuffix(localSuffix) else { return nil }
        return name.dropLast(localSuffix.count).split(separator: ".").map(String.init)
    }

    /// Why a request must not be answered on its connection (RFC 9110 section 15.5.20).
    ///
    /// HTTP/2 clients reuse a connection for every name that its certificate covers, also for one
    /// whose handshake would have asked for a client certificate.
    ///
    /// - Parameters:
    ///   - authority: The host and port of the request; nil when none was sent.
    ///   - asksForClientCertificate: Whether the connection's handshake asked for a certificate.
    ///   - requested: The world that the request names; nil when it names none.
    ///   - world: The connection's world.
    /// - Returns: The reason for 421 in a person's words; nil when the request belongs here.
    package static func misdirection(
        authority: String?,
        asksForClientCertificate: Bool,
        requested: String?,
        world: String
    ) -> String? {
        guard let authority else { return nil }
        if !asksForClientCertificate, beginsWithClientauth(authority) {
            return "the request names \(authority), but this connection's handshake did not ask "
                + "for a client certificate; open a new connection to that name"
        }
        guard let requested, requested != world else { return nil }
        return "the request names \(authority) of world \(requested), but this connection "
            + "belongs to world \(world); open a new connection to that name"
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
