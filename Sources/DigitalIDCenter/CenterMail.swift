import AccountModel
import PrivateCA
import World

/// The mails of the Digital ID Center; their words are this program's.
struct CenterMail {
    let world: World
    let now: Timestamp

    private func address(_ path: String) -> String {
        Mail.pagesPlaceholder + Center.base(of: world) + path
    }

    private func mail(
        _ kind: MailKind,
        _ request: DigitalID,
        _ subject: String,
        _ text: String,
        links: [String] = [],
        codes: [String] = []
    ) -> Mail {
        Mail(
            id: world.makeID(.mail),
            createdAt: now,
            kind: kind,
            to: request.applicant.email,
            userID: nil,
            subject: subject,
            body: """
                Dear \(request.applicant.name),

                \(text)

                The Digital ID Center

                """,
            links: links,
            codes: codes,
            about: request.id
        )
    }

    func acknowledged(_ request: DigitalID) -> Mail {
        let link = address("/requests/\(request.id)")
        return mail(
            .digitalIDAcknowledged,
            request,
            "Your request for a digital certificate was received",
            """
            your request for a digital certificate for local authority \
            \(request.applicant.authorityCode) was received. The administrator will look at it, \
            and you will get another e-mail when it is approved or rejected.

            How it stands:
            \(link)

            If you did not ask for a certificate, do nothing.
            """,
            links: [link]
        )
    }

    func approved(_ request: DigitalID, pin: String, expiresAt: Timestamp) -> Mail {
        let link = address("/requests/\(request.id)/receive")
        return mail(
            .digitalIDApproved,
            request,
            "Your request for a digital certificate was approved",
            """
            your request for a digital certificate was approved.

            1. Go to this address, with the browser that shall have the certificate:
            \(link)

            2. Enter this PIN, and submit it:
            \(pin)

            \(Self.note(expiresAt))\(comment(request))
            """,
            links: [link],
            codes: [pin]
        )
    }

    func rejected(_ request: DigitalID) -> Mail {
        let link = address("/requests/\(request.id)")
        return mail(
            .digitalIDRejected,
            request,
            "Your request for a digital certificate was rejected",
            """
            your request for a digital certificate was rejected: you cannot receive a certificate \
            for it.\(comment(request))

            How it stands:
            \(link)
            """,
            links: [link]
        )
    }

    func renewal(_ renewal: DigitalID, pin: String, expiresAt: Timestamp) -> Mail {
        let link = address("/requests/\(renewal.id)/receive")
        return mail(
            .digitalIDRenewal,
            renewal,
            "Renew your digital certificate",
            """
            somebody who knows your challenge phrase asked to renew your digital certificate.

            1. Go to this address, with the browser that shall have the new certificate:
            \(link)

            2. Enter this PIN, and submit it:
            \(pin)

            \(Self.note(expiresAt)) The new certificate has to be activated by Support, as the \
            first one had. If it was not you who asked, do nothing, and tell the administrator.
            """,
            links: [link],
            codes: [pin]
        )
    }

    func activated(_ request: DigitalID) -> Mail {
        let queue =
            request.queueSetUpAt == nil
            ? "" : " A message queue was set up for \(request.applicant.authorityCode)."
        return mail(
            .digitalIDActivated,
            request,
            "Your digital certificate was activated",
            """
            Support has activated your digital certificate \
            \(request.certificate?.serialNumber ?? ""): it can be used now.\(queue)
            """
        )
    }

    func revoked(_ request: DigitalID, ending renewal: DigitalID?) -> Mail {
        let ended = renewal == nil ? "" : " The renewal that was begun has ended with it."
        return mail(
            .digitalIDRevoked,
            request,
            "Your digital certificate was revoked",
            """
            your digital certificate \(request.certificate?.serialNumber ?? "") was revoked at \
            \(now). Reason: \(request.revocation?.reason.rawValue ?? "none"). It cannot be used or \
            renewed any more; enrol again for another one.\(ended)
            """
        )
    }

    func message(_ subject: String, _ body: String, to address: String) -> Mail {
        Mail(
            id: world.makeID(.mail),
            createdAt: now,
            kind: .digitalIDMessage,
            to: address,
            userID: nil,
            subject: subject,
            body: body + "\n",
            about: nil
        )
    }

    private static func note(_ expiresAt: Timestamp) -> String {
        "The PIN is good once, until \(expiresAt). It has no letters I and O and no digits 0 and 1."
    }

    private func comment(_ request: DigitalID) -> String {
        request.decisionComment.isEmpty
            ? "" : "\n\nThe administrator says:\n\(request.decisionComment)"
    }
}
