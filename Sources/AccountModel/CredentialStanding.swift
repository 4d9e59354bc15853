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

    /// No account of the user behind the credential is served, for which this one stands: it is
    /// not active, or the day is outside its service period.
    case accountNotServed(Account)
}

extension Account {
    /// Whether the account is active and within its service period.
    ///
    /// - Parameter now: The world's time.
    /// - Returns: Whether it is; both days of the period count.
    package func isServed(at now: Timestamp) -> Bool {
        let today = now.date
        return isActive && servicePeriod.from <= today && today <= servicePeriod.to
    }
}

extension User {
    /// Judges the user together with the accounts in which it works.
    ///
    /// One account that is served suffices. A user without any, as a seed may have, is not kept
    /// out for that.
    ///
    /// - Parameters:
    ///   - now: The world's time.
    ///   - accounts: The user's accounts.
    /// - Returns: `usable` or the reason why not.
    package func standing(at now: Timestamp, in accounts: [Account]) -> CredentialStanding {
        let alone = standing(at: now)
        guard alone == .usable, !accounts.contains(where: { $0.isServed(at: now) }),
            let named = accounts.first(where: { $0.id == primaryAccountID }) ?? accounts.first
        else { return alone }
        return .accountNotServed(named)
    }
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

    /// The user's accounts.
    package var accounts: [Account]

    /// Makes one.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - user: Its user.
    ///   - accounts: The user's accounts.
    package init(
        token: APIAccessToken,
        user: User,
        accounts: [Account] = []
    ) {
        self.token = token
        self.user = user
        self.accounts = accounts
    }

    /// Judges token, user and accounts; what cannot be undone is named first.
    ///
    /// - Parameter now: The world's time.
    /// - Returns: `usable` or the reason why not.
    package func standing(at now: Timestamp) -> CredentialStanding {
        if let endDate = token.endDate, endDate < now { return .tokenExpired(endDate: endDate) }
        guard token.isEnabled else { return .tokenDisabled }
        return user.standing(at: now, in: accounts)
    }
}

/// A certificate that the world knows, with the user for whom it speaks.
package struct CertificateCredential: Sendable, Hashable {
    /// The certificate.
    package var certificate: ClientAuthCertificate

    /// Its user.
    package var user: User

    /// The user's accounts.
    package var accounts: [Account]

    /// Makes one.
    ///
    /// - Parameters:
    ///   - certificate: The certificate.
    ///   - user: Its user.
    ///   - accounts: The user's accounts.
    package init(
        certificate: ClientAuthCertificate,
        user: User,
        accounts: [Account] = []
    ) {
        self.certificate = certificate
        self.user = user
        self.accounts = accounts
    }

    /// Judges certificate, user and accounts; what cannot be undone is named first.
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
        return user.standing(at: now, in: accounts)
    }
}

/// What the world knows about a certificate's fingerprint.
package enum CertificateFinding: Sendable, Hashable {
    /// The certificate exists.
    case existing(CertificateCredential)

    /// The certificate existed.
    case deleted(DeletedCertificate)
}
