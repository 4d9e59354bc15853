package import AccountModel
package import OpenSSLBridge

/// A request that ``IssuancePolicy`` has examined: only that can make one, only it is signed.
package struct ApprovedRequest: ~Copyable, Sendable {
    /// The key to certify, whose owner has proved to possess it.
    package let publicKey: PublicKeyInfo
    /// The subject of the certificate.
    package let subject: DistinguishedName
    /// The common name in that subject.
    package let commonName: String
    /// The first valid second.
    package let startDate: Timestamp
    /// The last valid second.
    package let endDate: Timestamp

    fileprivate init(
        publicKey: PublicKeyInfo,
        subject: DistinguishedName,
        commonName: String,
        validity: Validity
    ) {
        self.publicKey = publicKey
        self.subject = subject
        self.commonName = commonName
        startDate = validity.startDate
        endDate = validity.endDate
    }
}

/// The rules by which a request becomes a certificate, or does not.
///
/// Pure: the time is an argument, nothing is read or kept.
package enum IssuancePolicy {
    /// The longest text that is examined, in bytes: an RSA-8192 request takes 3,000.
    package static let csrBytesMax = 16 * 1024

    /// The smallest and the largest RSA key that is certified, in bits.
    package static let rsaBits = 2048...8192

    /// Examines a request.
    ///
    /// The cheap checks come first and the request's signature last, so that nobody makes the
    /// server verify with a key that it refuses anyway.
    ///
    /// - Parameter request: What is asked.
    /// - Returns: What may be signed.
    /// - Throws: ``IssuanceRefusal`` with the reason.
    package static func approve(
        _ request: IssuanceRequest
    ) throws(IssuanceRefusal) -> ApprovedRequest {
        let validity = try Validity(of: request)
        let csr = try parse(request.csr)
        let publicKey = try approvedKey(of: csr)
        let asked = request.subject.map { ParsedName(attributes: $0.attributes) } ?? csr.subject
        let subject = try SubjectPolicy.subject(from: asked, name: request.name)
        guard csr.isSelfSigned else {
            throw IssuanceRefusal(
                .signature,
                "The csr's own signature does not verify, so nobody has proved to own its key. "
                    + "Make the csr anew from the key: openssl req -new -key client.key."
            )
        }
        return ApprovedRequest(
            publicKey: publicKey,
            subject: subject,
            commonName: subject.first(.commonName) ?? request.name,
            validity: validity
        )
    }

    private static func parse(_ text: String) throws(IssuanceRefusal) -> CertificateRequest {
        guard text.utf8.count <= csrBytesMax else {
            throw IssuanceRefusal(
                .csr,
                "The csr has \(text.utf8.count) bytes, more than the \(csrBytesMax) that are read."
            )
        }
        let der: [UInt8]
        do throws(PEM.Refusal) {
            der = try PEM.decode(text, labels: CertificateRequest.pemLabels)
        } catch {
            throw IssuanceRefusal(.csr, "The csr is not one PEM block: \(error). \(advice(error))")
        }
        do throws(OpenSSLError) {
            return try CertificateRequest.parse(der: der)
        } catch {
            throw IssuanceRefusal(
                .csr,
                "The csr's PEM block does not hold exactly one PKCS#10 request (\(error)). "
                    + "Look at it with: openssl req -in client.csr -noout -text."
            )
        }
    }

    private static func advice(_ refusal: PEM.Refusal) -> String {
        switch refusal {
        case .escapedLineBreaks:
            "Let a program make the JSON: jq -n --arg csr \"$(cat client.csr)\" '{csr: $csr}'."
        case .label(let found, _) where found.hasSuffix("PRIVATE KEY"):
            "A private key never leaves its owner: send the request that was made from it."
        case .label:
            "Send what openssl req -new writes."
        case .leadingText, .trailingText:
            "Send only the block (openssl req without -text)."
        case .severalBlocks:
            "Send one request at a time."
        case .empty, .noBeginLine, .noEndLine, .base64:
            "Send the file that openssl req -new writes, with its line breaks."
        }
    }

    private static func approvedKey(
        of csr: borrowing CertificateRequest
    ) throws(IssuanceRefusal) -> PublicKeyInfo {
        guard let key = csr.publicKey else {
            throw IssuanceRefusal(
                .key,
                "The csr's key (\(csr.publicKeyTypeName)) is of no kind that is certified here, "
                    + "or is broken. Use RSA with 2048 to 8192 bits, P-256, P-384, P-521 (as "
                    + "named curves) or Ed25519."
            )
        }
        if case .rsa(let bits) = key.algorithm, !rsaBits.contains(bits) {
            throw IssuanceRefusal(
                .key,
                "The csr's RSA key has \(bits) bits. Use one with \(rsaBits.lowerBound) to "
                    + "\(rsaBits.upperBound) bits: openssl genrsa -out client.key 2048."
            )
        }
        if let weakness = csr.rsaWeaknesses.first {
            let what =
                switch weakness {
                case .exponent: "its public exponent is even or 1"
                case .smallFactor: "its modulus has a small factor"
                }
            throw IssuanceRefusal(
                .key,
                "The csr's RSA key is weak: \(what). Make another: openssl genrsa -out client.key."
            )
        }
        return key
    }
}
