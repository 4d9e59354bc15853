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

    fileprivate init(user: User, note: String? = nil) {
        self.user = user
        self.note = note
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
    ///   - request: What was sent.
    ///   - context: The connection it came on.
    ///   - reader: Where keys and certificates are looked up.
    /// - Returns: Who it is.
    /// - Throws: ``APIRefusal`` with the reason when nobody is recognized.
    func authenticate(
        _ request: Request,
        in context: RequestContext,
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> AuthenticatedPrincipal {
        let presented = try standing(ofCertificateIn: context.connection, from: reader)
        guard let key = try key(in: request.fields) else {
            switch presented {
            case .usable(let credential):
                return AuthenticatedPrincipal(user: credential.user)
            case .unusable(let reason):
                throw APIRefusal(.noAuthenticationData, reason)
            case .absent:
                throw APIRefusal(.noAuthenticationData, nothingPresented(request, context))
            }
        }
        let user = try user(ofKey: key, from: reader)
        switch presented {
        case .absent:
            return AuthenticatedPrincipal(user: user)
        case .unusable(let reason):
            return AuthenticatedPrincipal(user: user, note: "the key alone decided: \(reason)")
        case .usable(let credential):
            guard credential.user.id == user.id else {
                throw APIRefusal(
                    .noAuthenticationData,
                    "x-api-key speaks for \(Reasons.named(user)), and"
                        + " \(Reasons.named(credential.certificate)) for"
                        + " \(Reasons.named(credential.user)); present two of one user, or one"
                )
            }
            return AuthenticatedPrincipal(user: user)
        }
    }
}

// MARK: - Keys

extension Authenticator {
    /// The key that was sent; an empty one counts as none, as an unset variable makes it.
    private func key(in fields: Fields) throws(APIRefusal) -> String? {
        var found: String?
        for field in fields where field.name == "x-api-key" {
            guard found == nil else {
                throw APIRefusal(.refusedKey, "x-api-key was sent more than once; send it once")
            }
            found = field.value
        }
        guard let key = found, !key.isEmpty else { return nil }
        let bytesMax = APIAccessToken.textBytesMax
        guard key.utf8.count <= bytesMax else {
            throw APIRefusal(
                .refusedKey,
                "x-api-key has \(key.utf8.count) bytes; no key has more than \(bytesMax)"
            )
        }
        return key
    }

    private func user(
        ofKey key: String,
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> User {
        let digest = Digest.sha256(Array(key.utf8))
        let found = try APIRefusal.translating { () throws(StoreError) in
            try reader.credential(tokenSHA256: digest)
        }
        guard let credential = found else {
            throw APIRefusal(
                .refusedKey,
                "no token of world \(worldName) is the key in x-api-key; see config/seed.json for"
                    + " the tokens of a fresh world"
            )
        }
        let standing = credential.standing(at: now)
        if let reason = Reasons.clause(credential, standing, now: now) {
            throw APIRefusal(.refusedKey, reason)
        }
        return credential.user
    }
}

// MARK: - Certificates

extension Authenticator {
    /// What the connection's certificate is worth now.
    private enum Presented {
        case absent
        case unusable(reason: String)
        case usable(CertificateCredential)
    }

    private func standing(
        ofCertificateIn connection: ConnectionFacts,
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> Presented {
        // Only a handshake that asks can bring a certificate; this makes sure of it.
        guard connection.asksForClientCertificate,
            let presented = connection.presentedCertificate
        else { return .absent }
        let found = try APIRefusal.translating { () throws(StoreError) in
            try reader.finding(certificateSHA256: presented.sha256)
        }
        switch found {
        case nil:
            return .unusable(reason: Reasons.foreign(presented, issuerName: issuerName))
        case .deleted(let certificate):
            return .unusable(reason: Reasons.deleted(certificate))
        case .existing(let credential):
            let standing = credential.standing(at: now)
            if let reason = Reasons.clause(credential, standing, now: now) {
                return .unusable(reason: reason)
            }
            return .usable(credential)
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
