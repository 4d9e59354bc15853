/// What becomes of the certificate that a browser presented at sign-in.
package enum TwoFactorVerdict: Sendable, Hashable {
    /// It is the user's own, and valid.
    case accepted(ClientAuthCertificate)

    /// It does not count.
    case refused(CertificateFault)

    /// Why a certificate does not count at sign-in.
    package enum CertificateFault: Sendable, Hashable {
        /// The browser presented none.
        case none

        /// The world has never issued it.
        case foreign

        /// The Digital ID Center of the world issued it, for its own private page.
        case ofDigitalIDCenter

        /// The user's own, and valid until this moment of the world's clock.
        case expired(endDate: Timestamp)

        /// The user's own, and valid from this moment of the world's clock.
        case notYetValid(startDate: Timestamp)

        /// The user's own, and somebody disabled it; who and when may be unknown.
        case disabled(Attribution?)

        /// The user's own of earlier; an administrator reset it.
        case reset(Attribution)

        /// The user's own, deleted among the user's certificates; who and when may be unknown.
        case deleted(Attribution?)

        /// It belongs to another user, if that is still there, of this name.
        case someoneElses(String?)

        /// It belongs to the user, and was not generated for signing in.
        case notOnProfile(name: String)

        /// The user may not authenticate.
        case user(CredentialStanding)
    }

    /// What is known about a presented certificate.
    package struct Evidence: Sendable, Hashable {
        /// The fingerprint; nil when the browser presented none.
        package var sha256: [UInt8]?

        /// The user's present certificate for signing in.
        package var present: TwoFactorCertificate?

        /// The certificate for signing in, anybody's, that has the fingerprint.
        package var generated: TwoFactorCertificate?

        /// The certificate, anybody's and for anything, that has the fingerprint.
        package var finding: CertificateFinding?

        /// Whether the Digital ID Center issued the one that has the fingerprint.
        package var isOfDigitalIDCenter: Bool

        /// Gathers it.
        ///
        /// - Parameters:
        ///   - sha256: The fingerprint.
        ///   - present: The user's present certificate for signing in.
        ///   - generated: The certificate for signing in that has the fingerprint.
        ///   - finding: The certificate for anything that has the fingerprint.
        ///   - isOfDigitalIDCenter: Whether the Digital ID Center issued it.
        package init(
            sha256: [UInt8]?,
            present: TwoFactorCertificate? = nil,
            generated: TwoFactorCertificate? = nil,
            finding: CertificateFinding? = nil,
            isOfDigitalIDCenter: Bool = false
        ) {
            self.sha256 = sha256
            self.present = present
            self.generated = generated
            self.finding = finding
            self.isOfDigitalIDCenter = isOfDigitalIDCenter
        }
    }

    /// Judges.
    ///
    /// - Parameters:
    ///   - evidence: What is known about the certificate.
    ///   - userID: The id of the user who gave the password.
    ///   - now: The world's time.
    /// - Returns: The verdict; of several faults the one that cannot be undone.
    package static func judge(
        _ evidence: Evidence,
        for userID: String,
        now: Timestamp
    ) -> TwoFactorVerdict {
        guard let sha256 = evidence.sha256 else { return .refused(.none) }
        switch evidence.finding {
        case .existing(let credential):
            guard credential.user.id == userID else {
                return .refused(.someoneElses(credential.user.displayName))
            }
            guard evidence.present?.sha256 == sha256 else {
                return .refused(.notOnProfile(name: credential.certificate.name))
            }
            return judge(credential, now: now)
        case .deleted(let certificate):
            if let generated = evidence.generated {
                guard generated.userID == userID else { return .refused(.someoneElses(nil)) }
                if let reset = generated.reset { return .refused(.reset(reset)) }
            }
            return .refused(
                certificate.userID == userID
                    ? .deleted(certificate.deleted) : .someoneElses(nil)
            )
        case nil:
            return .refused(evidence.isOfDigitalIDCenter ? .ofDigitalIDCenter : .foreign)
        }
    }

    private static func judge(
        _ credential: CertificateCredential,
        now: Timestamp
    ) -> TwoFactorVerdict {
        switch credential.standing(at: now) {
        case .usable: .accepted(credential.certificate)
        case .certificateExpired(let endDate): .refused(.expired(endDate: endDate))
        case .certificateNotYetValid(let date): .refused(.notYetValid(startDate: date))
        case .certificateDisabled(let attribution): .refused(.disabled(attribution))
        case .tokenDisabled, .tokenExpired, .userDisabled, .userExpired, .userLocked,
            .accountNotServed:
            .refused(.user(credential.standing(at: now)))
        }
    }
}
