/// Everything that goes into a certificate except keys.
///
/// The subject and authority key identifiers are not listed: they follow from the two keys and
/// every certificate carries them (RFC 5280 §4.2.1.1, §4.2.1.2).
package struct CertificateTemplate: Sendable {
    /// The serial number, most significant byte first, the top bit 0 and not all zero.
    package var serialNumber: [UInt8]
    /// Who signs.
    package var issuer: CertificateIssuer
    /// Who is named.
    package var subject: DistinguishedName
    /// The first valid second, since 1970.
    package var notBefore: Int64
    /// The last valid second, since 1970.
    package var notAfter: Int64
    /// The extensions besides the key identifiers.
    package var extensions: [CertificateExtension]
    /// The hash function of the signature; nil takes what suits the issuer's key.
    package var signatureHash: SignatureHash?

    /// Makes a template.
    ///
    /// - Parameters:
    ///   - serialNumber: Most significant byte first, the top bit 0 and not all zero.
    ///   - issuer: Who signs.
    ///   - subject: Who is named.
    ///   - notBefore: The first valid second, since 1970.
    ///   - notAfter: The last valid second, since 1970.
    ///   - extensions: The extensions besides the key identifiers.
    ///   - signatureHash: The hash function of the signature; nil takes what suits the key.
    package init(
        serialNumber: [UInt8],
        issuer: CertificateIssuer,
        subject: DistinguishedName,
        notBefore: Int64,
        notAfter: Int64,
        extensions: [CertificateExtension],
        signatureHash: SignatureHash? = nil
    ) {
        self.serialNumber = serialNumber
        self.issuer = issuer
        self.subject = subject
        self.notBefore = notBefore
        self.notAfter = notAfter
        self.extensions = extensions
        self.signatureHash = signatureHash
    }
}
