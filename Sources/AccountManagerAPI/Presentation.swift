import AccountModel
import AccountStore
import HTTP

/// What a request presents about who sends it, as the database knows it; nothing is decided yet.
struct Presentation {
    /// What `x-api-key` was found to be.
    enum Key {
        case absent
        /// It may not be used, and belongs to nobody.
        case unknown(reason: String)
        case known(TokenCredential, digest: [UInt8], refusal: String?)
    }

    /// What the connection's certificate was found to be.
    enum Certificate {
        case absent
        /// It may not be used, and never belonged to anybody here.
        case unknown(reason: String)
        case deleted(DeletedCertificate, reason: String)
        case known(CertificateCredential, refusal: String?)
    }

    /// The key.
    let key: Key

    /// The certificate.
    let certificate: Certificate
}

extension Presentation {
    /// A number that stands for a credential: by it requests are counted and sign-ins noted.
    ///
    /// - Parameter digest: The SHA-256 of the token's text or of the certificate.
    /// - Returns: Its first bytes, with the last two bits clear.
    static func number(of digest: [UInt8]) -> UInt64 {
        var number: UInt64 = 0
        for byte in digest.prefix(8) { number = number << 8 | UInt64(byte) }
        return number & ~3
    }

    /// A number that stands for what is known of both credentials; 0 when neither is known.
    var event: UInt64 {
        let keyEvent: UInt64 =
            switch key {
            case .absent, .unknown: 0
            case .known(_, let digest, let refusal):
                Self.event(of: digest, isRefused: refusal != nil)
            }
        let certificateEvent: UInt64 =
            switch certificate {
            case .absent, .unknown: 0
            case .deleted(let certificate, _):
                Self.event(of: certificate.sha256, isRefused: true)
            case .known(let credential, let refusal):
                Self.event(of: credential.certificate.sha256, isRefused: refusal != nil)
            }
        return keyEvent &+ certificateEvent &* 31
    }

    /// A number that stands for a credential and for what came of it.
    ///
    /// - Parameters:
    ///   - digest: The SHA-256 of the token's text or of the certificate.
    ///   - isRefused: Whether it may not be used.
    /// - Returns: The number, never 0.
    static func event(of digest: [UInt8], isRefused: Bool) -> UInt64 {
        number(of: digest) | (isRefused ? 1 : 2)
    }
}

/// A known credential that was presented, and what came of it.
struct SignInAttempt {
    /// The number that stands for both.
    let event: UInt64

    /// Whose credential it is.
    let user: User

    /// What kind of credential.
    let resourceType: AuditResourceType

    /// The credential's id.
    let resourceID: String

    /// What a person calls it.
    let name: String

    /// Why it may not be used; nil when it may.
    let refusal: String?

    /// Makes the audit entry.
    ///
    /// - Parameters:
    ///   - id: The entry's id.
    ///   - now: The world's time.
    ///   - connection: Where it was presented.
    /// - Returns: The entry.
    func entry(id: String, at now: Timestamp, on connection: ConnectionFacts) -> AuditEntry {
        AuditEntry(
            id: id,
            createdAt: now,
            userID: user.id,
            userName: user.displayName,
            accountID: user.primaryAccountID,
            action: .signIn,
            resourceType: resourceType,
            resourceID: resourceID,
            status: refusal == nil ? .success : .failure,
            description: refusal.map(ReasonText.printable) ?? "signed in with \(name)",
            ipAddress: connection.remoteHost
        )
    }
}

extension Presentation {
    /// The known credentials, each of which is a sign-in.
    ///
    /// - Parameters:
    ///   - refusal: Why nobody was recognized, for credentials that are usable by themselves.
    ///   - reader: Where the user of a deleted certificate is looked up.
    /// - Returns: The attempts, the key's first.
    /// - Throws: ``StoreError`` when the database fails.
    func attempts(
        refusal: String?,
        from reader: borrowing AccountReader
    ) throws(StoreError) -> [SignInAttempt] {
        var attempts: [SignInAttempt] = []
        if case .known(let credential, let digest, let ownRefusal) = key {
            let why = ownRefusal ?? refusal
            attempts.append(
                SignInAttempt(
                    event: Self.event(of: digest, isRefused: why != nil),
                    user: credential.user,
                    resourceType: .apiAccessToken,
                    resourceID: credential.token.id,
                    name: "token \(credential.token.id)",
                    refusal: why
                )
            )
        }
        switch certificate {
        case .absent, .unknown:
            break
        case .deleted(let certificate, let reason):
            guard let user = try reader.user(id: certificate.userID) else { break }
            attempts.append(
                SignInAttempt(
                    event: Self.event(of: certificate.sha256, isRefused: true),
                    user: user,
                    resourceType: .clientAuthCertificate,
                    resourceID: certificate.id,
                    name: certificate.name,
                    refusal: reason
                )
            )
        case .known(let credential, let ownRefusal):
            let why = ownRefusal ?? refusal
            attempts.append(
                SignInAttempt(
                    event: Self.event(of: credential.certificate.sha256, isRefused: why != nil),
                    user: credential.user,
                    resourceType: .clientAuthCertificate,
                    resourceID: credential.certificate.id,
                    name: Reasons.named(credential.certificate),
                    refusal: why
                )
            )
        }
        return attempts
    }
}
