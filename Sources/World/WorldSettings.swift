package import OpenSSLBridge
package import PrivateCA

/// What a world answers where the vendor is silent or contradicts itself.
package struct WorldSettings: Sendable, Hashable {
    /// The status for an unknown, disabled or expired key.
    package var refusedKeyStatus = RefusedKeyStatus.unauthorized

    /// The status of `duplicate_error`.
    package var duplicateErrorStatus = DuplicateErrorStatus.badRequest

    /// The envelope of all errors.
    package var errorBody = ErrorBody.errors

    /// What becomes of an expiration date that is too late.
    package var overlongValidity = OverlongValidity.cap

    /// The key of a new world's CA; a world that has a key keeps it.
    package var caKeyAlgorithm: KeyAlgorithm

    /// How many items a list has whose request does not say how many.
    package var defaultLimit = 1000

    /// Whether what nobody documents is answered at all.
    package var strictness = Strictness.off

    /// How many requests one key or certificate may send in each window; 0 sets no limit.
    package var rateLimitRequests = 0

    /// The length of that window in seconds of the world's clock.
    package var rateLimitSeconds = 180

    /// How many entries the audit log keeps; the oldest go.
    package var auditEntriesMax = 100_000

    /// Who may make and change the tokens of a service user.
    package var serviceUserTokens = ServiceUserTokens.manageUsers

    /// Whether a certificate whose name begins with `mock-` picks its own outcome.
    package var hasMagicNames = true

    /// Chooses the default of everything else.
    ///
    /// - Parameter caKeyAlgorithm: The key of a new world's CA.
    package init(caKeyAlgorithm: KeyAlgorithm = .rsa(bits: 2048)) {
        self.caKeyAlgorithm = caKeyAlgorithm
    }

    /// Whether any of them refuses requests that would be answered otherwise.
    var isRestrictive: Bool { strictness != .off || rateLimitRequests > 0 }
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

/// The envelope of all errors.
package enum ErrorBody: String, Sendable, Hashable, CaseIterable {
    /// `{"errors":[{…}]}`, as in all of the vendor's examples.
    case errors

    /// `{"error":{…}}`, as one of the vendor's pages prints it.
    case error
}

/// Whether what nobody documents is answered at all.
package enum Strictness: String, Sendable, Hashable, CaseIterable {
    /// It is, and `x-mock-evidence` says so.
    case off

    /// It is refused with 501, so that a test suite can prove that it leans on no guess.
    case documented
}

/// Who may make and change the tokens of a service user.
package enum ServiceUserTokens: String, Sendable, Hashable, CaseIterable {
    /// Who may manage users.
    case manageUsers

    /// Everybody who shares an account with the service user, and has the default right.
    case accountAccess
}
