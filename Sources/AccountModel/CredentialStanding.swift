/// Whether a credential that the world knows may be used now, and if not, why.
package enum CredentialStanding: Sendable, Hashable {
    /// It may.
    case usable

    /// Somebody disabled the certificate; who and when may be unknown.
    case certificateDisabled(Attribution?)

    /// The certificate was valid up to and including this moment.
    case certificateExpired(endDate: Timestamp)

    /// The certificate is valid from this moment.
    case certificateNotYetValid(startDate: Timestamp)

    /// The token is disabled.
    case tokenDisabled

    /// The token was valid up to and including this moment.
    case tokenExpired(endDate: Timestamp)

    /// The user behind the credential is disabled.
    case userDisabled

    /// The user behind the credential was allowed in up to and including this moment.
    case userExpired(endDate: Timestamp)

    /// The user behind the credential is locked until somebody unlocks it.
    case userLocked
}

extension User {
    /// Judges the user alone.
    ///
    /// - Parameter now: The world's time.
    /// - Returns: `usable` or one of the user's reasons.
    package func standing(at now: Timestamp) -> CredentialStanding {
        guard isEnabled else { return .userDisabled }
        if let endDate, endDate < now { return .userExpired(endDate: endDate) }
        return isLocked ? .userLocked : .usable
    }
}

/// A token that the world knows, with the user for whom it speaks.
package struct TokenCredential: Sendable, Hashable {
    /// The token.
    package var token: APIAccessToken

    /// Its user.
    package var user: User

    /// Makes one.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - user: Its user.
    package init(token: APIAccessToken, user: User) {
        self.token = token
        self.user = user
    }

    /// Judges token and user; what cannot be undone is named first.
    ///
    /// - Parameter now: The world's time.
    /// - Returns: `usable` or the reason why not.
    package func standing(at now: Timestamp) -> CredentialStanding {
        if let endDate = token.endDate, endDate < now { return .tokenExpired(endDate: endDate) }
        guard token.isEnabled else { return .tokenDisabled }
        return user.standing(at: now)
    }
}

/// A certificate that the world knows, with the user for whom it speaks.
package struct CertificateCredential: Sendable, Hashable {
    /// The certificate.
    package var certificate: ClientAuthCertificate

    /// Its user.
    package var user: User

    /// Makes one.
    ///
    /// - Parameters:
    ///   - certificate: The certificate.
    ///   - user: Its user.
    package init(certificate: ClientAuthCertificate, user: User) {
        self.certificate = certificate
        self.user = user
    }

    /// Judges certificate and user; what cannot be undone is named first.
    ///
    /// - Parameter now: The world's time.
    /// - Returns: `usable` or the reason why not.
    package func standing(at now: Timestamp) -> CredentialStanding {
        if certificate.endDate < now {
            return .certificateExpired(endDate: certificate.endDate)
        }
        if now < certificate.startDate {
            return .certificateNotYetValid(startDate: certificate.startDate)
        }
        guard certificate.isEnabled else { return .certificateDisabled(certificate.disabled) }
        return user.standing(at: now)
    }
}

/// What the world knows about a certificate's fingerprint.
package enum CertificateFinding: Sendable, Hashable {
    /// The certificate exists.
    case existing(CertificateCredential)

    /// The certificate existed.
    case deleted(DeletedCertificate)
}
