/// What has been done with a request of the Digital ID Center.
package enum DigitalIDStatus: String, Sendable, Hashable, CaseIterable {
    /// Entered, and not confirmed.
    case draft
    /// Confirmed: the administrator has to decide.
    case pending
    /// The administrator approved it, or the challenge phrase a renewal; the PIN was mailed.
    case approved
    /// The administrator rejected it; that is its end.
    case rejected
    /// The PIN was entered: the certificate can be installed.
    case retrievable
    /// The certificate was made and handed out; it is not good for anything yet.
    case installed
    /// Support activated the certificate.
    case active
    /// The certificate was revoked; that is its end.
    case revoked
}

/// Where a request stands for whoever looks at the clock as well.
package enum DigitalIDStanding: String, Sendable, Hashable, CaseIterable {
    /// To be confirmed by the applicant.
    case draft
    /// To be decided by the administrator.
    case pending
    /// The mailed PIN is to be entered.
    case approved
    /// Five wrong PINs were entered: the administrator has to unlock it.
    case pinLocked
    /// The PIN was not used in time: the administrator has to send another one.
    case pinExpired
    /// Rejected by the administrator.
    case rejected
    /// To be installed by its owner.
    case retrievable
    /// To be activated by Support.
    case installed
    /// Good.
    case active
    /// Its certificate has expired, activated or not.
    case expired
    /// Its certificate was revoked.
    case revoked
}

/// Who asks for a certificate, as entered in the form.
package struct DigitalIDApplicant: Sendable, Hashable {
    /// The first name.
    package var firstName = ""
    /// The last name.
    package var lastName = ""
    /// The e-mail address.
    package var email = ""
    /// The telephone number.
    package var telephone = ""
    /// The local authority code: a capital letter and four digits.
    package var authorityCode = ""
    /// What the applicant wants to tell the administrator; not in the certificate.
    package var comments = ""

    /// Makes one without any entry.
    package init() {}

    /// First and last name.
    package var name: String { "\(firstName) \(lastName)" }
}

/// Where a key is made.
package enum DigitalIDKeyPlace: String, Sendable, Hashable, CaseIterable {
    /// On the server, which hands it out in a file and does not keep it.
    case server
    /// In the browser, which shows it to nobody.
    case browser
}

/// Which kind of key is made.
package enum DigitalIDKeyKind: String, Sendable, Hashable, CaseIterable {
    /// RSA of 2048 bits, which everything can read.
    case rsa2048 = "rsa-2048"
    /// RSA of 3072 bits.
    case rsa3072 = "rsa-3072"
    /// RSA of 4096 bits.
    case rsa4096 = "rsa-4096"
    /// ECDSA on P-256.
    case p256 = "p-256"
    /// ECDSA on P-384.
    case p384 = "p-384"

    /// What a person calls it.
    package var title: String {
        switch self {
        case .rsa2048: "RSA, 2048 bits"
        case .rsa3072: "RSA, 3072 bits"
        case .rsa4096: "RSA, 4096 bits"
        case .p256: "ECDSA, P-256"
        case .p384: "ECDSA, P-384"
        }
    }
}

/// The security settings of a certificate.
package struct DigitalIDKey: Sendable, Hashable {
    /// Where the key is made.
    package var place: DigitalIDKeyPlace
    /// Which kind of key is made.
    package var kind: DigitalIDKeyKind

    /// Makes the settings.
    ///
    /// - Parameters:
    ///   - place: Where the key is made.
    ///   - kind: Which kind of key is made.
    package init(place: DigitalIDKeyPlace = .server, kind: DigitalIDKeyKind = .rsa2048) {
        self.place = place
        self.kind = kind
    }
}

/// A secret of which only a digest is known, and which is guessed a few times at most.
package struct GuardedSecret: Sendable, Hashable {
    /// How often it may be guessed wrongly.
    package static let failuresMax = 5

    /// What was digested before the secret.
    package let salt: [UInt8]
    /// The SHA-256 of salt and secret.
    package let sha256: [UInt8]
    /// How often it was guessed wrongly since it was last known.
    package var failures: Int

    /// Makes one.
    ///
    /// - Parameters:
    ///   - salt: What was digested before the secret.
    ///   - sha256: The SHA-256 of salt and secret.
    ///   - failures: How often it was guessed wrongly.
    package init(salt: [UInt8], sha256: [UInt8], failures: Int = 0) {
        self.salt = salt
        self.sha256 = sha256
        self.failures = failures
    }

    /// Whether nobody may guess any more.
    package var isLocked: Bool { failures >= Self.failuresMax }

    /// How many guesses are left.
    package var guessesLeft: Int { max(Self.failuresMax - failures, 0) }

    /// Lets somebody guess, and counts it; never to be called when it is locked.
    mutating func isOpened(by guess: SecretGuess) -> Bool {
        guard guess.sha256(salt) == sha256 else {
            failures += 1
            return false
        }
        failures = 0
        return true
    }
}

