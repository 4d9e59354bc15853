internal import AccountModel
internal import AccountStore
internal import OpenSSLBridge
internal import PrivateCA
internal import Synchronization

/// What a client authenticates with: a token, and a key with its certificate.
package struct KitCredentials: Sendable {
    /// The id of the user whose they are.
    package let userID: String

    /// What the user is called.
    package let userName: String

    /// The token's text, as the world itself knows it.
    package let token: String

    /// Whether everybody knows the token: it stands in `config/seed.json`.
    package let isTokenPublic: Bool

    /// The id of the certificate, as in `GET /client-auth-certificate/{id}`.
    package let certificateID: String

    /// The certificate, PEM.
    package let certificate: String

    /// The key, PEM, PKCS#8.
    package let key: String

    /// Key and certificate in one PKCS#12 file.
    package let keyStore: [UInt8]

    /// What opens ``keyStore``.
    package let password: String
}

/// Why a client cannot be fitted out.
package enum KitError: Error, Hashable, CustomStringConvertible {
    /// The world has no user of that name, or none at all where no name was given.
    case unknownUser(String?, known: [String])

    /// Something else went wrong: the sentence says what.
    case failed(String)

    /// One sentence with what to do about it.
    package var description: String {
        switch self {
        case .unknownUser(let name?, let known):
            "there is no user \"\(name)\"; give an id, a name or an email address, such as "
                + known.map { "\"\($0)\"" }.joined(separator: ", ")
        case .unknownUser(nil, _): "the world has no user who may authenticate"
        case .failed(let sentence): sentence
        }
    }
}

/// The credentials that a world has handed out, so that asking again makes no new ones.
///
/// They are in memory only: the world's database holds no client's key.
final class KitShelf: Sendable {
    let credentials = Mutex<[String: KitCredentials]>([:])
}

extension World {
    /// The nickname of a kit's certificate and token; a number follows where it is taken.
    package static let kitName = "mock kit"

    /// The tokens of `config/seed.json`, which are public on purpose.
    static let publicTokens = ["SERVICE_USER_TOKEN", "ADMIN_API_TOKEN", "VIEW_ONLY_API_TOKEN"]

    /// The credentials of a user, made when somebody asks for the first time.
    ///
    /// A key is made and a certificate issued, stored and audited as `POST …/pkcs12` does it; so
    /// it takes as long as the authority's key does. The same are handed out again until the
    /// certificate is deleted or expires, or the process forgets the world. A disabled one stays:
    /// whoever disabled it wants to see it refused.
    ///
    /// - Parameter userName: The user's id, name or email address; nil takes the owner of
    ///   `SERVICE_USER_TOKEN`, else the first service user, else the first user.
    /// - Returns: The credentials.
    /// - Throws: ``KitError``.
    package func kitCredentials(of userName: String?) throws(KitError) -> KitCredentials {
        do {
            let user = try kitUser(named: userName)
            return try kitShelf.credentials.withLock { shelf in
                if let known = shelf[user.id], try isCurrent(known) { return known }
                let made = try makeKitCredentials(of: user)
                shelf[user.id] = made
                return made
            }
        } catch let error as KitError {
            throw error
        } catch {
            throw .failed("world \(name): \(error)")
        }
    }

    /// Which of the public tokens work in this world, with the names of their variables.
    ///
    /// - Returns: The texts, as the world itself knows them.
    package func workingPublicTokens() -> [String] {
        Self.publicTokens.filter { (try? publicTokenOwner($0)) != nil }
    }

    private func isCurrent(_ credentials: KitCredentials) throws -> Bool {
        let now = clock.now
        let certificate = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.certificate(id: credentials.certificateID)
        }
        guard let certificate else { return false }
        return now <= certificate.endDate
    }
}

// Who is fitted out.
extension World {
    private func kitUser(named wanted: String?) throws -> User {
        guard let wanted else {
            if let owner = try? publicTokenOwner(Self.publicTokens[0]) { return owner }
            let users = try kitUsers()
            guard let user = users.first(where: { $0.userType == .service }) ?? users.first else {
                throw KitError.unknownUser(nil, known: [])
            }
            return user
        }
        let users = try kitUsers()
        // What is spelled exactly so comes before what is alike but for capitals.
        let exact = users.first { Self.names(of: $0).contains(wanted) }
        let alike = users.first { user in
            Self.names(of: user).contains { $0.lowercased() == wanted.lowercased() }
        }
        guard let user = exact ?? alike else {
            throw KitError.unknownUser(wanted, known: users.prefix(5).map(\.displayName))
        }
        return user
    }

