/// The variables by which tools learn whom to trust, and what not to send through a proxy.
package enum TrustVariables {
    /// Those that replace a tool's own store, and so must lead to the system's roots plus ours.
    package static let replacing = [
        "SSL_CERT_FILE",  // OpenSSL, and with it Ruby and Python's ssl; Go; Rust's native roots
        "NIX_SSL_CERT_FILE",
        "CURL_CA_BUNDLE",  // curl, and Python's requests after its own
        "REQUESTS_CA_BUNDLE",
        "GIT_SSL_CAINFO",
        "PIP_CERT",
        "AWS_CA_BUNDLE",
        "CARGO_HTTP_CAINFO",
        "GRPC_DEFAULT_SSL_ROOTS_FILE_PATH",
    ]

    /// Those that add to a tool's own store.
    package static let adding = ["NODE_EXTRA_CA_CERTS", "DENO_CERT"]

    /// What makes Java trust a store, appended to `JAVA_TOOL_OPTIONS`.
    ///
    /// - Parameter path: The store.
    /// - Returns: The variable.
    package static func java(trustStore path: String) -> EnvironmentVariable {
        let options = [
            "-Djavax.net.ssl.trustStore=\(path)", "-Djavax.net.ssl.trustStoreType=JKS",
            "-Djavax.net.ssl.trustStorePassword=\(WorldKit.trustStorePassword)",
        ]
        // HotSpot splits at white space outside of quotation marks.
        let quoted = options.map { option in
            option.utf8.contains { $0 == 0x20 || $0 == 0x09 } ? "\"\(option)\"" : option
        }
        return EnvironmentVariable(
            "JAVA_TOOL_OPTIONS",
            quoted.joined(separator: " "),
            appendedAfter: " "
        )
    }

    /// What keeps requests to the mock off a proxy, in both spellings that tools read.
    ///
    /// - Parameter surroundings: Says what the mock is called.
    /// - Returns: The variables.
    package static func noProxy(_ surroundings: WorldKit.Surroundings) -> [EnvironmentVariable] {
        // A name covers those below it.
        let names = ["localhost", "127.0.0.1", "::1"] + surroundings.vendorHosts
        let all = (names + surroundings.names).joined(separator: ",")
        return ["NO_PROXY", "no_proxy"].map { EnvironmentVariable($0, all, appendedAfter: ",") }
    }
}

/// A configuration file of curl that leads the vendor's hosts here.
package struct CurlConfiguration: Sendable {
    private let addresses: WorldKit.Addresses
    private let vendorHosts: [String]

    /// Knows where names shall lead.
    ///
    /// - Parameters:
    ///   - addresses: The mock's.
    ///   - vendorHosts: The vendor's host names without their `clientauth.` forms.
    package init(_ addresses: WorldKit.Addresses, vendorHosts: [String]) {
        self.addresses = addresses
        self.vendorHosts = vendorHosts
    }

    /// The text of the file.
    ///
    /// - Parameters:
    ///   - bundle: The file that curl shall trust; nil leaves that open.
    ///   - own: The lines of the user's own file. curl takes the first `connect-to` that fits and
    ///     the last `cacert`, so they stand between ours.
    /// - Returns: Whole lines.
    package func text(trusting bundle: String?, around own: String = "") -> String {
        var text = "# Made by mock-digicert-one: leads the vendor's hosts to the mock.\n"
        for host in vendorHosts {
            text += Self.line(from: host, to: addresses.api)
            text += Self.line(from: "clientauth.\(host)", to: addresses.clientauth)
        }
        if !own.isEmpty { text += "# What your own file says.\n\(own)\n" }
        if let bundle { text += "cacert = \(Self.quoted(bundle))\n" }
        return text
    }

    private static func line(from host: String, to address: String) -> String {
        "connect-to = \(quoted("\(host):443:\(authority(of: address))"))\n"
    }

    /// Host and port of an https address.
    private static func authority(of address: String) -> String {
        let authority = address.hasPrefix("https://") ? String(address.dropFirst(8)) : address
        let afterBrackets = authority.split(separator: "]").last ?? ""
        return afterBrackets.contains(":") ? authority : "\(authority):443"
    }

    /// curl knows four escapes between quotation marks: `\\`, `\"`, and those of white space.
    private static func quoted(_ text: String) -> String {
        var quoted = ""
        for character in text {
            if character == "\\" || character == "\"" { quoted.append("\\") }
            quoted.append(character)
        }
        return "\"\(quoted)\""
    }
}
