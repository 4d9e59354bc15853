/// Why a mail is sent.
package enum MailKind: String, Sendable, Hashable, CaseIterable {
    /// A person was made a user and has to choose a password.
    case userInvitation = "user_invitation"

    /// A service user was made; its maker is told.
    case serviceUserCreated = "service_user_created"

    /// A certificate was issued.
    case certificateIssued = "certificate_issued"

    /// A certificate has 90, 60, 30, 7 or 3 days left.
    case certificateExpiring = "certificate_expiring"

    /// A certificate has expired.
    case certificateExpired = "certificate_expired"

    /// A token has one day left.
    case tokenExpiring = "token_expiring"

    /// A token has expired.
    case tokenExpired = "token_expired"

    /// The Digital ID Center got a request for a certificate.
    case digitalIDAcknowledged = "digital_id_acknowledged"

    /// Its administrator approved the request: with the address to go to and a PIN.
    case digitalIDApproved = "digital_id_approved"

    /// Its administrator rejected the request.
    case digitalIDRejected = "digital_id_rejected"

    /// Somebody who knows the challenge phrase wants to renew: with an address and a PIN.
    case digitalIDRenewal = "digital_id_renewal"

    /// Support activated the certificate.
    case digitalIDActivated = "digital_id_activated"

    /// The certificate was revoked.
    case digitalIDRevoked = "digital_id_revoked"

    /// What the administrator has to say to everybody who enrolled.
    case digitalIDMessage = "digital_id_message"

    /// An administrator made the certificate invalid with which somebody signs in.
    case clientCertificateReset = "client_certificate_reset"

    /// Names the mail that the vendor sends about an event.
    ///
    /// - Parameters:
    ///   - event: What happens.
    ///   - days: How many days are left; nil but for what is about to expire.
    package init?(about event: ClockEventKind, days: Int?) {
        switch event {
        case .certificateExpiring where days ?? 0 > 1: self = .certificateExpiring
        case .certificateExpired: self = .certificateExpired
        case .tokenExpiring: self = .tokenExpiring
        case .tokenExpired: self = .tokenExpired
        case .certificateExpiring, .certificateValid, .userExpired, .accountServiceBegan,
            .accountServiceEnded:
            return nil
        }
    }
}

/// What the vendor would have sent by e-mail.
package struct Mail: Sendable, Hashable {
    /// What stands for the address of the server in texts and links that are stored: who reads
    /// them knows by which address the server is reached, and the world does not.
    package static let serverPlaceholder = "{server}"

    /// The same for the address of the pages for browsers, which the control listener serves.
    package static let pagesPlaceholder = "{pages}"

    /// Its number in the mailbox: later mails have greater ones; 0 until it is stored.
    package var number: Int64

    /// A lower-case UUID.
    package let id: String

    /// When it was sent, by the world's clock.
    package let createdAt: Timestamp

    /// Why it was sent.
    package let kind: MailKind

    /// To whom: an e-mail address.
    package let to: String

    /// The id of the user it is about, who need not be the one who gets it.
    package let userID: String?

    /// The subject.
    package let subject: String

    /// The text, lines ended by line feeds.
    package let body: String

    /// The addresses in the text.
    package let links: [String]

    /// The codes in the text.
    package let codes: [String]

    /// The id of the certificate, token or user that it is about.
    package let about: String?

    /// Makes one.
    ///
    /// - Parameters:
    ///   - number: Its number in the mailbox.
    ///   - id: A lower-case UUID.
    ///   - createdAt: When it was sent.
    ///   - kind: Why it was sent.
    ///   - to: To whom.
    ///   - userID: The id of the user it is about.
    ///   - subject: The subject.
    ///   - body: The text.
    ///   - links: The addresses in the text.
    ///   - codes: The codes in the text.
    ///   - about: The id of what it is about.
    package init(
        number: Int64 = 0,
        id: String,
        createdAt: Timestamp,
        kind: MailKind,
        to: String,
        userID: String?,
        subject: String,
        body: String,
        links: [String] = [],
        codes: [String] = [],
        about: String?
    ) {
        self.number = number
        self.id = id
        self.createdAt = createdAt
        self.kind = kind
        self.to = to
        self.userID = userID
        self.subject = subject
        self.body = body
        self.links = links
        self.codes = codes
        self.about = about
    }

    /// The mail with addresses that lead somewhere.
    ///
    /// - Parameters:
    ///   - server: The address of the server, such as `https://localhost:8443`.
    ///   - pages: The address of the pages for browsers, such as `http://localhost:8440`; empty for
    ///     a mail that is shown on such a page.
    /// - Returns: The mail as its reader sees it.
    package func addressed(to server: String, pages: String = "") -> Mail {
        func resolved(_ text: String) -> String {
            text.replacing(Mail.serverPlaceholder, with: server)
                .replacing(Mail.pagesPlaceholder, with: pages)
        }
        return Mail(
            number: number,
            id: id,
            createdAt: createdAt,
            kind: kind,
            to: to,
            userID: userID,
            subject: subject,
            body: resolved(body),
            links: links.map(resolved),
            codes: codes,
            about: about
        )
    }
}
