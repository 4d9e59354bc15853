package import AccountModel
package import AccountStore
internal import PrivateCA

extension World {
    /// The mail about a certificate for signing in that an administrator made invalid.
    ///
    /// - Parameters:
    ///   - user: Whose it was.
    ///   - attribution: Who did it and when.
    /// - Returns: The mail, to be stored together with the reset.
    package func letter(aboutResetOf user: User, by attribution: Attribution) -> Letter {
        Letter(about: user) { [self] address in
            let link = "\(Mail.pagesPlaceholder)/worlds/\(name)/two-factor/sign-in"
            return Mail(
                id: makeID(.mail),
                createdAt: attribution.at,
                kind: .clientCertificateReset,
                to: address,
                userID: user.id,
                subject: "Your client certificate was reset: generate a new one",
                body: """
                    Hello \(user.displayName),

                    \(attribution.userName) reset the client certificate with which you sign in. \
                    The old certificate is invalid from now on; you may remove it from your \
                    browser.

                    Before you can sign in again, generate a new one:

                    1. Sign in with your user name and password:
                    \(link)
                    2. Generate the certificate, import it, and present it when your browser asks.

                    If you did not ask for this, tell your administrator.

                    """,
                links: [link],
                about: user.id
            )
        }
    }
}
