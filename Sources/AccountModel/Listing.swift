/// Which part of the world somebody may see; what lies outside is absent, not forbidden.
package enum Visibility: Sendable, Hashable {
    /// All of it.
    case everything

    /// The accounts of a user, and who and what shares one of them.
    case accounts(ofUser: String)

    /// What a user sees.
    ///
    /// - Parameter user: Who looks.
    package init(of user: User) {
        self =
            switch user.accessScope {
            case .system: .everything
            case .account: .accounts(ofUser: user.id)
            }
    }
}

/// A stretch of a list.
package struct PageRequest: Sendable, Hashable {
    /// How many items to pass over.
    package var offset: Int

    /// The largest number of items to hand out.
    package var limit: Int

    /// Asks for a page.
    ///
    /// - Parameters:
    ///   - offset: How many items to pass over, 0 at least.
    ///   - limit: The largest number of items to hand out.
    package init(offset: Int = 0, limit: Int) {
        self.offset = offset
        self.limit = limit
    }
}

/// Which users a list is to contain; what is nil or empty does not matter.
package struct UserFilter: Sendable, Hashable {
    /// Person or program.
    package var userType: UserType?

    /// What flags and dates amount to.
    package var status: UserStatus?

    /// One of the user's accounts, the primary one included.
    package var accountID: String?

    /// The whole address, in any case.
    package var email: String?

    /// The whole friendly name.
    package var friendlyName: String?

    /// Part of a name, the address or the username, in any case.
    package var search: String?

    /// Wants everything.
    package init() {}
}

/// Which of a user's certificates a list is to contain; what is nil does not matter.
package struct CertificateFilter: Sendable, Hashable {
    /// The whole name.
    package var name: String?

    /// What flags and dates amount to.
    package var status: ClientAuthCertificateStatus?

    /// Wants everything.
    package init() {}
}

/// What a certificate's flag and end date amount to; the raw value is the filter's spelling.
package enum ClientAuthCertificateStatus: String, Sendable, Hashable, CaseIterable {
    /// Enabled and not past its end.
    case valid

    /// Disabled, and not past its end.
    case disabled

    /// Past its end.
    case expired
}

/// Which audit entries are wanted; what is nil or empty does not matter.
package struct AuditQuery: Sendable, Hashable {
    /// By what entries can be sorted; the raw value is the API's name.
    package enum Field: String, Sendable, Hashable, CaseIterable {
        /// When it happened.
        case timestamp

        /// Who did it.
        case userName = "user_name"

        /// What was done.
        case action

        /// To what kind of thing.
        case resourceType = "resource_type"

        /// To which thing.
        case resourceID = "resource_id"

        /// Whether it succeeded.
        case status

        /// In which account.
        case accountID = "account_id"

        /// Where the request came from.
        case ipAddress = "ip_address"
    }

    /// Part of the name of who did it, in any case.
    package var userName: String?

    /// What was done, by its name; one that is no action's finds nothing.
    package var action: String?

    /// To what kinds of thing, by their names.
    package var resourceTypes: [String] = []

    /// To which thing.
    package var resourceID: String?

    /// Whether it succeeded, by the status's name.
    package var status: String?

    /// In which account.
    package var accountID: String?

    /// The first moment.
    package var from: Timestamp?

    /// The last moment.
    package var to: Timestamp?

    /// By what to sort.
    package var sortField = Field.timestamp

    /// Whether the smallest comes first.
    ///
    /// Entries of one moment stand in the order of events, other equal ones the newest first.
    package var isAscending = false

    /// Wants everything, the newest first.
    package init() {}
}
