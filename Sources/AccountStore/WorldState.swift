package import AccountModel

/// What a world remembers about itself.
package struct WorldState: Sendable, Hashable {
    /// The world's name.
    package let name: String

    /// When the world began, by its own clock.
    package let createdAt: Timestamp

    /// The SHA-256 of the seed it began with, in lower-case hex.
    package let seedSHA256: String

    /// What the world's clock does.
    package let clock: ClockState

    /// What time somebody last set the clock to; nil when nobody did.
    package let clockSetTo: Timestamp?

    /// Makes one.
    ///
    /// - Parameters:
    ///   - name: The world's name.
    ///   - createdAt: When the world began, by its own clock.
    ///   - seedSHA256: The SHA-256 of its seed, in lower-case hex.
    ///   - clock: What the world's clock does.
    ///   - clockSetTo: What time somebody last set it to; nil when nobody did.
    package init(
        name: String,
        createdAt: Timestamp,
        seedSHA256: String,
        clock: ClockState,
        clockSetTo: Timestamp? = nil
    ) {
        self.name = name
        self.createdAt = createdAt
        self.seedSHA256 = seedSHA256
        self.clock = clock
        self.clockSetTo = clockSetTo
    }
}

/// The issuing CA as it is stored.
package struct AuthorityRecord: Sendable, Hashable {
    /// The certificate, DER.
    package let certificate: [UInt8]

    /// The certificate as PEM, as it is printed beside every certificate that it issued.
    package let text: String

    /// The private key, PKCS#8 in DER.
    package let privateKey: [UInt8]

    /// When it was made, by the world's clock.
    package let createdAt: Timestamp

    /// Makes one.
    ///
    /// - Parameters:
    ///   - certificate: The certificate, DER.
    ///   - text: The certificate, PEM.
    ///   - privateKey: The private key, PKCS#8 in DER.
    ///   - createdAt: When it was made.
    package init(certificate: [UInt8], text: String, privateKey: [UInt8], createdAt: Timestamp) {
        self.certificate = certificate
        self.text = text
        self.privateKey = privateKey
        self.createdAt = createdAt
    }
}

extension AuthorityRecord: CustomStringConvertible, CustomDebugStringConvertible,
    CustomReflectable
{
    package var description: String { "AuthorityRecord(<redacted>)" }

    package var debugDescription: String { description }

    /// Nothing, so that no dump shows the key.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// Everything that a new world contains.
package struct Population: Sendable {
    /// A token and the digest of its text.
    package struct Token: Sendable {
        /// The token.
        package let token: APIAccessToken

        /// The SHA-256 of its text, 32 bytes.
        package let sha256: [UInt8]

        /// Makes one.
        ///
        /// - Parameters:
        ///   - token: The token.
        ///   - sha256: The SHA-256 of its text.
        package init(token: APIAccessToken, sha256: [UInt8]) {
            self.token = token
            self.sha256 = sha256
        }
    }

    /// A certificate and its PEM text.
    package struct Certificate: Sendable {
        /// The certificate.
        package let certificate: ClientAuthCertificate

        /// Its PEM text, and its issuer's.
        package let text: CertificateText

        /// Makes one.
        ///
        /// - Parameters:
        ///   - certificate: The certificate.
        ///   - text: Its PEM text.
        package init(certificate: ClientAuthCertificate, text: CertificateText) {
            self.certificate = certificate
            self.text = text
        }
    }

    /// The accounts.
    package var accounts: [Account]

    /// How people sign in, by the account's id; as in the vendor's example where none is named.
    package var signInMethods: [String: [SignInMethod]]

    /// The organizations of those accounts.
    package var organizations: [Organization]

    /// The products, in the order of listing; those that only users name come after them.
    package var applications: [Application]

    /// The roles of other products than the Account Manager.
    package var roles: [RoleDefinition]

    /// The users, each with accounts out of ``accounts``.
    package var users: [UserProfile]

    /// The tokens of those users.
    package var tokens: [Token]

    /// The certificates of those users.
    package var certificates: [Certificate]

    /// Makes one.
    ///
    /// - Parameters:
    ///   - accounts: The accounts.
    ///   - signInMethods: How people sign in, by the account's id.
    ///   - organizations: The organizations of those accounts.
    ///   - applications: The products, in the order of listing.
    ///   - roles: The roles of other products than the Account Manager.
    ///   - users: The users.
    ///   - tokens: The tokens of those users.
    ///   - certificates: The certificates of those users.
    package init(
        accounts: [Account],
        signInMethods: [String: [SignInMethod]] = [:],
        organizations: [Organization] = [],
        applications: [Application] = [],
        roles: [RoleDefinition] = [],
        users: [UserProfile],
        tokens: [Token],
        certificates: [Certificate]
    ) {
        self.accounts = accounts
        self.signInMethods = signInMethods
        self.organizations = organizations
        self.applications = applications
        self.roles = roles
        self.users = users
        self.tokens = tokens
        self.certificates = certificates
    }

    /// Every product that anything names, and the Account Manager, each once.
    var allApplications: [Application] {
        let named =
            applications + roles.map(\.application)
            + users.flatMap(\.applications).map { Application(id: $0.id, name: $0.name) }
        var all: [Application] = []
        for application in named where !all.contains(where: { $0.id == application.id }) {
            all.append(application)
        }
        let isComplete = all.contains { $0.code == Application.accountManager.code }
        return isComplete ? all : all + [.accountManager]
    }
}
