/// The certificates that the control plane hands out.
package struct TrustMaterial: Sendable {
    /// What clients of this server must trust, PEM.
    package let pem: [UInt8]

    /// The first certificate of that, DER.
    package let der: [UInt8]

    /// What verifies the client certificates that are issued, PEM; may wait for a key to be made.
    package let clientAuthorityPEM: @Sendable () throws -> String

    /// Puts them together.
    ///
    /// - Parameters:
    ///   - pem: What clients of this server must trust, PEM.
    ///   - der: The first certificate of that, DER.
    ///   - clientAuthorityPEM: What verifies the client certificates that are issued, PEM.
    package init(
        pem: [UInt8],
        der: [UInt8],
        clientAuthorityPEM: @escaping @Sendable () throws -> String
    ) {
        self.pem = pem
        self.der = der
        self.clientAuthorityPEM = clientAuthorityPEM
    }
}
