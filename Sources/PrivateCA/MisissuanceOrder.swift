package import AccountModel
package import OpenSSLBridge

/// What it takes to make a certificate wrong on purpose.
package struct MisissuanceOrder: Sendable {
    /// What shall be wrong with it.
    package let misissuance: Misissuance

    /// What time it is in the world.
    package let now: Timestamp

    /// The serial number, in hexadecimal digits, of another certificate of the authority.
    package let otherSerialNumber: String?

    /// Puts an order together.
    ///
    /// - Parameters:
    ///   - misissuance: What shall be wrong with it.
    ///   - now: What time it is in the world.
    ///   - otherSerialNumber: The serial number of another certificate of the authority; where
    ///     there is none, a reused one cannot be made and a new one is taken.
    package init(_ misissuance: Misissuance, now: Timestamp, otherSerialNumber: String? = nil) {
        self.misissuance = misissuance
        self.now = now
        self.otherSerialNumber = otherSerialNumber
    }

    /// Makes a draft wrong.
    ///
    /// - Parameters:
    ///   - draft: What would be signed otherwise.
    ///   - authorityKey: The authority's own key.
    ///   - random: What another key is made of; nil makes one that nobody can foresee.
    /// - Throws: ``OpenSSLError`` when another key cannot be made.
    func spoil(
        _ draft: inout CertificateDraft,
        authorityKey: PublicKeyInfo,
        random: SeededRandom? = nil
    ) throws(OpenSSLError) {
        if let seconds = misissuance.lifetimeSeconds {
            let end = now.adding(seconds: Int64(seconds)).secondsSince1970
            draft.template.notAfter = min(end, draft.template.notAfter)
        }
        for flaw in misissuance.flaws {
            switch flaw {
            case .wrongKey:
                let algorithm = draft.publicKey.algorithm
                draft.publicKey = try Self.otherKey(than: algorithm, authorityKey, random)
            case .noClientAuth:
                draft.template.extensions = draft.template.extensions.map { item in
                    guard case .extendedKeyUsage = item else { return item }
                    return .extendedKeyUsage([.serverAuth])
                }
            case .expired:
                draft.template.notBefore = seconds(days: -2)
                draft.template.notAfter = seconds(days: -1)
            case .notYetValid:
                draft.template.notBefore = seconds(days: 1)
                draft.template.notAfter = max(draft.template.notAfter, seconds(days: 2))
            case .tooLong:
                draft.template.notAfter = seconds(days: 825)
            case .reusedSerial:
                let serialNumber = otherSerialNumber.flatMap(Self.bytes)
                draft.template.serialNumber = serialNumber ?? draft.template.serialNumber
            case .sha1:
                draft.template.signatureHash = .sha1
            case .wrongSignature, .wrongCACertificate, .reversedChain:
                break
            }
        }
    }

    /// Makes a signed certificate wrong.
    ///
    /// - Parameter der: The certificate, whose signature comes last.
    func spoil(signed der: inout [UInt8]) {
        guard misissuance.has(.wrongSignature), let last = der.indices.last else { return }
        der[last] ^= 1
    }

    /// Finds another key, of the same kind where that can be had at once.
    ///
    /// To make an RSA key takes a tenth of a second, for which nobody can wait here: the
    /// authority's own is another one, too.
    private static func otherKey(
        than algorithm: KeyAlgorithm,
        _ authorityKey: PublicKeyInfo,
        _ random: SeededRandom?
    ) throws(OpenSSLError) -> PublicKeyInfo {
        switch (algorithm, authorityKey.algorithm) {
        case (.rsa, .rsa): authorityKey
        case (.rsa, _): try PrivateKey.generate(.p256, from: random).publicKeyInfo()
        case (.p256, _), (.p384, _), (.p521, _), (.ed25519, _):
            try PrivateKey.generate(algorithm, from: random).publicKeyInfo()
        }
    }

    private func seconds(days: Int) -> Int64 { now.adding(days: days).secondsSince1970 }

    private static func bytes(_ hexText: String) -> [UInt8]? {
        let digits = Array(hexText.utf8)
        guard !digits.isEmpty, digits.count.isMultiple(of: 2) else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            let pair = String(decoding: digits[index..<index + 2], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16) else { return nil }
            bytes.append(byte)
        }
        return bytes
    }
}

/// What is about to be signed.
struct CertificateDraft {
    /// All but the keys.
    var template: CertificateTemplate

    /// The key to certify.
    var publicKey: PublicKeyInfo
}

extension PrivateCA {
    /// The serial number of the authority's own certificate; waits for the key.
    package var serialNumber: String {
        get throws { try Certificate.parse(pem: certificatePEM).serialNumber }
    }

    /// Makes the certificate of another authority of the same name.
    ///
    /// Nobody keeps its key: nothing that was ever issued verifies with it.
    ///
    /// - Parameter random: What it is made of; nil makes one that nobody can foresee.
    /// - Returns: The certificate, PEM.
    /// - Throws: ``OpenSSLError`` when it cannot be made.
    package static func impostorPEM(
        from random: SeededRandom? = nil
    ) throws(OpenSSLError) -> String {
        let key = try PrivateKey.generate(.p256, from: random?.branch("key"))
        let publicKey = try key.publicKeyInfo()
        let template = CertificateTemplate(
            serialNumber: [0x40] + publicKey.keyIdentifier.prefix(15),
            issuer: CertificateIssuer(subject: subject, publicKey: publicKey),
            subject: subject,
            notBefore: startDate.secondsSince1970,
            notAfter: endDate.secondsSince1970,
            extensions: [
                .basicConstraints(isAuthority: true, pathLength: 0),
                .keyUsage([.keyCertSign, .cRLSign]),
            ]
        )
        let der = try Certificate.makeDER(
            template,
            publicKey: publicKey,
            issuerKey: key,
            random: random?.branch("signature")
        )
        return PEM.encode(der, label: "CERTIFICATE")
    }
}
