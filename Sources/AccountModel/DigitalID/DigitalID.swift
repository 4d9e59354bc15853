/// A person's request for a certificate at the Digital ID Center, and what became of it.
package struct DigitalID: Sendable, Hashable {
    /// What stands in the address of its pages; nobody can guess it.
    package let id: String

    /// The form that it was entered in, so that a form that is sent twice is one request.
    package var form: String?

    /// The id of what it renews; nil for a first certificate.
    package let renewalOf: String?

    /// When it was begun.
    package let createdAt: Timestamp

    /// What has been done so far.
    package var status: DigitalIDStatus

    /// Who asks.
    package var applicant: DigitalIDApplicant

    /// What its owner must know to renew or revoke.
    package var challenge: GuardedSecret

    /// How and where the key is made.
    package var key: DigitalIDKey

    /// When the applicant confirmed it.
    package var submittedAt: Timestamp?

    /// When the administrator decided.
    package var decidedAt: Timestamp?

    /// What the administrator said about the decision.
    package var decisionComment = ""

    /// The PIN that was mailed; nil before it is, and once it was used.
    package var pin: DigitalIDPIN?

    /// When the PIN was entered.
    package var retrievedAt: Timestamp?

    /// When the certificate was made and handed out.
    package var installedAt: Timestamp?

    /// The certificate.
    package var certificate: DigitalIDCertificate?

    /// When its owner asked Support to activate it.
    package var activationAskedAt: Timestamp?

    /// When Support activated it.
    package var activatedAt: Timestamp?

    /// When Support set up the message queue with it; nil where there was one already.
    package var queueSetUpAt: Timestamp?

    /// When and why it was revoked.
    package var revocation: DigitalIDRevocation?

    /// Makes a request without anything that comes later.
    ///
    /// - Parameters:
    ///   - id: What nobody can guess.
    ///   - form: The form that it was entered in.
    ///   - renewalOf: The id of what it renews.
    ///   - createdAt: When it was begun.
    ///   - status: What has been done so far.
    ///   - applicant: Who asks.
    ///   - challenge: What its owner must know to renew or revoke.
    ///   - key: How and where the key is made.
    package init(
        id: String,
        form: String? = nil,
        renewalOf: String? = nil,
        createdAt: Timestamp,
        status: DigitalIDStatus = .draft,
        applicant: DigitalIDApplicant,
        challenge: GuardedSecret,
        key: DigitalIDKey = DigitalIDKey()
    ) {
        self.id = id
        self.form = form
        self.renewalOf = renewalOf
        self.createdAt = createdAt
        self.status = status
        self.applicant = applicant
        self.challenge = challenge
        self.key = key
    }
}
