import OpenSSLBridge

/// The certificate that clients must trust, for the command `ca`.
package struct TrustFile: Sendable {
    /// Where it lies.
    package let path: String

    /// The certificate in PEM.
    package let pem: String

    /// The SHA-256 fingerprint of the first certificate, as browsers and
    /// `openssl x509 -fingerprint` print it.
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
        let source = try configuration.serverCertificatesSource(
            now: SystemClock.secondsSince1970()
        )
        if isRenewed { try refuseRenewal(of: source) }
        // What is to be renewed is not looked at: it may be broken, and renewal the remedy.
        let isCurrent = isRenewed ? false : try isCurrent(setup, source)
        if !isCurrent {
            let directory = try StateDirectory.open(configuration.state)
            defer { directory.close() }
            try make(setup, source, isRenewed: isRenewed)
        }
        return try read(setup.caFilePath)
    }

    private static func refuseRenewal(
        of source: ServerCertificatesSource
    ) throws(ConfigurationError) {
        switch source {
        case .made:
            return
        case .authority(let own), .certificate(let own, _):
            throw ConfigurationError(
                subject: own.files.subject,
                problem: "is in force, so there is no root that the mock made",
                remedy: "renew that file, or leave the setting out to renew the mock's own root"
            )
        }
    }

    /// Whether the file is there and says what a server with these settings would.
    private static func isCurrent(
        _ setup: ServerCertificatesSetup,
        _ source: ServerCertificatesSource
    ) throws(ConfigurationError) -> Bool {
        let path = setup.caFilePath
        guard let present = try? FileBytes.read(path: path, bytesMax: PEMFile.bytesMax) else {
            return false
        }
        do throws(ServerCertificatesError) {
            var wanted = source.trusted
            if wanted == nil { wanted = try ServerCertificatesFiles.load(setup)?.root }
            return wanted.map { Array($0.utf8) } == present
        } catch {
            throw ConfigurationError(error)
        }
    }

    private static func make(
        _ setup: ServerCertificatesSetup,
        _ source: ServerCertificatesSource,
        isRenewed: Bool
    ) throws(ConfigurationError) {
        do throws(ServerCertificatesError) {
            if isRenewed {
                try ServerCertificates.renew(setup, now: SystemClock.secondsSince1970())
            } else {
                _ = try ServerCertificates.open(
                    setup,
                    from: source,
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
                decoding: try FileBytes.read(path: path, bytesMax: PEMFile.bytesMax),
                as: UTF8.self
            )
            let first = try PEM.blocks(of: pem).first?.der ?? []
            let digest = try Certificate.parse(der: first.span).sha256
            return TrustFile(path: path, pem: pem, fingerprint: Fingerprint.text(digest))
        } catch {
            throw ConfigurationError(
                subject: path,
                problem: "cannot be read: \(error)",
                remedy: "let this user read it, or make a new one: mock-digicert-one ca --renew"
            )
        }
    }
}
