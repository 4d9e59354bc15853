import AccountModel
import AccountStore
import HTTP

extension Presentation {
    /// The known token and certificate, which nobody was recognized by.
    var credential: UsedCredential? {
        var credential = UsedCredential()
        if case .known(let found, _, _) = key {
            credential.token = .init(id: found.token.id, userID: found.user.id)
        }
        switch certificate {
        case .absent, .unknown:
            break
        case .deleted(let found, _):
            credential.certificate = .init(
                id: found.id,
                serialNumber: found.serialNumber,
                sha256: found.sha256,
                userID: found.userID
            )
        case .known(let found, _):
            credential.certificate = .init(
                id: found.certificate.id,
                serialNumber: found.certificate.serialNumber,
                sha256: found.certificate.sha256,
                userID: found.user.id
            )
        }
        return credential.token == nil && credential.certificate == nil ? nil : credential
    }

    /// The same where somebody was recognized.
    ///
    /// - Parameter user: Who it was.
    /// - Returns: The token and the certificate, and which of them decided.
    func credential(of user: User) -> UsedCredential? {
        var credential = credential
        // The key says who, where there is one: see Authenticator.
        credential?.decidedBy = credential?.token == nil ? .certificate : .token
        credential?.userID = user.id
        return credential
    }
}
