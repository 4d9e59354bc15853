import AccountModel
import AccountStore
import HTTP

extension Presentation {
    /// Names the known token and certificate for the journal.
    ///
    /// - Parameter user: Who was recognized by them; nil when nobody was.
    /// - Returns: What is known of them.
    func credential(of user: User?) -> UsedCredential {
        var token: UsedCredential.Token?
        if case .known(let found, _, _) = key {
            token = .init(id: found.token.id, userID: found.user.id)
        }
        let certificate: UsedCredential.Certificate? =
            switch certificate {
            case .absent, .unknown:
                nil
            case .deleted(let found, _):
                .init(
                    id: found.id,
                    serialNumber: found.serialNumber,
                    sha256: found.sha256,
                    userID: found.userID
                )
            case .known(let found, _):
                .init(
                    id: found.certificate.id,
                    serialNumber: found.certificate.serialNumber,
                    sha256: found.certificate.sha256,
                    userID: found.user.id
                )
            }
        // The key says who, where there is one: see Authenticator.
        return UsedCredential(
            token: token,
            certificate: certificate,
            decidedBy: user.map { _ in token == nil ? .certificate : .token },
            userID: user?.id,
            isContradictory: isContradictory
        )
    }

    /// Whether both speak, and for different users.
    private var isContradictory: Bool {
        guard case .known(let token, _, nil) = key, case .known(let other, nil) = certificate else {
            return false
        }
        return token.user.id != other.user.id
    }
}
