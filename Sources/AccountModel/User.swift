/// Somebody who can authenticate: a person, or a program ("service user").
package struct User: Sendable, Hashable {
    /// A lower-case UUID.
    package var id: String

    /// The address; a service user's gets mail only where nobody is in charge of it.
    package var email: String

    /// Whether the user may authenticate at all; see ``status(at:)`` for what is shown.
    package var isEnabled: Bool

    /// Whether the user is kept out until somebody unlocks it.
    package var isLocked: Bool

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

    /// A standard user's name for signing in; nil for a service user.
    package var username: String?

    /// A standard user's telephone number; nil when none is known.
    package var phone: String?

    /// The names of the user's roles, as they are stored.
    package var storedRoles: PermissionList

    /// The last moment at which the user may authenticate; nil means for ever.
    package var endDate: Timestamp?

    /// Makes a user.
    ///
    /// - Parameters:
    ///   - id: A lower-case UUID.
    ///   - email: The address.
    ///   - isEnabled: Whether the user may authenticate.
    ///   - isLocked: Whether the user is kept out until somebody unlocks it.
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
    ///   - username: A standard user's name for signing in.
    ///   - phone: A standard user's telephone number.
    ///   - storedRoles: The names of the user's roles.
    ///   - endDate: The last moment at which the user may authenticate.
    package init(
        id: String,
        email: String,
        isEnabled: Bool = true,
        isLocked: Bool = false,
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
        username: String? = nil,
        phone: String? = nil,
        storedRoles: PermissionList,
        endDate: Timestamp? = nil
    ) {
        self.id = id
        self.email = email
        self.isEnabled = isEnabled
        self.isLocked = isLocked
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
        self.username = username
        self.phone = phone
        self.storedRoles = storedRoles
        self.endDate = endDate
    }

    /// The names of the user's roles, of whichever product, in the order of storing.
    ///
    /// Decoded when somebody asks, because the most frequent request does not.
    package var roleNames: [String] { storedRoles.names }

    /// The user's roles in the Account Manager itself.
    package var roles: [Role] { roleNames.compactMap(Role.init(rawValue:)) }

    /// What lists and answers show; what somebody decided comes before what time did.
    ///
    /// - Parameter now: The world's time.
    /// - Returns: The status.
    package func status(at now: Timestamp) -> UserStatus {
        guard isEnabled else { return .disabled }
        if let endDate, endDate < now { return .expired }
        return isLocked ? .locked : .active
    }

    /// What logs and audit entries call the user: friendly name, else first and last name, else
    /// the email address.
    package var displayName: String {
        if let friendlyName { return friendlyName }
        let names = [firstName, lastName].compactMap { $0 }
        return names.isEmpty ? email : names.joined(separator: " ")
    }
}

/// What a user's flags and dates amount to, in the spelling of the wire.
package enum UserStatus: String, Sendable, Hashable, CaseIterable {
    /// May authenticate until the end date.
    case active = "ACTIVE"

    /// May not, and neither may the user's tokens and certificates, until enabled again.
    case disabled = "DISABLED"

    /// The end date is past.
    case expired = "EXPIRED"

    /// May not until unlocked.
    case locked = "LOCKED"
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
