package import AccountModel

/// A certificate that was just issued, in every form the answer and the store need.
package struct IssuedCertificate: Sendable, Hashable {
    /// The DER encoding.
    package let der: [UInt8]
    /// The PEM block, with a final line break.
    package let pem: String
    /// The serial number: exactly 32 upper-case hex digits.
    package let serialNumber: String
    /// The common name in the subject.
    package let commonName: String
    /// The first valid second.
    package let startDate: Timestamp
    /// The last valid second.
    package let endDate: Timestamp
    /// The SubjectPublicKeyInfo in DER as base64, on one line.
    package let publicKey: String
    /// The SHA-256 fingerprint of the DER encoding: 32 bytes.
    package let sha256: [UInt8]
}