/// What somebody takes for a secret.
package struct SecretGuess: Sendable {
    /// The SHA-256 of a salt and the guess.
    package let sha256: @Sendable (_ salt: [UInt8]) -> [UInt8]

    /// Makes one.
    ///
    /// - Parameter sha256: Digests a salt and the guess.
    package init(sha256: @escaping @Sendable (_ salt: [UInt8]) -> [UInt8]) {
        self.sha256 = sha256
    }
}

/// What is mailed to an applicant, who proves by it to own the address.
package struct DigitalIDPIN: Sendable, Hashable {
    /// How many days it is good.
    package static let days = 10

    /// The PIN itself.
    package var secret: GuardedSecret
    /// The last second in which it is good.
    package let expiresAt: Timestamp

    /// Makes one.
    ///
    /// - Parameters:
    ///   - secret: The PIN itself.
    ///   - expiresAt: The last second in which it is good.
    package init(secret: GuardedSecret, expiresAt: Timestamp) {
        self.secret = secret
        self.expiresAt = expiresAt
    }
}

/// The certificate that was made for a request.
package struct DigitalIDCertificate: Sendable, Hashable {
    /// The fingerprint, 32 bytes.
    package let sha256: [UInt8]
    /// Upper-case hex digits.
    package let serialNumber: String
    /// The subject as one line.
    package let subject: String
    /// The first second in which it is valid.
    package let startDate: Timestamp
    /// The last second in which it is valid.
    package let endDate: Timestamp
    /// The certificate, PEM.
    package let pem: String

    /// Makes one.
    ///
    /// - Parameters:
    ///   - sha256: The fingerprint.
    ///   - serialNumber: Upper-case hex digits.
    ///   - subject: The subject as one line.
    ///   - startDate: The first second in which it is valid.
    ///   - endDate: The last second in which it is valid.
    ///   - pem: The certificate, PEM.
    package init(
        sha256: [UInt8],
        serialNumber: String,
        subject: String,
        startDate: Timestamp,
        endDate: Timestamp,
        pem: String
    ) {
        self.sha256 = sha256
        self.serialNumber = serialNumber
        self.subject = subject
        self.startDate = startDate
        self.endDate = endDate
        self.pem = pem
    }
}

/// Why a certificate is revoked: the list of the old product.
package enum DigitalIDRevocationReason: String, Sendable, Hashable, CaseIterable {
    /// Somebody else may have the key.
    case keyCompromise = "Key compromise"
    /// Somebody else may have the authority's key.
    case caCompromise = "CA compromise"
    /// Its owner belongs elsewhere now.
    case affiliationChanged = "Affiliation changed"
    /// There is another one in its place.
    case superseded = "Superseded"
    /// Its owner does no longer what it was for.
    case cessationOfOperation = "Cessation of operation"
    /// For the time being; here as final as the others.
    case certificateHold = "Certificate hold"
    /// Its owner may no longer do what it was for.
    case privilegeWithdrawn = "Privilege withdrawn"
    /// Somebody else may have the key of the attribute authority.
    case aaCompromise = "AA compromise"
    /// No reason is given.
    case unspecified = "Unspecified"
}

/// When and why a certificate was revoked.
package struct DigitalIDRevocation: Sendable, Hashable {
    /// When, by the world's clock.
    package let at: Timestamp
    /// Why.
    package let reason: DigitalIDRevocationReason

    /// Makes one.
    ///
    /// - Parameters:
    ///   - at: When.
    ///   - reason: Why.
    package init(at: Timestamp, reason: DigitalIDRevocationReason) {
        self.at = at
        self.reason = reason
    }
}

/// What the administrator said to everybody who had enrolled.
package struct DigitalIDMessage: Sendable, Hashable {
    /// The form that it was entered in.
    package let form: String
    /// When it was sent.
    package let createdAt: Timestamp
    /// The subject.
    package let subject: String
    /// The text.
    package let body: String
    /// To how many addresses it went.
    package var recipientCount: Int

    /// Makes one.
    ///
    /// - Parameters:
    ///   - form: The form that it was entered in.
    ///   - createdAt: When it was sent.
    ///   - subject: The subject.
    ///   - body: The text.
    ///   - recipientCount: To how many addresses it went.
    package init(
        form: String,
        createdAt: Timestamp,
        subject: String,
        body: String,
        recipientCount: Int = 0
    ) {
        self.form = form
        self.createdAt = createdAt
        self.subject = subject
        self.body = body
        self.recipientCount = recipientCount
    }
}
