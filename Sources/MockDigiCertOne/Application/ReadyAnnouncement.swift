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
