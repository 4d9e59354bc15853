package import OpenSSLBridge
package import PrivateCA

/// What a world answers where the vendor is silent or contradicts itself.
package struct WorldSettings: Sendable, Hashable {
    /// The status for an unknown, disabled or expired key.
    package var refusedKeyStatus: RefusedKeyStatus

    /// The status of `duplicate_error`.
    package var duplicateErrorStatus: DuplicateErrorStatus

    /// What becomes of an expiration date that is too late.
    package var overlongValidity: OverlongValidity

    /// The key of a new world's CA; a world that has a key keeps it.
    package var caKeyAlgorithm: KeyAlgorithm

    /// Chooses.
    ///
    /// - Parameters:
    ///   - refusedKeyStatus: The status for an unknown, disabled or expired key.
    ///   - duplicateErrorStatus: The status of `duplicate_error`.
    ///   - overlongValidity: What becomes of an expiration date that is too late.
    ///   - caKeyAlgorithm: The key of a new world's CA.
    package init(
        refusedKeyStatus: RefusedKeyStatus = .unauthorized,
        duplicateErrorStatus: DuplicateErrorStatus = .badRequest,
        overlongValidity: OverlongValidity = .cap,
        caKeyAlgorithm: KeyAlgorithm = .rsa(bits: 2048)
    ) {
        self.refusedKeyStatus = refusedKeyStatus
        self.duplicateErrorStatus = duplicateErrorStatus
        self.overlongValidity = overlongValidity
        self.caKeyAlgorithm = caKeyAlgorithm
    }
}

/// The status for an unknown, disabled or expired key; the raw value is the number.
package enum RefusedKeyStatus: Int, Sendable, Hashable, CaseIterable {
    /// As the vendor's page on errors has it.
    case unauthorized = 401

    /// As for a request without any key.
    case forbidden = 403
}

/// The status of `duplicate_error`; the raw value is the number.
package enum DuplicateErrorStatus: Int, Sendable, Hashable, CaseIterable {
    /// As for any other wrong input.
    case badRequest = 400

    /// As HTTP has it.
    case conflict = 409
}
