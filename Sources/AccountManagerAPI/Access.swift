import AccountModel

/// Who may use a route; authentication comes before it in any case.
enum Access: Sendable, Hashable {
    /// Everybody who authenticates.
    case anyUser

    /// Everybody who has a role that does more than view: the vendor's default right.
    case writers

    /// Who has a permission.
    case permission(Permission)

    /// Everybody for what is one's own; for what is another user's, who has a permission.
    ///
    /// Whose it is stands in the request, so the handler asks for the permission.
    case anyUserOr(Permission)

    /// The default right for what is one's own; for what is another user's, a permission.
    case writersOr(Permission)

    /// The access as `docs/api.md` has it.
    var text: String {
        switch self {
        case .anyUser: "any user"
        case .writers: "default right"
        case .permission(let permission): "`\(permission.rawValue)`"
        case .anyUserOr(let permission): "any user; of others `\(permission.rawValue)`"
        case .writersOr(let permission): "default right; of others `\(permission.rawValue)`"
        }
    }

    /// Lets somebody in or says why not.
    ///
    /// - Parameter user: Who asks.
    /// - Throws: ``APIRefusal`` when that one may not, whatever the request asks for.
    func admit(_ user: User) throws(APIRefusal) {
        switch self {
        case .anyUser, .anyUserOr:
            return
        case .writers, .writersOr:
            guard !user.mayWrite else { return }
            throw APIRefusal(
                .notEnoughPermissions,
                "\(Reasons.named(user)) may only view; use the key or certificate of a"
                    + " user with another role than \(Role.viewOnly.rawValue)"
            )
        case .permission(let permission):
            guard !user.may(permission) else { return }
            throw APIRefusal.lacking(permission, user)
        }
    }
}

extension APIRefusal {
    /// A user has no role that allows what is asked.
    ///
    /// - Parameters:
    ///   - permission: What the user lacks.
    ///   - user: Who asks.
    /// - Returns: The refusal, which names the roles that would do.
    static func lacking(_ permission: Permission, _ user: User) -> APIRefusal {
        let roles = Role.allCases.filter { $0.permissions.contains(permission) }.map(\.rawValue)
        let held = user.roles.map(\.rawValue).joined(separator: ", ")
        return APIRefusal(
            .notEnoughPermissions,
            "\(Reasons.named(user)) has \(held.isEmpty ? "no role" : held) and lacks"
                + " \(permission.rawValue), which comes with \(roles.joined(separator: ", "))"
        )
    }
}
