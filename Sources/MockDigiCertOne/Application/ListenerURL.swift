import HTTPServer

/// How clients on this machine call a listener.
enum ListenerURL {
    /// The URL of a TLS listener: by `localhost` where it is on loopback, else by its address.
    ///
    /// - Parameter listener: The listener as bound.
    /// - Returns: A URL without a trailing slash.
    static func https(_ listener: BoundListener) -> String {
        let isLocal = listener.addresses.contains { address in
            // All of 127.0.0.0/8 is loopback, and `localhost` is its first address alone.
            Setting.loopbackAddresses.contains(address) || isUnspecified(address)
        }
        let host = isLocal ? "localhost" : bracketed(listener.addresses.first ?? "localhost")
        return "https://\(host):\(listener.port)"
    }

    /// The URL of the control listener: by an address, which needs no resolver.
    ///
    /// - Parameter listener: The listener as bound.
    /// - Returns: A URL without a trailing slash.
    static func http(_ listener: BoundListener) -> String {
        let address = reachable(listener.addresses.first ?? "127.0.0.1")
        return "http://\(bracketed(address)):\(listener.port)"
    }

    /// Where a listener on all addresses can be reached from this machine.
    ///
    /// - Parameter address: An address that is listened on.
    /// - Returns: The address, or the loopback address of the same family.
    static func reachable(_ address: String) -> String {
        switch address {
        case "0.0.0.0": "127.0.0.1"
        case "::": "::1"
        default: address
        }
    }

    /// An IPv6 address in brackets, as URLs and `Host` want it; anything else as it is.
    ///
    /// - Parameter address: A name or address.
    /// - Returns: The host part of a URL.
    static func bracketed(_ address: String) -> String {
        IPAddress.isIPv6(address) ? "[\(address)]" : address
    }

    /// Whether a listener on the address accepts on every one of its family.
    ///
    /// - Parameter address: A numeric address.
    /// - Returns: Whether it is 0.0.0.0 or ::.
    static func isUnspecified(_ address: String) -> Bool {
        address == "0.0.0.0" || address == "::"
    }
}
