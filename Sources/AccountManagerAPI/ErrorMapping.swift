import AccountStore
import PrivateCA
import World

// The one place where the errors of lower layers become rows of the catalogue.

extension APIRefusal {
    /// Nothing is issued: the vendor has one row for every reason.
    init(_ refusal: IssuanceRefusal) {
        switch refusal.kind {
        case .csr, .key, .signature, .subject, .expirationDate:
            self.init(.invalidInput, refusal.reason)
        }
    }

    /// The store refuses a change, or fails.
    init(_ error: StoreError) {
        switch error {
        case .duplicateCertificateName(let name):
            self.init(
                .duplicateName,
                "the user has a certificate named \"\(name)\" already, perhaps disabled or expired;"
                    + " choose another name, or free this one with"
                    + " DELETE \(Reasons.certificatePath)/{id}"
            )
        case .duplicateTokenName(let name):
            self.init(
                .duplicateTokenName,
                "the user has a token named \"\(name)\" already, perhaps disabled or expired;"
                    + " choose another name, or free this one with"
                    + " DELETE \(Reasons.tokenPath)/{id}"
            )
        case .duplicateFriendlyName(let name):
            let message = APIError.duplicateNickname.row.message
            self.init(
                .duplicateNickname,
                "a service user named \"\(name)\" exists already, perhaps disabled, expired or in"
                    + " an account that the caller does not see; choose another friendly_name",
                message: message.replacing("<name>", with: name)
            )
        case .duplicateEmail, .duplicateUsername:
            self.init(.duplicateUser, "\(error); choose another one")
        case .unknownUser(let id):
            self.init(.userNotFound, "the user \(id) was deleted a moment ago")
        case .database(let failure) where error.isTemporary:
            self.init(
                .unavailable,
                "the world's database takes nothing now: \(failure); make room on its disk, or end"
                    + " the program that holds it"
            )
        case .database(let failure):
            self.init(.internalError, "the world's database failed: \(failure)")
        }
    }

    /// Runs what only the store can refuse.
    static func translating<Result>(
        _ body: () throws(StoreError) -> Result
    ) throws(APIRefusal) -> Result {
        do throws(StoreError) {
            return try body()
        } catch {
            throw APIRefusal(error)
        }
    }

    /// Something fails that never should: the log says what, the client does not learn it.
    init(unexpected error: any Error) {
        self.init(.internalError, "a fault of this program's own: \(error)")
    }

    /// No certificate of the caller's has an id; another user's certificate is absent, too.
    static func unknownCertificate(_ id: String) -> APIRefusal {
        APIRefusal(
            .certificateNotFound,
            "the user has no certificate with the id \(id);"
                + " GET \(Reasons.certificatePath) lists those there are"
        )
    }
}

extension APIError {
    /// The status that a world answers with.
    ///
    /// - Parameter settings: The world's settings.
    /// - Returns: The row's status, or the other one where a setting says so.
    func status(in settings: WorldSettings) -> Int {
        switch self {
        case .refusedKey:
            settings.refusedKeyStatus.rawValue
        case .duplicateName, .duplicateNickname, .duplicateUser, .duplicateTokenName:
            settings.duplicateErrorStatus.rawValue
        case .noAuthenticationData, .notEnoughPermissions, .invalidInput, .certificateNotFound,
            .userNotFound, .tokenNotFound, .accountNotFound, .organizationNotFound,
            .auditEntryNotFound, .pathNotFound, .notAcceptable, .tooManyRequests,
            .methodNotAllowed, .unsupportedMediaType, .malformedRequest,
            .requestTimeout, .bodyTooLarge, .targetTooLong, .misdirectedRequest, .headersTooLarge,
            .internalError, .notImplemented, .unavailable, .versionNotSupported:
            row.status
        }
    }
}
