import OpenSSLBridge

/// The TLS authority of a process: what signs the certificates that are minted per name.
///
/// One that is made here is a root without a key and the intermediate that it signed. The root's
/// key is gone once it has signed: what a person puts into a trust store can then never vouch for
/// more than the intermediate's constraints allow. One of a person's own signs as it is.
final class ServerCertificatesAuthority: Sendable {
    /// What signs, and those above it as far as they are at hand.
    private let chain: CertificateChain

    /// What is sent with each certificate: no root, which clients have.
    private let sent: CertificateChain?

    private let key: PrivateKey
    private let issuer: CertificateIssuer

    /// The setting that gave it; nil for one that was made here.
    private let setting: Setting?

    /// Takes up an intermediate that was made here.
    private init(
        certificate: consuming Certificate,
        key: consuming PrivateKey
    ) throws(OpenSSLError) {
        let publicKey = try key.publicKeyInfo()
        guard certificate.publicKey == publicKey else {
            throw OpenSSLError(
                operation: "X509_check_private_key",
                reasons: ["the key is not that of the certificate"]
            )
        }
        issuer = try CertificateIssuer(certificate, publicKey: publicKey)
        chain = CertificateChain(certificate)
        sent = chain
        self.key = key
        setting = nil
    }

    /// Takes a person's own.
    init(_ own: CertifiedKey) throws(OpenSSLError) {
        issuer = try CertificateIssuer(own.certificate, publicKey: own.publicKey)
        chain =
            try own.chain(from: 0, withRoot: true) ?? CertificateChain(own.certificate.shared())
        sent = try own.chain(from: 0, withRoot: false)
        key = own.key.shared()
        setting = own.files.setting
    }

    /// Whether clients will believe the authority in this name.
    func permits(_ name: CertificateExtension.GeneralName) -> Bool {
        var link: CertificateChain? = chain
        while let authority = link {
            guard authority.certificate.permits(name) else { return false }
            link = authority.above
        }
        return true
    }

    /// What a person should know about the authority and a setup that may be newer.
    func notices(for setup: ServerCertificatesSetup, now: Int64) -> [ServerCertificatesNotice] {
        let endsSoon = Self.notAfter(at: now) > chain.certificate.notAfter
        guard setting == nil else {
            let names = ["localhost", "clientauth.localhost", "127.0.0.1"] + setup.names
            let refused = refused(names)
            return (refused.isEmpty ? [] : [.forbidden(refused)])
                + (endsSoon ? [.ownEndsSoon(chain.certificate.notAfter)] : [])
        }
        var notices: [ServerCertificatesNotice] = []
        let refused = refused(setup.names)
        if !refused.isEmpty { notices.append(.configuredNamesNotAdmitted(refused)) }
        if !chain.certificate.hasNameConstraints, setup.nameConstraints != nil {
            notices.append(.unconstrained)
        }
        if endsSoon { notices.append(.authorityEndsSoon) }
        return notices
    }

    /// What a person should know when a client asks for a name that is not permitted.
    func notice(ofRefused name: CertificateExtension.GeneralName) -> ServerCertificatesNotice {
        setting == nil ? .nameNotAdmitted(name.text) : .forbidden([name.text])
    }

    private func refused(_ names: [String]) -> [String] {
        names.filter { text in ServerName.generalName(text).map { !permits($0) } ?? false }
    }

    /// Mints a server certificate.
    func identity(
        names: [CertificateExtension.GeneralName],
        key serverKey: consuming PrivateKey,
        publicKey serverPublicKey: PublicKeyInfo,
        now: Int64
    ) throws(OpenSSLError) -> ServerIdentity {
        let template = CertificateTemplate(
            serialNumber: Self.serialNumber(),
            issuer: issuer,
            // Not the host's name: there may be several, and clients hold a common name that looks
            // like a host or an address against the name constraints.
            subject: Self.name("server"),
            notBefore: Self.notBefore(at: now),
            notAfter: min(Self.notAfter(at: now), chain.certificate.notAfter),
            extensions: [
                .basicConstraints(isAuthority: false),
                .keyUsage([.digitalSignature]),
                .extendedKeyUsage([.serverAuth]),
                .subjectAlternativeName(names),
            ]
        )
        let minted = try Certificate.make(template, publicKey: serverPublicKey, issuerKey: key)
        return ServerIdentity(certificate: minted, privateKey: serverKey, issuer: sent)
    }

    /// The first valid second of what is minted at a time.
    static func notBefore(at now: Int64) -> Int64 {
        now - ServerCertificates.backdatedDays * 86_400
    }

    /// The last valid second of what is minted at a time.
    static func notAfter(at now: Int64) -> Int64 {
        notBefore(at: now) + ServerCertificates.lifetimeDays * 86_400 - 1
    }
}

