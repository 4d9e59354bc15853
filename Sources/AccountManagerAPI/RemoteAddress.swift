/// The client's address as the audit log has it.
enum RemoteAddress {
    /// The address without its port: `127.0.0.1:4711` and `[::1]:4711`.
    ///
    /// - Parameter remoteAddress: Address and port.
    /// - Returns: The address.
    static func host(of remoteAddress: String) -> String {
        if remoteAddress.hasPrefix("["), let end = remoteAddress.firstIndex(of: "]") {
            return String(remoteAddress[remoteAddress.index(after: remoteAddress.startIndex)..<end])
        }
        let parts = remoteAddress.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count == 2 ? String(parts[0]) : remoteAddress
    }
}
