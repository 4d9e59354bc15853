import OpenSSLBridge

/// Where the TLS authority lives, and what it shall be able to vouch for.
package struct ServerCertificatesSetup: Sendable, Hashable {
    /// The state directory.
    package let directory: String
    /// Whether every listener is on a loopback address.
    package let isLoopbackOnly: Bool
    /// The names and addresses that `--names` gives.
    package let names: [String]
    /// The name of the machine.
    package let hostName: String

    /// Puts a setup together.
    ///
    /// - Parameters:
    ///   - directory: The state directory; made when it is missing.
    ///   - isLoopbackOnly: Whether every listener is on a loopback address.
    ///   - names: The names and addresses that `--names` gives.
    ///   - hostName: The name of the machine.
    package init(directory: String, isLoopbackOnly: Bool, names: [String], hostName: String) {
        self.directory = directory
        self.isLoopbackOnly = isLoopbackOnly
        self.names = names
        self.hostName = hostName
    }

    /// The file with the one certificate that clients must trust.
    package var caFilePath: String { directory + "/ca.pem" }

    /// The directory of the authority's own files; for the owner only.
    var authorityDirectory: String { directory + "/tls" }

    /// The intermediate's key, the intermediate and the root in one file, so that they are always
    /// of one making.
    var authorityFilePath: String { authorityDirectory + "/authority.pem" }

    /// The names of the machine and of `--names`, in that order.
    var ownNames: [String] { [hostName] + names }

    /// What the intermediate may vouch for; `nil` when anything.
    ///
    /// Where the server listens wider than loopback, clients call it by names that nobody can
    /// foresee; constraints are then drawn only when somebody says what the names are.
    var nameConstraints: NameConstraints? {
        guard isLoopbackOnly || !names.isEmpty else { return nil }
        let own = ownNames.compactMap(ServerName.generalName).map(Self.subtree)
        let standard = Self.domains.map { CertificateExtension.GeneralName.dns($0) } + Self.ranges
        return NameConstraints(permitted: standard + own.filter { !standard.contains($0) })
    }

    /// The subtree that begins with a name, or holds one address only.
    private static func subtree(
        _ name: CertificateExtension.GeneralName
    ) -> CertificateExtension.GeneralName {
        switch name {
        case .dns, .email: name
        case .address(let bytes): .address(bytes + bytes.map { _ in 0xFF })
        }
    }

    /// Names reserved for tests and for machines nearby, and the vendor's, which tests redirect.
    ///
    /// No leading dots: each name covers itself and all below it; with a dot `localhost` itself
    /// would be excluded.
    private static let domains = [
        "localhost", "test", "internal", "local", "lan", "home.arpa", "example", "svc",
        "digicert.com", "digicert.co.jp",
    ]

    /// The addresses of loopback, private and link-local networks, each followed by its mask.
    private static let ranges: [CertificateExtension.GeneralName] = [
        range([127], bits: 8, byteCount: 4),
        range([10], bits: 8, byteCount: 4),
        range([172, 16], bits: 12, byteCount: 4),
        range([192, 168], bits: 16, byteCount: 4),
        range([169, 254], bits: 16, byteCount: 4),
        range([UInt8](repeating: 0, count: 15) + [1], bits: 128, byteCount: 16),
        range([0xFC], bits: 7, byteCount: 16),
        range([0xFE, 0x80], bits: 10, byteCount: 16),
    ]

    private static func range(
        _ prefix: [UInt8],
        bits: Int,
        byteCount: Int
    ) -> CertificateExtension.GeneralName {
        let address = prefix + [UInt8](repeating: 0, count: byteCount - prefix.count)
        let mask = (0..<byteCount).map { index in
            UInt8(truncatingIfNeeded: 0xFF00 >> min(8, max(0, bits - 8 * index)))
        }
        return .address(address + mask)
    }
}
