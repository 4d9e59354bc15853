import AccountModel
import OpenSSLBridge

/// Where a person keeps a certificate and its key; one file may hold both.
package struct CertificateFiles: Sendable, Hashable {
    /// The path of the certificate, with what is above it in the chain.
    package let certificate: String
    /// The path of the key; nil where it stands in the same file.
    package let key: String?
    /// The setting that names the certificate, for messages.
    package let setting: Setting
    /// The setting that names the key.
    package let keySetting: Setting

    /// How a message calls the file of the certificate.
    var subject: String { "\(setting.flag) \(certificate)" }

    /// How a message calls the file of the key.
    var keySubject: String { key.map { "\(keySetting.flag) \($0)" } ?? subject }
}

/// A certificate of somebody's own with its private key, and what stands above it.
///
/// Nothing of it is ever written down but the certificates.
package final class CertifiedKey: Sendable {
    /// Where it came from.
    let files: CertificateFiles

    /// The certificate that belongs to the key.
    let certificate: Certificate

    /// The key.
    let key: PrivateKey

    /// The public half.
    let publicKey: PublicKeyInfo

    /// The certificate and its issuers as far as the file holds them, each DER, the highest last.
    let path: [[UInt8]]

    /// Whether the path ends in a certificate that signed itself.
    let endsInRoot: Bool

    private init(
        files: CertificateFiles,
        certificate: consuming Certificate,
        key: consuming PrivateKey,
        publicKey: PublicKeyInfo,
        path: [[UInt8]],
        endsInRoot: Bool
    ) {
        self.files = files
        self.certificate = certificate
        self.key = key
        self.publicKey = publicKey
        self.path = path
        self.endsInRoot = endsInRoot
    }

    /// Reads certificate and key, which may stand in any order.
    ///
    /// - Parameter files: Where they are.
    /// - Returns: The two with the chain above.
    /// - Throws: ``ConfigurationError`` with what is wrong with which file.
    package static func read(_ files: CertificateFiles) throws(ConfigurationError) -> CertifiedKey {
        let file = try PEMFile.read(files.certificate, subject: files.subject)
        let keyFile =
            if let path = files.key {
                try PEMFile.read(path, subject: files.keySubject)
            } else {
                file
            }
        let certificates = try file.certificates()
        let key = try keyFile.privateKey(
            remedy: files.key == nil
                ? "put it into the same file, or give it with \(files.keySetting.flag)"
                : "give the file that holds the key"
        )
        do throws(OpenSSLError) {
            let publicKey = try key.publicKeyInfo()
            if let found = try make(files, certificates, key.shared(), publicKey) { return found }
        } catch {
            throw file.refusal("cannot be used: \(error)")
        }
        throw keyFile.refusal(
            "its private key does not belong to the certificate"
                + (files.key == nil ? "" : " in \(files.certificate)"),
            remedy: "give certificate and key that were made for each other"
        )
    }

    /// Puts together what belongs together; `nil` when no certificate is that of the key.
    private static func make(
        _ files: CertificateFiles,
        _ certificates: [[UInt8]],
        _ key: consuming PrivateKey,
        _ publicKey: PublicKeyInfo
    ) throws(OpenSSLError) -> CertifiedKey? {
        for (index, der) in certificates.enumerated() {
            let certificate = try Certificate.parse(der: der.span)
            guard certificate.publicKey == publicKey else { continue }
            var others = certificates
            others.remove(at: index)
            let (above, endsInRoot) = try issuers(of: certificate, among: others)
            return CertifiedKey(
                files: files,
                certificate: certificate,
                key: key,
                publicKey: publicKey,
                path: [der] + above,
                endsInRoot: endsInRoot
            )
        }
        return nil
    }

    /// The chain above a certificate, as far as it is at hand, and whether it ends in a root.
    private static func issuers(
        of certificate: borrowing Certificate,
        among others: [[UInt8]]
    ) throws(OpenSSLError) -> (above: [[UInt8]], endsInRoot: Bool) {
        guard !certificate.isSelfSigned else { return ([], true) }
        for (index, der) in others.enumerated() {
            let candidate = try Certificate.parse(der: der.span)
            guard certificate.isIssued(by: candidate) else { continue }
            var rest = others
            rest.remove(at: index)
            let (above, endsInRoot) = try issuers(of: candidate, among: rest)
            return ([der] + above, endsInRoot)
        }
        return ([], false)
    }
}

