/// One line of the audit log: who did what to what, and whether it succeeded.
package struct AuditEntry: Sendable, Hashable {
    /// A lower-case UUID.
    package var id: String

    /// When it happened, by the world's clock.
    package var createdAt: Timestamp

    /// The id of the user who did it.
    package var userID: String

    /// What that user was called then.
    package var userName: String

    /// The account in which it happened.
    package var accountID: String

    /// The id of the user whose thing it is, where somebody else did it.
    ///
    /// An account of both has the entry then. It is not kept.
    package var ownerID: String?

    /// What was done.
    package var action: AuditAction

    /// To what kind of thing.
    package var resourceType: AuditResourceType

    /// The id of the thing; nil when none came into being.
    package var resourceID: String?

    /// Whether it succeeded.
    package var status: AuditStatus

    /// A sentence for people: the reason of a failure, else what changed.
    package var description: String

    /// Where the request came from; nil for what the mock does by itself.
    package var ipAddress: String?

    /// Makes an entry.
    ///
    /// - Parameters:
    ///   - id: A lower-case UUID.
    ///   - createdAt: When it happened, by the world's clock.
    ///   - userID: The id of the user who did it.
    ///   - userName: What that user was called then.
    ///   - accountID: The account in which it happened.
    ///   - ownerID: The id of the user whose thing it is.
    ///   - action: What was done.
    ///   - resourceType: To what kind of thing.
    ///   - resourceID: The id of the thing.
    ///   - status: Whether it succeeded.
    ///   - description: A sentence for people.
    ///   - ipAddress: Where the request came from.
    package init(
        id: String,
        createdAt: Timestamp,
        userID: String,
        userName: String,
        accountID: String,
        ownerID: String? = nil,
        action: AuditAction,
        resourceType: AuditResourceType,
        resourceID: String?,
        status: AuditStatus = .success,
        description: String,
        ipAddress: String?
    ) {
        self.id = id
        self.createdAt = createdAt
        self.userID = userID
        self.userName = userName
        self.accountID = accountID
        self.ownerID = ownerID
        self.action = action
        self.resourceType = resourceType
        self.resourceID = resourceID
        self.status = status
        self.description = description
        self.ipAddress = ipAddress
    }
}

/// What was done.
package enum AuditAction: String, Sendable, Hashable, CaseIterable {
    /// A thing came into being.
    case create = "CREATE"

    /// A thing was changed.
    case update = "UPDATE"

    /// A thing may be used again.
    case enable = "ENABLE"

    /// A thing may no longer be used.
    case disable = "DISABLE"

    /// A thing is gone.
    case delete = "DELETE"

    /// A user may sign in again.
    case unlock = "UNLOCK"

    /// A key or certificate was presented.
    case signIn = "SIGN_IN"
}

/// To what kind of thing it was done.
package enum AuditResourceType: String, Sendable, Hashable, CaseIterable {
    /// A standard or service user.
    case user = "USER"

    /// An API key.
    case apiAccessToken = "API_ACCESS_TOKEN"

    /// A client authentication certificate, in the spelling of the vendor's audit filters.
    case clientAuthCertificate = "client_auth_cert"
}

/// Whether it succeeded.
package enum AuditStatus: String, Sendable, Hashable, CaseIterable {
    /// It was done.
    case success = "SUCCESS"

    /// It was refused.
    case failure = "FAILURE"
}
