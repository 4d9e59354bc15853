package import AccountModel
import AccountStore
import HTTP
import OpenSSLBridge

/// Somebody whose key or certificate was found good for this request; only ``Authenticator``
/// makes one.
package struct AuthenticatedPrincipal: Sendable {
    /// The user for whom the key or the certificate speaks.
    package let user: User

    /// What was presented besides and not used, for the log; nil when there was nothing.
    package let note: String?

    /// The number that stands for the key or certificate that decided.
    let credential: UInt64

    /// The last moment of the token that decided; nil when it has none, or a certificate decided.
    let tokenEndDate: Timestamp?

    fileprivate init(
        user: User,
        credential: UInt64,
        tokenEndDate: Timestamp? = nil,
        note: String? = nil
    ) {
        self.user = user
        self.note = note
        self.credential = credential
        self.tokenEndDate = tokenEndDate
    }
}

/// Decides anew on every request who asks, from `x-api-key` and the connection's certificate.
///
/// The key says who, where there is one. A certificate beside it must not speak for somebody else,
/// but one that is unusable is overlooked: the vendor treats it as no credential at all. Without
/// a key the certificate decides.
struct Authenticator {
    /// The name of the world whose keys and certificates count.
    let worldName: String

    /// What the authority is called that issues the world's certificates.
    let issuerName: String

    /// The world's time.
    let now: Timestamp

    /// Finds out who asks.
    ///
    /// - Parameters:
    ///   - presentation: What was presented.
    ///   - request: What was sent.
    ///   - context: The connection it came on.
    /// - Returns: Who it is.
    /// - Throws: ``APIRefusal`` with the reason when nobody is recognized.
    func authenticate(
        _ presentation: Presentation,
        _ request: Request,
        in context: RequestContext
    ) throws(APIRefusal) -> AuthenticatedPrincipal {
        switch presentation.key {
        case .unknown(let reason):
            throw APIRefusal(.refusedKey, reason)
        case .known(_, _, let refusal?):
            throw APIRefusal(.refusedKey, refusal)
        case .known(let credential, let digest, nil):
            let note = try note(on: presentation.certificate, beside: credential.user)
            return AuthenticatedPrincipal(
                user: credential.user,
                credential: Presentation.number(of: digest),
                tokenEndDate: credential.token.endDate,
                note: note
            )
        case .absent:
            break
        }
        switch presentation.certificate {
        case .known(let credential, nil):
            return AuthenticatedPrincipal(
                user: credential.user,
                credential: Presentation.number(of: credential.certificate.sha256)
            )
        case .unknown(let reason), .deleted(_, let reason), .known(_, let reason?):
            throw APIRefusal(.noAuthenticationData, reason)
        case .absent:
            throw APIRefusal(.noAuthenticationData, nothingPresented(request, context))
        }
    }

    /// What is to be said about a certificate beside a usable key.
    private func note(
        on certificate: Presentation.Certificate,
        beside user: User
    ) throws(APIRefusal) -> String? {
        switch certificate {
        case .absent:
            return nil
        case .unknown(let reason), .deleted(_, let reason), .known(_, let reason?):
            return "the key alone decided: \(reason)"
        case .known(let credential, nil):
            guard credential.user.id == user.id else {
                throw APIRefusal(
                    .noAuthenticationData,
                    "x-api-key speaks for \(Reasons.named(user)), and"
                        + " \(Reasons.named(credential.certificate)) for"
                        + " \(Reasons.named(credential.user)); present two of one user, or one"
                )
            }
            return nil
        }
    }

    /// Looks up what a request presents.
    ///
    /// - Parameters:
    ///   - request: What was sent.
    ///   - context: The connection it came on.
    ///   - reader: Where keys and certificates are looked up.
    /// - Returns: What was presented.
    /// - Throws: ``StoreError`` when the database fails.
    func look(
        at request: Request,
        in context: RequestContext,
        from reader: borrowing AccountReader
    ) throws(StoreError) -> Presentation {
        Presentation(
            key: try key(in: request.fields, from: reader),
            certificate: try certificate(of: context.connection, from: reader)
        )
    }
}

// MARK: - Keys

extension Authenticator {
    /// The key that was sent; an empty one counts as none, as an unset variable makes it.
    private func key(
        in fields: Fields,
        from reader: borrowing AccountReader
    ) throws(StoreError) -> Presentation.Key {
        var found: String?
        for field in fields where field.name == "x-api-key" {
            guard found == nil else {
                return .unknown(reason: "x-api-key was sent more than once; send it once")
            }
            found = field.value
        }
        guard let key = found, !key.isEmpty else { return .absent }
        let bytesMax = APIAccessToken.textBytesMax
        guard key.utf8.count <= bytesMax else {
            return .unknown(
                reason: "x-api-key has \(key.utf8.count) bytes; no key has more than \(bytesMax)"
            )
        }
        let digest = Digest.sha256(Array(key.utf8))
        guard let credential = try reader.credential(tokenSHA256: digest) else {
            return .unknown(
                reason: "no token of world \(worldName) is the key in x-api-key; see"
                    + " config/seed.json for the tokens of a fresh world"
            )
        }
        let standing = credential.standing(at: now)
        let refusal = Reasons.clause(credential, standing, now: now)
        return .known(credential, digest: digest, refusal: refusal)
    }
}

// MARK: - Certificates

extension Authenticator {
    private func certificate(
        of connection: ConnectionFacts,
        from reader: borrowing AccountReader
    ) throws(StoreError) -> Presentation.Certificate {
        // Only a handshake that asks can bring a certificate; this makes sure of it.
        guard connection.asksForClientCertificate,
            let presented = connection.presentedCertificate
        else { return .absent }
        switch try reader.finding(certificateSHA256: presented.sha256) {
        case nil:
            return .unknown(reason: Reasons.foreign(presented, issuerName: issuerName))
        case .deleted(let certificate):
            return .deleted(certificate, reason: Reasons.deleted(certificate))
        case .existing(let credential):
            let standing = credential.standing(at: now)
            return .known(credential, refusal: Reasons.clause(credential, standing, now: now))
        }
    }

    private func nothingPresented(_ request: Request, _ context: RequestContext) -> String {
        let header =
            request.fields.first("x-api-key") == nil
            ? "no x-api-key header was sent"
            : "x-api-key was sent empty (an unset variable?)"
        let bearer =
            request.fields.first("authorization") == nil
            ? "" : "; Authorization is not read by this mock"
        let certificate =
            context.connection.asksForClientCertificate
            ? "the client presented no certificate although the handshake asked for one"
            : "this host never asks for a certificate: for mTLS use the clientauth host or port"
        return "\(header) and \(certificate)\(bearer)"
    }
}