    private static func names(of user: User) -> [String] {
        [user.id, user.email, user.displayName] + [user.username].compactMap(\.self)
    }

    private func kitUsers() throws -> [User] {
        let now = clock.now
        return try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.users(
                visibleTo: .everything,
                page: PageRequest(limit: .max),
                now: now
            ).map(\.user)
        }
    }

    /// Whose a token is, if it may be used now.
    private func publicTokenOwner(_ text: String) throws -> User? {
        let digest = digest(ofToken: text)
        let found = try store.read(loop: 0) { (reader) throws(StoreError) in
            try reader.credential(tokenSHA256: digest)
        }
        guard let found, found.standing(at: clock.now) == .usable else { return nil }
        return found.user
    }
}

// What is made.
extension World {
    private func makeKitCredentials(of user: User) throws -> KitCredentials {
        let key = try PrivateKey.generate(.p256, from: random.next(.clientKey))
        // A friendly name may be longer than a common name (X.520: ub-common-name).
        let subject = DistinguishedName([.init(.commonName, Self.kitName)])
        let csr = try CertificateRequest.make(subject: subject, key: key).pem()
        let (certificate, text) = try storeKitCertificate(csr, of: user)
        let password = makeFilePassword()
        let keyStore = try KeyStore.makeBriefPKCS12(
            name: certificate.name,
            key: key,
            certificate: Certificate.parse(pem: text.x509Certificate),
            password: password,
            random: random.next(.keyStore)
        )
        let publicToken = Self.publicTokens.first { (try? publicTokenOwner($0))?.id == user.id }
        return KitCredentials(
            userID: user.id,
            userName: user.displayName,
            token: try publicToken ?? storeKitToken(of: user),
            isTokenPublic: publicToken != nil,
            certificateID: certificate.id,
            certificate: text.x509Certificate,
            key: try key.pem(),
            keyStore: keyStore,
            password: password
        )
    }

    private func storeKitCertificate(
        _ csr: String,
        of user: User
    ) throws -> (ClientAuthCertificate, CertificateText) {
        let now = clock.now
        let taken = try store.read(loop: 0) { (reader) throws(StoreError) in
            Set(try reader.certificates(userID: user.id).map(\.name))
        }
        let wish = CertificateWish(csr: csr, name: Self.freeName(taken))
        let (certificate, text) = try makeCertificate(wish, for: user, now: now)
        let entry = kitEntry(
            .clientAuthCertificate,
            certificate.id,
            of: user,
            "certificate \(certificate.serialNumber) (\"\(certificate.name)\"), by the mock"
        )
        try store.insert(certificate, text: text, audit: entry)
        return (certificate, text)
    }

    private func storeKitToken(of user: User) throws -> String {
        let now = clock.now
        let taken = try store.read(loop: 0) { (reader) throws(StoreError) in
            Set(
                try reader.tokens(userID: user.id, page: PageRequest(limit: .max)).map(\.name)
            )
        }
        let text = makeTokenText()
        let token = APIAccessToken(
            id: makeID(),
            userID: user.id,
            name: Self.freeName(taken),
            endDate: user.endDate,
            createdAt: now,
            createdBy: user.id
        )
        try store.insert(
            Population.Token(token: token, sha256: digest(ofToken: text)),
            audit: kitEntry(
                .apiAccessToken,
                token.id,
                of: user,
                "token \"\(token.name)\", by the mock"
            )
        )
        return text
    }

    private static func freeName(_ taken: Set<String>) -> String {
        guard taken.contains(kitName) else { return kitName }
        var number = 2
        while taken.contains("\(kitName) \(number)") { number += 1 }
        return "\(kitName) \(number)"
    }

    private func kitEntry(
        _ type: AuditResourceType,
        _ id: String,
        of user: User,
        _ description: String
    ) -> AuditEntry {
        AuditEntry(
            id: makeID(),
            createdAt: clock.now,
            userID: user.id,
            userName: user.displayName,
            accountID: user.primaryAccountID,
            action: .create,
            resourceType: type,
            resourceID: id,
            description: description,
            ipAddress: nil
        )
    }
}
