import AccountModel
import HTTP
import OpenSSLBridge
import PrivateCA

/// The wording of reasons: what was presented, what is wrong with it, what to do.
///
/// A reason never holds any part of a key or token; a certificate is named by its serial number
/// and its name.
enum Reasons {
    /// What to do about a certificate that works no longer.
    static let certificatePath = "/account/api/v1/client-auth-certificate"

    /// Where users are made and listed.
    static let userPath = "/account/api/v1/user"

    /// Where tokens are made and listed.
    static let tokenPath = "/account/api/v1/api-access-token"

    /// Why a known certificate may not be used.
    ///
    /// - Parameters:
    ///   - credential: The certificate and its user.
    ///   - standing: What was found about it.
    ///   - now: The world's time.
    /// - Returns: A clause, or nil when the certificate is usable.
    static func clause(
        _ credential: CertificateCredential,
        _ standing: CredentialStanding,
        now: Timestamp
    ) -> String? {
        let certificate = named(credential.certificate)
        switch standing {
        case .usable:
            return nil
        case .certificateDisabled(let attribution):
            let path = "\(certificatePath)/\(credential.certificate.id)/enable"
            let event = attribution.map { "was disabled\(by($0))" } ?? "is disabled"
            return "\(certificate) \(event); enable it with PUT \(path)"
        case .certificateExpired(let endDate):
            let disabled = credential.certificate.isEnabled ? "" : " and is disabled besides"
            return "\(certificate) expired at \(endDate) and it is \(now) in this world\(disabled);"
                + " make a new one with POST \(certificatePath)"
        case .certificateNotYetValid(let startDate):
            return "\(certificate) is valid from \(startDate) and it is \(now) in this world;"
                + " see --clock"
        case .tokenDisabled, .tokenExpired, .userDisabled, .userExpired, .userLocked,
            .accountNotServed:
            return "\(certificate) belongs to \(clause(standing, user: credential.user, now: now))"
        }
    }

    /// Why a known key may not be used.
    ///
    /// - Parameters:
    ///   - credential: The key and its user.
    ///   - standing: What was found about it.
    ///   - now: The world's time.
    /// - Returns: A clause, or nil when the key is usable.
    static func clause(
        _ credential: TokenCredential,
        _ standing: CredentialStanding,
        now: Timestamp
    ) -> String? {
        let token = "the key in x-api-key (token \(credential.token.id))"
        switch standing {
        case .usable:
            return nil
        case .tokenDisabled:
            return "\(token) of \(named(credential.user)) is disabled"
        case .tokenExpired(let endDate):
            return "\(token) of \(named(credential.user)) expired at \(endDate) and it is \(now)"
                + " in this world" + (credential.token.isEnabled ? "" : " and is disabled besides")
        case .certificateDisabled, .certificateExpired, .certificateNotYetValid, .userDisabled,
            .userExpired, .userLocked, .accountNotServed:
            return "\(token) belongs to \(clause(standing, user: credential.user, now: now))"
        }
    }

    /// Why a presented certificate leads to nobody in this world.
    ///
    /// - Parameters:
    ///   - presented: The certificate.
    ///   - issuerName: The common name of the authority that issues this world's certificates.
    /// - Returns: A clause.
    static func foreign(_ presented: PresentedCertificate, issuerName: String) -> String {
        let certificate = "certificate \(presented.serialNumber) (subject \(presented.subject))"
        let advice = "present one from POST \(certificatePath)"
        // All worlds' CAs share one subject, so the name alone does not tell whose it was.
        guard presented.issuer.contains(issuerName) else {
            return "\(certificate) is foreign: its issuer is \(presented.issuer), and this mock's"
                + " is CN=\(issuerName); \(advice)"
        }
        return "\(certificate) is unknown in this world: another world issued it, or its state was"
            + " made new since; \(advice)"
    }

    /// Why a certificate that was deleted may not be used.
    ///
    /// - Parameter certificate: What is kept of it.
    /// - Returns: A clause.
    static func deleted(_ certificate: DeletedCertificate) -> String {
        "certificate \(certificate.serialNumber) (\"\(certificate.name)\") was deleted"
            + "\(by(certificate.deleted)); make a new one with POST \(certificatePath)"
    }

    /// How a reason names a certificate.
    ///
    /// - Parameter certificate: The certificate.
    /// - Returns: Its serial number and its name.
    static func named(_ certificate: ClientAuthCertificate) -> String {
        "certificate \(certificate.serialNumber) (\"\(certificate.name)\")"
    }

    /// How a reason names a token; it holds nothing of the token's text.
    ///
    /// - Parameter token: The token.
    /// - Returns: Its name and its id.
    static func named(_ token: APIAccessToken) -> String {
        "API access token \"\(token.name)\" (\(token.id))"
    }

    /// How a reason names a user.
    ///
    /// - Parameter user: The user.
    /// - Returns: The user's name, and the id that makes it unique.
    static func named(_ user: User) -> String {
        "\(user.displayName) (user \(user.id))"
    }

    private static func clause(
        _ standing: CredentialStanding,
        user: User,
        now: Timestamp
    ) -> String {
        switch standing {
        case .userExpired(let endDate):
            "\(named(user)), whose end date \(endDate) is past: it is \(now) in this world"
        case .userLocked:
            "\(named(user)), who is locked until somebody unlocks it"
        case .accountNotServed(let account):
            "\(named(user)), whose account \(notServed(account, now: now))"
        case .usable, .certificateDisabled, .certificateExpired, .certificateNotYetValid,
            .tokenDisabled, .tokenExpired, .userDisabled:
            "\(named(user)), who is disabled"
        }
    }

    private static func notServed(_ account: Account, now: Timestamp) -> String {
        let name = "\(account.name) (\(account.id))"
        guard account.isActive else { return "\(name) is not active" }
        return "\(name) is served from \(account.servicePeriod.from) to"
            + " \(account.servicePeriod.to) only: it is \(now) in this world"
    }

    private static func by(_ attribution: Attribution) -> String {
        " at \(attribution.at) by \(attribution.userName)"
    }
}
