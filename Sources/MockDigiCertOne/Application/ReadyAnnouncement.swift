import HTTP

/// What the program says when every listener accepts: the ready line, file and control answer.
package struct ReadyAnnouncement: Sendable, Hashable, Codable {
    /// Where the API is.
    package let apiURL: String
    /// Where client certificates are asked for.
    package let clientauthURL: String
    /// Where the control plane is.
    package let controlURL: String
    /// The one file that a client must trust.
    package let caFile: String
    /// The world that connections reach unless they name another.
    package let world: String
    /// The process to signal.
    package let pid: Int32
    /// The port where the server name alone decides; nil, and absent, without such a listener.
    package let httpsPort: Int?

    private enum CodingKeys: String, CodingKey {
        case apiURL = "api_url"
        case clientauthURL = "clientauth_url"
        case controlURL = "control_url"
        case caFile = "ca_file"
        case world
        case pid
        case httpsPort = "https_port"
    }
}

extension ReadyAnnouncement {
    /// Says where a running server is.
    ///
    /// - Parameters:
    ///   - addresses: How to reach it.
    ///   - caFile: The one file that a client must trust.
    ///   - pid: The process to signal.
    ///   - httpsPort: The port where the server name alone decides; nil without one.
    init(_ addresses: ServerAddresses, caFile: String, pid: Int32, httpsPort: Int?) {
        self.init(
            apiURL: addresses.api,
            clientauthURL: addresses.clientauth,
            controlURL: addresses.control,
            caFile: caFile,
            world: HostRouting.defaultWorld,
            pid: pid,
            httpsPort: httpsPort
        )
    }

    /// The same server, reached by other addresses.
    ///
    /// - Parameter addresses: How to reach it.
    /// - Returns: The announcement for whoever reaches it so.
    func reached(by addresses: ServerAddresses) -> ReadyAnnouncement {
        ReadyAnnouncement(addresses, caFile: caFile, pid: pid, httpsPort: httpsPort)
    }

    /// The JSON object on one line, in the order of the contract.
    package var json: [UInt8] {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("api_url", apiURL)
        writer.member("clientauth_url", clientauthURL)
        writer.member("control_url", controlURL)
        writer.member("ca_file", caFile)
        writer.member("world", world)
        writer.member("pid", Int(pid))
        if let httpsPort { writer.member("https_port", httpsPort) }
        writer.endObject()
        return writer.bytes
    }

    /// The one line on standard output, with its line feed.
    package var line: String { "ready \(String(decoding: json, as: UTF8.self))\n" }
}
