import OpenSSLBridge

/// The certificate that clients must trust, for the command `ca`.
package struct TrustFile: Sendable {
    /// Where it lies.
    package let path: String

    /// The certificate in PEM.
    package let pem: String

    /// The SHA-256 fingerprint as browsers and `openssl x509 -fingerprint` print it.
    package let fingerprint: String

    /// Finds the certificate of a state directory, and makes the authority where there is none.
    ///
    /// - Parameters:
    ///   - configuration: Says where the state is.
    ///   - isRenewed: Whether to make a new root, which clients have to trust anew.
    /// - Returns: What there is to trust.
    /// - Throws: ``ConfigurationError`` when the state cannot be used, or is in use where a new
    ///   root is asked for.
    package static func open(
        _ configuration: Configuration,
        isRenewed: Bool
    ) throws(ConfigurationError) -> TrustFile {
        let path: String
        switch configuration.state {
        case .directory(let named): path = named
        case .unknown: throw StateDirectory.unknown
        case .temporary:
            throw ConfigurationError(
                subject: Setting.ephemeral.flag,
                problem: "leaves no trust file behind",
                remedy: "ask a running server: GET /ca.pem on its control listener, "
                    + "or the ca_file of its ready line"
            )
        }
        let setup = configuration.serverCertificatesSetup(in: path)
        if isRenewed || !isMade(setup.caFilePath) {
            let directory = try StateDirectory.open(configuration.state)
            defer { directory.close() }
            try make(setup, isRenewed: isRenewed)
        }
        return try read(setup.caFilePath)
    }

    private static func isMade(_ path: String) -> Bool {
        (try? FileBytes.read(path: path, bytesMax: 65_536)) != nil
    }

    private static func make(
        _ setup: ServerCertificatesSetup,
        isRenewed: Bool
    ) throws(ConfigurationError) {
        do throws(ServerCertificatesError) {
            if isRenewed {
                try ServerCertificates.renew(setup, now: SystemClock.secondsSince1970())
            } else {
                _ = try ServerCertificates.open(
                    setup,
                    now: SystemClock.secondsSince1970,
                    report: { _ in }
                )
            }
        } catch {
            throw ConfigurationError(error)
        }
    }

    private static func read(_ path: String) throws(ConfigurationError) -> TrustFile {
        do {
            let pem = String(
                decoding: try FileBytes.read(path: path, bytesMax: 65_536),
                as: UTF8.self
            )
            let digest = try Certificate.parse(pem: pem).sha256.map { byte in
                (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
            return TrustFile(path: path, pem: pem, fingerprint: digest.joined(separator: ":"))
        } catch {
            throw ConfigurationError(
                subject: path,
                problem: "cannot be read: \(error)",
                remedy: "let this user read it, or make a new one: mock-digicert-one ca --renew"
            )
        }
    }
}
