package import AccountModel
package import AccountStore
internal import PrivateCA

// What the vendor would mail. That it mails an invitation and reminders is known, not in which
// words: docs/differences.md says which is which.
extension World {
    /// The mail about something that happened by the passing of time.
    ///
    /// - Parameter event: What happened.
    /// - Returns: The mail; nil where none is sent: about what is disabled, or whose user is.
    func letter(about event: ClockEvent) -> Letter? {
        guard let kind = MailKind(about: event.kind, days: event.days), event.isEnabled,
            let user = event.user, user.standing(at: event.at) == .usable
        else { return nil }
        return Letter(about: user) { [self] address in
            mail(
                kind,
                to: address,
                at: event.at,
                about: event.id,
                of: user,
                MailText(about: event, of: user, kind: kind)
            )
        }
    }

    /// The mail about a certificate that was issued.
    ///
    /// - Parameters:
    ///   - certificate: The certificate.
    ///   - user: Whose it is.
    /// - Returns: The mail, to be stored together with the certificate.
    package func letter(
        aboutIssued certificate: ClientAuthCertificate,
        of user: User
    ) -> Letter {
        Letter(about: user) { [self] address in
            mail(
                .certificateIssued,
                to: address,
                at: certificate.createdAt,
                about: certificate.id,
                of: user,
                MailText(aboutIssued: certificate, of: user)
            )
        }
    }

    /// The mail about a user who was made: an invitation to a person, a note about a service user.
    ///
    /// - Parameter user: The user.
    /// - Returns: The mail, to be stored together with the user.
    package func letter(aboutNew user: User) -> Letter {
        Letter(about: user) { [self] address in
            let isPerson = user.userType == .standard
            return mail(
                isPerson ? .userInvitation : .serviceUserCreated,
                to: address,
                at: user.createdAt,
                about: user.id,
                of: user,
                isPerson
                    ? MailText(inviting: user, code: makeCode()) : MailText(aboutService: user)
            )
        }
    }

    /// A code that nobody guesses: 32 hex digits.
    private func makeCode() -> String { String(makeID(.mail).filter { $0 != "-" }) }

    private func mail(
        _ kind: MailKind,
        to address: String,
        at time: Timestamp,
        about id: String,
        of user: User,
        _ text: MailText
    ) -> Mail {
        Mail(
            id: makeID(.mail),
            createdAt: time,
            kind: kind,
            to: address,
            userID: user.id,
            subject: text.subject,
            body: text.body,
            links: text.links,
            codes: text.codes,
            about: id
        )
    }
}

/// The words of a mail.
private struct MailText {
    let subject: String
    let body: String
    var links: [String] = []
    var codes: [String] = []

    private static let certificates =
        Mail.serverPlaceholder + "/account/api/v1/client-auth-certificate"
    private static let tokens = Mail.serverPlaceholder + "/account/api/v1/api-access-token"
    private static let users = Mail.serverPlaceholder + "/account/api/v1/user"

    init(about event: ClockEvent, of user: User, kind: MailKind) {
        let isCertificate = event.serialNumber != nil
        let thing = isCertificate ? "client authentication certificate" : "API token"
        let left = event.days.map { $0 == 1 ? "1 day" : "\($0) days" }
        let fate = left.map { "expires in \($0)" } ?? "has expired"
        let serial = event.serialNumber.map { "Serial number: \($0)\n" } ?? ""
        let remedy =
            isCertificate
            ? "An expired certificate cannot be renewed or extended, and what presents it is "
                + "refused at once. Create a new one and put it in place of this one:"
            : "What presents an expired token is refused at once. Create a new one and put it in "
                + "place of this one:"
        let link = "\(isCertificate ? Self.certificates : Self.tokens)/\(event.id)"
        subject = "Your \(thing) \"\(event.name)\" \(fate)"
        links = [link]
        body = """
            Hello,

            the \(thing) "\(event.name)" of \(user.displayName) \(fate).

            \(serial)End date: \(event.endDate.map(\.iso8601) ?? "none")

            \(remedy)
            \(link)

            """
    }

    init(aboutIssued certificate: ClientAuthCertificate, of user: User) {
        let link = "\(Self.certificates)/\(certificate.id)"
        subject = "Your client authentication certificate \"\(certificate.name)\" was created"
        links = [link]
        body = """
            Hello,

            the client authentication certificate "\(certificate.name)" was created for \
            \(user.displayName).

            Serial number: \(certificate.serialNumber)
            Valid from: \(certificate.startDate)
            End date: \(certificate.endDate)

            \(link)

            """
    }

    init(inviting user: User, code: String) {
        let link = "\(Mail.serverPlaceholder)/account/invitation?code=\(code)"
        subject = "Welcome to DigiCert ONE: create your password"
        links = [link]
        codes = [code]
        body = """
            Hello \(user.displayName),

            a user account was created for you.

            Username: \(user.username ?? user.email)

            Create your password here:
            \(link)

            If you are asked for a code, enter \(code)

            """
    }

    init(aboutService user: User) {
        let link = "\(Self.users)/\(user.id)"
        subject = "Service user \"\(user.displayName)\" was created"
        links = [link]
        body = """
            Hello,

            the service user "\(user.displayName)" was created. Its API token was shown once, to \
            the one who created it.

            End date: \(user.endDate.map(\.iso8601) ?? "none")

            \(link)

            """
    }
}
