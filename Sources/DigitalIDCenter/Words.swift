import AccountModel
import Pages

extension DigitalIDStanding {
    /// What a person calls it.
    var title: String {
        switch self {
        case .draft: "To be confirmed"
        case .pending: "Waiting for the administrator"
        case .approved: "Approved: the PIN is in the mail"
        case .pinLocked: "Locked after wrong PINs"
        case .pinExpired: "The PIN has expired"
        case .rejected: "Rejected"
        case .retrievable: "Ready to install"
        case .installed: "Installed, not activated"
        case .active: "Active"
        case .expired: "Expired"
        case .revoked: "Revoked"
        }
    }

    /// The colour of its badge.
    var tone: String {
        switch self {
        case .active: "good"
        case .rejected, .revoked, .expired, .pinLocked: "bad"
        case .draft, .pending, .pinExpired, .installed: "warn"
        case .approved, .retrievable: ""
        }
    }

    /// How many steps of the way are done.
    var stepsDone: Int {
        switch self {
        case .draft: 1
        case .pending, .rejected: 2
        case .approved, .pinLocked, .pinExpired: 3
        case .retrievable: 4
        case .installed: 5
        case .active, .expired, .revoked: 6
        }
    }
}

/// The way from the form to a certificate that works.
enum Way {
    static let steps = ["Enrol", "Confirm", "Approval", "Receive", "Install", "Activate"]

    /// The steps, with the present one marked; none is when all are done.
    static func values(_ done: Int) -> PageValue {
        Center.rendered(
            "steps",
            [
                "steps": .list(
                    steps.enumerated().map { index, name in
                        [
                            "name": .text(name), "isDone": .flag(index < done),
                            "isCurrent": .flag(index == done),
                        ]
                    }
                )
            ]
        )
    }
}

extension DigitalID {
    /// What every page about a request can show.
    func values(at now: Timestamp) -> PageValues {
        let standing = standing(at: now)
        var values: PageValues = [
            "id": .text(id), "name": .text(applicant.name), "email": .text(applicant.email),
            "telephone": .text(applicant.telephone), "code": .text(applicant.authorityCode),
            "comments": .text(applicant.comments), "standing": .text(standing.title),
            "tone": .text(standing.tone), "is\(standing.gap)": true,
            "isRenewal": .flag(renewalOf != nil),
            "createdAt": .text(createdAt.iso8601),
            "submittedAt": .text(submittedAt?.iso8601 ?? ""),
            "decidedAt": .text(decidedAt?.iso8601 ?? ""),
            "decisionComment": .text(decisionComment),
            "keyKind": .text(key.kind.title),
            "keyPlace": .text(key.place == .server ? "on the server" : "in your browser"),
            "retrievedAt": .text(retrievedAt?.iso8601 ?? ""),
            "installedAt": .text(installedAt?.iso8601 ?? ""),
            "activationAskedAt": .text(activationAskedAt?.iso8601 ?? ""),
            "activatedAt": .text(activatedAt?.iso8601 ?? ""),
            "queueSetUpAt": .text(queueSetUpAt?.iso8601 ?? ""),
            "pinExpiresAt": .text(pin?.expiresAt.iso8601 ?? ""),
            "isChallengeLocked": .flag(challenge.isLocked),
            "steps": Way.values(standing.stepsDone),
        ]
        if let certificate {
            values["serialNumber"] = .text(certificate.serialNumber)
            values["subject"] = .text(certificate.subject)
            values["startDate"] = .text(certificate.startDate.iso8601)
            values["endDate"] = .text(certificate.endDate.iso8601)
            values["fingerprint"] = .text(certificate.fingerprint)
        }
        if let revocation {
            values["revokedAt"] = .text(revocation.at.iso8601)
            values["revocationReason"] = .text(revocation.reason.rawValue)
        }
        return values
    }
}

extension DigitalIDCertificate {
    /// The SHA-256 fingerprint, byte by byte.
    var fingerprint: String {
        sha256.map { ($0 < 16 ? "0" : "") + String($0, radix: 16).uppercased() }
            .joined(separator: ":")
    }
}

extension DigitalIDStanding {
    /// The name of the section of a template that stands for it, after `is`.
    var gap: String { rawValue.prefix(1).uppercased() + rawValue.dropFirst() }
}

extension DigitalIDRefusal {
    /// Why a move cannot be made, in words.
    func sentence(at now: Timestamp) -> String {
        switch self {
        case .standing(let standing): standing.sentence
        case .wrongPIN(let left):
            "This is not the PIN. \(Self.tries(left)) left, then it is locked. Copy it from the "
                + "e-mail: it has no letters I and O and no digits 0 and 1."
        case .pinExpired(let moment):
            "The PIN has expired: it was good until \(moment), and it is \(now) now. It takes the "
                + "administrator to send another one."
        case .pinLocked:
            "Too many wrong PINs were entered: nobody can use this one any more. Ask the "
                + "administrator to unlock it or to send another one."
        case .wrongChallenge(let left):
            "This is not the challenge phrase that was chosen when the certificate was asked for. "
                + "\(Self.tries(left)) left, then it is locked. Capital and small letters count."
        case .challengeLocked:
            "Too many wrong challenge phrases were entered: it is locked. Ask the administrator to "
                + "unlock it."
        case .noQueue:
            "There is no message queue for this local authority yet. Set it up, and tick the box."
        case .notLocked: "Nothing is locked."
        case .formTaken:
            "This form was sent for another request before, and nothing was changed. Open the page "
                + "anew, and send the form that it shows."
        }
    }

    private static func tries(_ left: Int) -> String {
        left == 1 ? "One more try is" : "\(left) more tries are"
    }
}

extension DigitalIDStanding {
    /// Where the request stands, as the reason why something cannot be done.
    var sentence: String {
        switch self {
        case .draft: "The applicant has not confirmed this request yet."
        case .pending: "The administrator has not decided about this request yet."
        case .approved: "This request is approved, and the mailed PIN was not entered yet."
        case .pinLocked: "The PIN of this request is locked after too many wrong ones."
        case .pinExpired: "The PIN of this request has expired."
        case .rejected: "This request was rejected, and that is final. Enrol again."
        case .retrievable: "The certificate of this request is ready to install, and not installed."
        case .installed: "The certificate of this request is installed already."
        case .active: "The certificate of this request is active already."
        case .expired: "The certificate of this request has expired by the world’s clock. Renew it."
        case .revoked:
            "The certificate of this request, or the one that it was to renew, was revoked, and "
                + "that is final. Enrol again."
        }
    }
}