extension CertifiedKey {
    /// The chain from a certificate of the path on.
    ///
    /// - Parameters:
    ///   - index: Where the chain begins: 0 is the own certificate.
    ///   - withRoot: Whether a root at the end belongs to it; nobody needs to be sent one.
    /// - Returns: The chain, nil when nothing is left.
    /// - Throws: ``OpenSSLError`` only when memory is short: all have been parsed before.
    func chain(from index: Int, withRoot: Bool) throws(OpenSSLError) -> CertificateChain? {
        let end = endsInRoot && !withRoot ? path.count - 1 : path.count
        guard index < end else { return nil }
        var chain: CertificateChain?
        for der in path[index..<end].reversed() {
            chain = CertificateChain(try .parse(der: der.span), above: chain)
        }
        return chain
    }

    /// The highest certificate at hand, PEM: what clients have to trust.
    var top: String { PEM.encode(path[path.count - 1], label: "CERTIFICATE") }

    /// The certificate and all above it, PEM.
    var pem: String { path.map { PEM.encode($0, label: "CERTIFICATE") }.joined() }

    /// Refuses what clients would refuse whatever the name.
    ///
    /// - Parameter now: The time by which clients judge it, in seconds since 1970.
    /// - Throws: ``ConfigurationError`` when it is not valid now, or its key is too short.
    func checkDates(now: Int64) throws(ConfigurationError) {
        guard certificate.notAfter >= now else {
            throw refusal("expired at \(Self.time(certificate.notAfter))", "give one that is valid")
        }
        guard certificate.notBefore <= now else {
            throw refusal(
                "is valid from \(Self.time(certificate.notBefore)) only",
                "give one that is valid, or set this machine's clock"
            )
        }
    }

    /// Refuses what cannot issue certificates that clients believe.
    ///
    /// - Parameter purpose: What the certificates are to be used for.
    /// - Throws: ``ConfigurationError`` with what is missing.
    func checkAuthority(
        for purpose: CertificateExtension.ExtendedKeyUsage
    ) throws(ConfigurationError) {
        let remedy = "give the certificate of an authority, such as mkcert's rootCA.pem"
        guard certificate.isAuthority else {
            throw refusal("is no authority: its basic constraints lack CA:TRUE", remedy)
        }
        // RFC 5280 section 4.1.2.6: an authority has a name, or clients find no way up to it.
        guard (try? certificate.subjectDER()) != [0x30, 0x00] else {
            throw refusal("is no authority that clients accept: it has no subject", remedy)
        }
        guard certificate.maySignCertificates else {
            throw refusal("may not sign certificates: its key usage lacks keyCertSign", remedy)
        }
        try checkUse(as: purpose)
    }

    /// Refuses what may not be used for something.
    ///
    /// - Parameter purpose: What it, or what it issues, is to be used for.
    /// - Throws: ``ConfigurationError`` naming the purpose.
    func checkUse(
        as purpose: CertificateExtension.ExtendedKeyUsage
    ) throws(ConfigurationError) {
        guard !certificate.allows(purpose) else { return }
        let name =
            switch purpose {
            case .serverAuth: "serverAuth"
            case .clientAuth: "clientAuth"
            }
        throw refusal(
            "may not be used for \(name): its extended key usage does not name it",
            "give one that names it, or has no such extension"
        )
    }

    /// Refuses an RSA key that today's clients find too short.
    ///
    /// - Throws: ``ConfigurationError`` naming its length.
    func checkKey() throws(ConfigurationError) {
        guard case .rsa(let bits) = publicKey.algorithm, bits < 2048 else { return }
        throw refusal(
            "has an RSA key of \(bits) bits, which clients refuse",
            "give one with 2048 bits or more"
        )
    }

    private func refusal(_ problem: String, _ remedy: String) -> ConfigurationError {
        ConfigurationError(subject: files.subject, problem: problem, remedy: remedy)
    }

    /// A moment as a person reads it.
    private static func time(_ seconds: Int64) -> String {
        Timestamp(secondsSince1970: seconds).iso8601
    }
}
