/// Somebody who can authenticate: a person, or a program ("service user").
package struct User: Sendable, Hashable {
    /// A lower-case UUID.
    package var id: String

    /// The address; nothing is ever mailed to a service user's.
    package var email: String

    /// Whether the user may authenticate at all.
    package var status: UserStatus

    /// How far the user's rights reach.
    package var accessScope: AccessScope

    /// The account the user belongs to.
    ///
    /// It need not be among the user's accounts: in the vendor's own example it is not.
    package var primaryAccountID: String

    /// When the user was made.
    package var createdAt: Timestamp

    /// The id of the user who made this one.
    package var createdBy: String

    /// Person or program.
    package var userType: UserType

    /// A service user's name; nil for a standard user.
    package var friendlyName: String?

    /// Free text, often empty.
    package var description: String

    /// Such as `en_US`.
    package var locale: String

    /// A standard user's given name; nil for a service user.
    package var firstName: String?

    /// A standard user's family name; nil for a service user.
    package var lastName: String?

    /// The user's roles in the Account Manager, as they are stored.
    private var storedRoles: PermissionList

    /// The last moment at which the user may authenticate; nil means for ever.
    package var endDate: Timestamp?

    /// Makes a user.
    ///
    /// - Parameters:
    ///   - id: A lower-case UUID.
    ///   - email: The address.
    ///   - status: Whether the user may authenticate.
    ///   - accessScope: How far the user's rights reach.
    ///   - primaryAccountID: The account the user belongs to.
    ///   - createdAt: When the user was made.
    ///   - createdBy: The id of the user who made this one.
    ///   - userType: Person or program.
    ///   - friendlyName: A service user's name.
    ///   - description: Free text.
    ///   - locale: Such as `en_US`.
    ///   - firstName: A standard user's given name.
    ///   - lastName: A standard user's family name.
    ///   - storedRoles: The names of the user's roles in the Account Manager.
    ///   - endDate: The last moment at which the user may authenticate.
    package init(
        id: String,
        email: String,
        status: UserStatus = .active,
        accessScope: AccessScope = .account,
        primaryAccountID: String,
        createdAt: Timestamp,
        createdBy: String,
        userType: UserType,
        friendlyName: String? = nil,
        description: String = "",
        locale: String = "en_US",
        firstName: String? = nil,
        lastName: String? = nil,
        storedRoles: PermissionList,
        endDate: Timestamp? = nil
    ) {
        self.id = id
        self.email = email
        self.status = status
        self.accessScope = accessScope
        self.primaryAccountID = primaryAccountID
        self.createdAt = createdAt
        self.createdBy = createdBy
        self.userType = userType
        self.friendlyName = friendlyName
        self.description = description
        self.locale = locale
        self.firstName = firstName
        self.lastName = lastName
        self.storedRoles = storedRoles
        self.endDate = endDate
    }

    /// What the user may do in the Account Manager itself.
    ///
    /// Decoded when somebody asks, because the most frequent request does not.
    package var roles: [Role] {
        get { storedRoles.names.compactMap(Role.init(rawValue:)) }
        set { storedRoles = Role.list(newValue) }
    }

    /// What logs and audit entries call the user: friendly name, else first and last name, else
    /// the email address.
    package var displayName: String {
        if let friendlyName { return friendlyName }
        let names = [firstName, lastName].compactMap { $0 }
        return names.isEmpty ? email : names.joined(separator: " ")
    }
}

/// Whether a user may authenticate.
package enum UserStatus: String, Sendable, Hashable, CaseIterable {
    /// May authenticate until the end date.
    case active = "ACTIVE"

    /// May not, and neither may the user's tokens and certificates.
    case disabled = "DISABLED"
}

/// Person or program.
package enum UserType: String, Sendable, Hashable, CaseIterable {
    /// A person.
    case standard

    /// A program.
    case service
}

/// How far a user's rights reach.
package enum AccessScope: String, Sendable, Hashable, CaseIterable {
    /// Some accounts.
    case account

    /// The whole installation.
    case system
}

/// A role of the Account Manager, as the vendor writes it.
package enum Role: String, Sendable, Hashable, CaseIterable {
    /// Everything in the account.
    case accountAdmin = "AM_ACCOUNT_ADMIN"

    /// Accounts and organizations, and views of the rest.
    case accountManager = "AM_ACCOUNT_MANAGER"

    /// Views of the account, and one's own tokens and certificates.
    case accountUser = "AM_ACCOUNT_USER"

    /// One's own profile, tokens and certificates.
    case defaultUser = "AM_DEFAULT_USER"

    /// Users, and views of the rest.
    case userManager = "AM_USER_MANAGER"

    /// Views only.
    case viewOnly = "AM_VIEW_ONLY"

    /// Stores roles as they are written.
    ///
    /// - Parameter roles: Any roles.
    /// - Returns: Their names.
    package static func list(_ roles: [Role]) -> PermissionList {
        PermissionList(names: roles.map(\.rawValue)) ?? PermissionList(storedJSON: "[]")
    }
}
