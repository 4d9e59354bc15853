/// The certificates that the control plane hands out.
package struct TrustMaterial: Sendable {
    /// What clients of this server must trust, PEM.
    package let pem: [UInt8]

    /// The first certificate of that, DER.
    package let der: [UInt8]

    /// Puts them together.
    ///
    /// - Parameters:
    ///   - pem: What clients of this server must trust, PEM.
    ///   - der: The first certificate of that, DER.
    package init(pem: [UInt8], der: [UInt8]) {
        self.pem = pem
        self.der = der
    }
}
