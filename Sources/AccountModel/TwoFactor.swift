/// Who has to present a client certificate besides the password, or need not.
package struct TwoFactorRule: Sendable, Hashable {
    /// To whom a rule applies.
    package enum Target: Sendable, Hashable {
        /// All users of the account of this id.
        case account(String)

        /// The user of this id alone.
        case user(String)
    }

    /// A lower-case UUID.
    package var id: String

    /// To whom it applies.
    package var target: Target

    /// Whether the certificate is required; only a user's rule can say that it is not.
    package var isRequired: Bool

    /// Who made it and when.
    package var created: Attribution

    /// Makes a rule.
    ///
    /// - Parameters:
    ///   - id: A lower-case UUID.
    ///   - target: To whom it applies.
    ///   - isRequired: Whether the certificate is required.
    ///   - created: Who made it and when.
    package init(id: String, target: Target, isRequired: Bool, created: Attribution) {
        self.id = id
        self.target = target
        self.isRequired = isRequired
        self.created = created
    }

    /// Finds the rule that decides about a user: the user's own beats those of accounts.
    ///
    /// - Parameters:
    ///   - userID: The user's id.
    ///   - accountIDs: The ids of the accounts in which the user works.
    ///   - rules: All rules, or those that may be about the user.
    /// - Returns: The rule; nil where nothing is required.
    package static func deciding(
        user userID: String,
        accountIDs: [String],
        among rules: [TwoFactorRule]
    ) -> TwoFactorRule? {
        if let own = rules.first(where: { $0.target == .user(userID) }) { return own }
        return rules.first { rule in
            if case .account(let id) = rule.target { accountIDs.contains(id) } else { false }
        }
    }
}

/// A client certificate that somebody generated for two-factor sign-in.
package struct TwoFactorCertificate: Sendable, Hashable {
    /// The SHA-256 fingerprint of its DER form, 32 bytes.
    package var sha256: [UInt8]

    /// Whose it is.
    package var userID: String

    /// The id under which the user's certificates list it, if it was not deleted there.
    package var certificateID: String

    /// Upper-case hex digits.
    package var serialNumber: String

    /// The last second in which it is valid, by the world's clock.
    package var endDate: Timestamp

    /// When it was generated.
    package var issuedAt: Timestamp

    /// Who made it invalid for ever and when; nil for the user's present one.
    package var reset: Attribution?

    /// Describes one.
    ///
    /// - Parameters:
    ///   - sha256: The fingerprint.
    ///   - userID: Whose it is.
    ///   - certificateID: The id under which the user's certificates list it.
    ///   - serialNumber: Upper-case hex digits.
    ///   - endDate: The last second in which it is valid.
    ///   - issuedAt: When it was generated.
    ///   - reset: Who made it invalid for ever and when.
    package init(
        sha256: [UInt8],
        userID: String,
        certificateID: String,
        serialNumber: String,
        endDate: Timestamp,
        issuedAt: Timestamp,
        reset: Attribution? = nil
    ) {
        self.sha256 = sha256
        self.userID = userID
        self.certificateID = certificateID
        self.serialNumber = serialNumber
        self.endDate = endDate
        self.issuedAt = issuedAt
        self.reset = reset
    }
}

