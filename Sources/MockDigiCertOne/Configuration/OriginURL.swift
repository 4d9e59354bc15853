import HTTP

/// The address of a server as a person writes it: scheme, host and perhaps a port.
enum OriginURL {
    /// Reads an origin (RFC 6454 section 4); one slash after it is what people copy.
    ///
    /// - Parameters:
    ///   - text: `https://mock.example.test:18443`.
    ///   - schemes: The schemes that are possible, in lower case.
    /// - Returns: The same in lower case without the slash; nil where there is a path, a query, a
    ///   user, no host or a port that is none.
    static func parse(_ text: String, schemes: [String]) -> String? {
        let lowered = text.lowercased()
        guard let scheme = schemes.first(where: { lowered.hasPrefix($0 + "://") }) else {
            return nil
        }
        var rest = lowered.dropFirst(scheme.count + 3)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        guard let authority = Authority.parse(String(rest)), authority.port != 0,
            IPAddress.isAddress(authority.host) || HostName.isName(authority.host)
        else { return nil }
        let host = ListenerURL.bracketed(authority.host)
        return "\(scheme)://\(host)" + (authority.port.map { ":\($0)" } ?? "")
    }
}
