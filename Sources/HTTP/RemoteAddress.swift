/// The address of a client.
package enum RemoteAddress {
    /// The address without its port, of `127.0.0.1:4711` and `[::1]:4711`.
    ///
    /// - Parameter remoteAddress: Address and port.
    /// - Returns: The address without brackets; a text of another form as it is.
    package static func host(of remoteAddress: String) -> String {
        if remoteAddress.hasPrefix("["), let end = remoteAddress.firstIndex(of: "]") {
            return String(remoteAddress[..<end].dropFirst())
        }
        let parts = remoteAddress.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : remoteAddress
    }
}

extension ConnectionFacts {
    /// The client's address without its port, as audit logs have it.
    package var remoteHost: String { RemoteAddress.host(of: remoteAddress) }
}
