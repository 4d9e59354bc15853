/// What somebody may do in the Account Manager, as the vendor writes it.
package enum Permission: String, Sendable, Hashable, CaseIterable {
    /// Change accounts.
    case manageAccounts = "MANAGE_AM_ACCOUNT"

    /// See accounts.
    case viewAccounts = "VIEW_AM_ACCOUNT"

    /// Change organizations.
    case manageOrganizations = "MANAGE_AM_ORGANIZATION"

    /// See organizations.
    case viewOrganizations = "VIEW_AM_ORGANIZATION"

    /// Make, change and delete other users, their tokens and their certificates.
    case manageUsers = "MANAGE_AM_USER"

    /// See other users, their tokens and their certificates.
    case viewUsers = "VIEW_AM_USER"

    /// See who did what.
    case viewAuditLog = "VIEW_AM_AUDIT_LOG"
}

// The one table of who may what. What a user's applications print decides nothing: the vendor's own
// example prints two of its permissions only.
extension Role {
    /// What the role allows, in the order of printing.
    package var permissions: [Permission] {
        switch self {
        case .accountAdmin:
            Permission.allCases
        case .accountManager:
            [
                .manageAccounts, .viewAccounts, .manageOrganizations, .viewOrganizations,
                .viewUsers, .viewAuditLog,
            ]
        case .userManager:
            [.viewAccounts, .viewOrganizations, .manageUsers, .viewUsers, .viewAuditLog]
        case .accountUser:
            [.viewAccounts, .viewOrganizations, .viewUsers]
        case .defaultUser:
            []
        case .viewOnly:
            [.viewAccounts, .viewOrganizations, .viewUsers, .viewAuditLog]
        }
    }

    /// Whether the role has the vendor's default right: to make and change one's own tokens, one's
    /// own certificates and one's own profile.
    package var hasDefaultRight: Bool { self != .viewOnly }

    /// What the vendor's web console calls the role.
    package var displayName: String {
        switch self {
        case .accountAdmin: "Account Admin"
        case .accountManager: "Account Manager"
        case .accountUser: "Account User"
        case .defaultUser: "Default User"
        case .userManager: "User Manager"
        case .viewOnly: "Read Only"
        }
    }

    /// What the role is for, in one sentence.
    package var summary: String {
        switch self {
        case .accountAdmin: "Everything in the account."
        case .accountManager: "Manages accounts and organizations; views users and logs."
        case .accountUser: "Views accounts, organizations and users."
        case .defaultUser: "Own profile, own API tokens and own certificates only."
        case .userManager: "Manages users; views accounts, organizations and logs."
        case .viewOnly: "Views everything, changes nothing."
        }
    }
}

extension User {
    /// Whether one of the user's roles allows something.
    ///
    /// - Parameter permission: What.
    /// - Returns: Whether the user may.
    package func may(_ permission: Permission) -> Bool {
        roles.contains { $0.permissions.contains(permission) }
    }

    /// Whether the user may change anything; otherwise the answer to a write is `no_access`.
    ///
    /// Every role but the one that only views carries the vendor's default right: one's own
    /// tokens and one's own certificates. Roles of other products carry it too, or a user who
    /// only signs could not rotate its own token.
    package var mayWrite: Bool {
        roleNames.contains { Role(rawValue: $0)?.hasDefaultRight ?? true }
    }

    /// Whether the user may act for other users ("Manage users").
    package var managesUsers: Bool { may(.manageUsers) }
}