extension ServerCertificatesAuthority {
    /// Takes up the authority of a state directory, or makes one.
    static func open(
        _ setup: ServerCertificatesSetup,
        now: Int64
    ) throws(ServerCertificatesError) -> ServerCertificatesAuthority {
        guard let stored = try stored(setup) else { return try make(setup, now: now) }
        try ServerCertificatesFiles.publish(stored.files.root, setup)
        return stored.authority
    }

    /// The authority that a state directory holds, with nothing written; `nil` when it holds none.
    static func stored(
        _ setup: ServerCertificatesSetup
    ) throws(ServerCertificatesError) -> (
        files: ServerCertificatesFiles, authority: ServerCertificatesAuthority
    )? {
        guard let files = try ServerCertificatesFiles.load(setup) else { return nil }
        do throws(OpenSSLError) {
            let authority = try ServerCertificatesAuthority(
                certificate: Certificate.parse(pem: files.intermediate),
                key: PrivateKey.parse(pem: files.key)
            )
            _ = try Certificate.parse(pem: files.root)
            return (files, authority)
        } catch {
            throw ServerCertificatesError(
                path: setup.authorityFilePath,
                problem: "is no TLS authority (\(error))",
                remedy: "restore it, or run mock-digicert-one ca --renew"
            )
        }
    }

    /// Makes an authority and writes it down.
    static func make(
        _ setup: ServerCertificatesSetup,
        now: Int64
    ) throws(ServerCertificatesError) -> ServerCertificatesAuthority {
        let made: (files: ServerCertificatesFiles, authority: ServerCertificatesAuthority)
        do throws(OpenSSLError) {
            made = try make(constraints: setup.nameConstraints, now: now)
        } catch {
            throw ServerCertificatesError(
                path: setup.authorityFilePath,
                problem: error.description,
                remedy: "this is a fault of the mock, please report it"
            )
        }
        try made.files.store(setup)
        return made.authority
    }

    /// How long root and intermediate last, in days: ten years.
    private static let lifetimeDays: Int64 = 3650

    private static func make(
        constraints: NameConstraints?,
        now: Int64
    ) throws(OpenSSLError) -> (ServerCertificatesFiles, ServerCertificatesAuthority) {
        // The root's key lives in this function only.
        let rootKey = try PrivateKey.generate(.p256)
        let rootPublicKey = try rootKey.publicKeyInfo()
        let key = try PrivateKey.generate(.p256)
        let publicKey = try key.publicKeyInfo()

        // A person may have put more than one of these into a trust store.
        let mark = rootPublicKey.keyIdentifier.prefix(3).map(hexText).joined()
        let rootName = name("TLS Root \(mark)")
        let issuer = CertificateIssuer(subject: rootName, publicKey: rootPublicKey)
        var template = CertificateTemplate(
            serialNumber: serialNumber(),
            issuer: issuer,
            subject: rootName,
            notBefore: notBefore(at: now),
            notAfter: notBefore(at: now) + lifetimeDays * 86_400 - 1,
            extensions: [
                .basicConstraints(isAuthority: true, pathLength: 1),
                .keyUsage([.keyCertSign, .cRLSign]),
            ]
        )
        let root = try Certificate.make(template, publicKey: rootPublicKey, issuerKey: rootKey)

        template.serialNumber = serialNumber()
        template.subject = name("TLS Intermediate \(mark)")
        template.extensions = [
            .basicConstraints(isAuthority: true, pathLength: 0),
            .keyUsage([.keyCertSign, .cRLSign]),
            .extendedKeyUsage([.serverAuth]),
        ]
        if let constraints { template.extensions.append(.nameConstraints(constraints)) }
        let certificate = try Certificate.make(template, publicKey: publicKey, issuerKey: rootKey)

        let files = ServerCertificatesFiles(
            key: try key.pem(),
            intermediate: try certificate.pem(),
            root: try root.pem()
        )
        return (files, try ServerCertificatesAuthority(certificate: certificate, key: key))
    }

    private static func name(_ role: String) -> DistinguishedName {
        DistinguishedName([
            .init(.organization, "mock-digicert-one"),
            .init(.commonName, "mock-digicert-one \(role)"),
        ])
    }

    private static func serialNumber() -> [UInt8] {
        var bytes = SecureRandom.bytes(16)
        bytes[0] = bytes[0] & 0x3F | 0x40  // Positive, and never shorter than it looks.
        return bytes
    }

    private static func hexText(_ byte: UInt8) -> String {
        let text = String(byte, radix: 16)
        return text.count == 2 ? text : "0" + text
    }
}
