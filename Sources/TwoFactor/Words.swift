internal import AccountModel
internal import HTTP

/// What is said in words.
enum Words {
    /// Why a user may not sign in although the password was right; nil when the user may.
    static func cannotSignIn(_ standing: CredentialStanding) -> String? {
        switch standing {
        case .usable: nil
        case .userDisabled: "This user is disabled: ask an administrator."
        case .userExpired(let endDate):
            "This user was allowed in until \(endDate.iso8601), by the world’s clock: ask an "
                + "administrator."
        case .userLocked: "This user is locked: an administrator can unlock it."
        case .accountNotServed(let account):
            "The account \(account.name) is not served now, by the world’s clock."
        case .certificateDisabled, .certificateExpired, .certificateNotYetValid, .tokenDisabled,
            .tokenExpired:
            "This user may not sign in now."
        }
    }

    /// What is wrong with a presented certificate.
    static func cause(_ fault: TwoFactorVerdict.CertificateFault) -> String {
        switch fault {
        case .none: "Your browser presented no certificate."
        case .foreign: "This certificate was not issued here."
        case .ofDigitalIDCenter:
            "This certificate is from the Digital ID Center, and opens its private page alone."
        case .expired(let endDate):
            "Your certificate expired on \(endDate.iso8601), by the world’s clock."
        case .notYetValid(let startDate):
            "Your certificate is valid from \(startDate.iso8601) only, by the world’s clock."
        case .disabled(let attribution?):
            "Your certificate was disabled on \(attribution.at.iso8601) by "
                + "\(attribution.userName)."
        case .disabled(nil): "Your certificate is disabled."
        case .reset(let attribution):
            "This is your old certificate: \(attribution.userName) reset it on "
                + "\(attribution.at.iso8601)."
        case .deleted(let attribution?):
            "Your certificate was deleted on \(attribution.at.iso8601) by "
                + "\(attribution.userName)."
        case .deleted(nil): "Your certificate was deleted."
        case .someoneElses(let name?): "This certificate is \(name)’s, and not yours."
        case .someoneElses(nil): "This certificate is somebody else’s, and not yours."
        case .notOnProfile(let name):
            "This certificate (“\(name)”) is yours, but not the one that you generated for signing "
                + "in."
        case .user(let standing): cannotSignIn(standing) ?? "This user may not sign in now."
        }
    }

    /// What to do about it.
    static func remedy(_ fault: TwoFactorVerdict.CertificateFault) -> String {
        switch fault {
        case .none:
            "Import your certificate, if you have not, and let your browser ask again; pick the "
                + "certificate then. If you chose “Cancel”, the browser remembers that."
        case .foreign:
            "Another CA issued it, or another world of this mock, or this world before it was "
                + "reset. Let your browser ask again, and pick the certificate that you generated "
                + "here."
        case .expired:
            "An expired certificate cannot be renewed: ask an administrator to reset it, and "
                + "generate a new one."
        case .notYetValid: "Wait, or move the world’s clock."
        case .disabled:
            "An administrator can enable it again, or reset it so that you can generate a new one."
        case .reset, .deleted:
            "Remove it from your browser, sign in again, and generate a new one; if you have done "
                + "so already, let your browser ask again, and pick the new one."
        case .someoneElses, .notOnProfile, .ofDigitalIDCenter:
            "Let your browser ask again, and pick the certificate that you generated for signing "
                + "in."
        case .user: "Ask an administrator."
        }
    }

    /// What the audit log says about a refused certificate.
    static func forAuditLog(
        _ fault: TwoFactorVerdict.CertificateFault,
        _ presented: PresentedCertificate?
    ) -> String {
        let serial = presented.map { " (serial number \($0.serialNumber))" } ?? ""
        return "two-factor sign-in: \(cause(fault))\(serial)"
    }
}

/// What a password must be like.
enum PasswordRule {
    static let lengthMin = 8
    static let lengthMax = 64

    /// The rule as a hint.
    static let text = "\(lengthMin) to \(lengthMax) letters, digits, spaces and signs of ASCII."

    /// Why a password is not taken; nil when it is.
    static func problem(_ password: String) -> String? {
        if password.isEmpty { return "Choose a password." }
        // Systems that import PKCS#12 files do not agree on the encoding of other letters.
        guard password.unicodeScalars.allSatisfy({ ("\u{20}"..."\u{7E}").contains($0) }) else {
            return "Use letters, digits, spaces and signs of ASCII only: not all systems could "
                + "read the others."
        }
        if password.utf8.count < lengthMin {
            return "This has \(password.utf8.count) characters: use \(lengthMin) at least."
        }
        if password.utf8.count > lengthMax {
            return "This has \(password.utf8.count) characters: use \(lengthMax) at most."
        }
        return nil
    }
}
