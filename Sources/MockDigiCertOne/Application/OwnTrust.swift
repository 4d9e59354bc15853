import OpenSSLBridge
package import PrivateCA

// What a person brought instead of what would be made: read and judged at start, in words.
extension Configuration {
    /// Whose server certificates are presented.
    ///
    /// - Parameter now: The system's time, in seconds since 1970.
    /// - Returns: The source, with the person's files read.
    /// - Throws: ``ConfigurationError`` for the first thing that clients would not accept.
    package func serverCertificatesSource(
        now: Int64
    ) throws(ConfigurationError) -> ServerCertificatesSource {
        if let tlsCertificate {
            let own = try CertifiedKey.read(tlsCertificate)
            try own.checkKey()
            try own.checkDates(now: now)
            try own.checkUse(as: .serverAuth)
            return .certificate(own, roots: try tlsAuthority.map(own.roots))
        }
        guard let tlsAuthority else { return .made }
        let own = try CertifiedKey.read(tlsAuthority)
        try own.checkKey()
        try own.checkAuthority(for: .serverAuth)
        try own.checkDates(now: now)
        return .authority(own)
    }

    /// The issuing CA that a person brought for client certificates; nil without one.
    ///
    /// Whether it has expired is not judged here: the world's clock says that.
    ///
    /// - Returns: The authority.
    /// - Throws: ``ConfigurationError`` for the first thing that is wrong with it.
    package func givenAuthority() throws(ConfigurationError) -> GivenAuthority? {
        guard let clientAuthority else { return nil }
        let own = try CertifiedKey.read(clientAuthority)
        try own.checkKey()
        try own.checkAuthority(for: .clientAuth)
        do throws(OpenSSLError) {
            return GivenAuthority(
                authority: StoredAuthority(
                    certificate: own.path[0],
                    privateKey: try own.key.der()
                ),
                chain: own.pem,
                subject: clientAuthority.subject
            )
        } catch {
            throw ConfigurationError(error)
        }
    }
}

extension CertifiedKey {
    /// The roots in another file, which a finished certificate must lead to.
    ///
    /// - Parameter files: Where they are; no key is needed.
    /// - Returns: All certificates of the file, PEM.
    /// - Throws: ``ConfigurationError`` when none of them issued what this chain ends in.
    fileprivate func roots(_ files: CertificateFiles) throws(ConfigurationError) -> String {
        let file = try PEMFile.read(files.certificate, subject: files.subject)
        let roots = try file.certificates()
        let top = path[path.count - 1]
        do throws(OpenSSLError) {
            let highest = try Certificate.parse(der: top.span)
            var isIssued = roots.contains(top)
            for der in roots where !isIssued {
                isIssued = highest.isIssued(by: try .parse(der: der.span))
            }
            if isIssued { return roots.map { PEM.encode($0, label: "CERTIFICATE") }.joined() }
        } catch {
            throw file.refusal("cannot be used: \(error)")
        }
        throw file.refusal(
            "did not issue what \(self.files.subject) ends in",
            remedy: "give the root above that, and put the intermediates into the latter"
        )
    }
}