/// A browser in which somebody has given the password.
package struct TwoFactorSession: Sendable, Hashable {
    /// How long it lasts, in seconds of the system's clock: the world's may stand still or jump.
    package static let secondsMax: Int64 = 30 * 60

    /// The SHA-256 of the text that the browser's cookie holds.
    package var sha256: [UInt8]

    /// Who gave the password.
    package var userID: String

    /// How far the sign-in has come.
    package var stage: TwoFactorState.Stage

    /// How the browser calls the listener of the pages: `http://localhost:8440`; nil when it did
    /// not say.
    package var origin: String?

    /// Why the last certificate was refused; nil where none was.
    package var problem: String?

    /// When the password was given, by the world's clock.
    package var beganAt: Timestamp

    /// When the sign-in was complete, by the world's clock: with the certificate, or with the
    /// password where nothing more was required; nil before.
    package var signedInAt: Timestamp?

    /// When it ends, by the system's clock.
    package var expiresAt: Timestamp

    /// Begins one.
    ///
    /// - Parameters:
    ///   - sha256: The SHA-256 of the cookie's text.
    ///   - userID: Who gave the password.
    ///   - stage: How far the sign-in has come.
    ///   - origin: How the browser calls the listener of the pages.
    ///   - problem: Why the last certificate was refused.
    ///   - beganAt: When the password was given, by the world's clock.
    ///   - signedInAt: When the sign-in was complete, by the world's clock.
    ///   - expiresAt: When it ends, by the system's clock.
    package init(
        sha256: [UInt8],
        userID: String,
        stage: TwoFactorState.Stage = .password,
        origin: String? = nil,
        problem: String? = nil,
        beganAt: Timestamp,
        signedInAt: Timestamp? = nil,
        expiresAt: Timestamp
    ) {
        self.sha256 = sha256
        self.userID = userID
        self.stage = stage
        self.origin = origin
        self.problem = problem
        self.beganAt = beganAt
        self.signedInAt = signedInAt
        self.expiresAt = expiresAt
    }
}

/// A link that leads once from the password to the handshake that asks for the certificate.
package struct TwoFactorTicket: Sendable, Hashable {
    /// How long it can be used, in seconds of the system's clock: importing a file takes a while.
    package static let secondsMax: Int64 = 10 * 60

    /// The SHA-256 of its text.
    package var sha256: [UInt8]

    /// The ``TwoFactorSession/sha256`` of the sign-in it belongs to.
    package var session: [UInt8]

    /// What makes its text out of the cookie's: lower-case hex digits, fit for a host name.
    package var label: String

    /// Whether the link leads to a name that the browser has never seen, so that it asks again.
    package var isAgain: Bool

    /// When it was used, by the world's clock; nil before.
    package var usedAt: Timestamp?

    /// When it can no longer be used, by the system's clock.
    package var expiresAt: Timestamp

    /// Makes one.
    ///
    /// - Parameters:
    ///   - sha256: The SHA-256 of its text.
    ///   - session: The digest of the sign-in it belongs to.
    ///   - label: What makes its text out of the cookie's.
    ///   - isAgain: Whether the link leads to a name that the browser has never seen.
    ///   - usedAt: When it was used, by the world's clock.
    ///   - expiresAt: When it can no longer be used, by the system's clock.
    package init(
        sha256: [UInt8],
        session: [UInt8],
        label: String,
        isAgain: Bool,
        usedAt: Timestamp? = nil,
        expiresAt: Timestamp
    ) {
        self.sha256 = sha256
        self.session = session
        self.label = label
        self.isAgain = isAgain
        self.usedAt = usedAt
        self.expiresAt = expiresAt
    }
}

/// Why a client certificate is not reset.
package enum TwoFactorResetRefusal: Error, Sendable, Hashable {
    /// Whoever asks is no administrator of an account of the user's.
    case notAdministrator

    /// Nobody resets the own certificate; these others can.
    case own(others: [String])

    /// The only administrator asks about the own certificate: nobody is left but support.
    case lastAdministrator

    /// Decides whether somebody may reset a user's certificate.
    ///
    /// - Parameters:
    ///   - actorID: The id of the user who asks.
    ///   - userID: The id of the user whose certificate it is.
    ///   - administrators: The administrators of the user's accounts who may authenticate.
    /// - Returns: The refusal; nil when it may be done.
    package static func judge(
        actor actorID: String,
        user userID: String,
        administrators: [User]
    ) -> TwoFactorResetRefusal? {
        guard administrators.contains(where: { $0.id == actorID }) else { return .notAdministrator }
        guard actorID == userID else { return nil }
        let others = administrators.filter { $0.id != userID }
        return others.isEmpty ? .lastAdministrator : .own(others: others.map(\.displayName))
    }
}
