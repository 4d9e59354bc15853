import AccountModel
import AccountStore
import HTTP
import PrivateCA
import World

// Whose things a request is about, and whether the caller may touch them.
extension Call {
    /// Which part of the world the caller sees.
    var visibility: Visibility { Visibility(of: principal.user) }

    /// Runs queries on the connection of the request's event loop.
    ///
    /// - Parameter body: The queries; they see one state of the database.
    /// - Returns: What `body` returns.
    /// - Throws: ``APIRefusal`` from `body`, or because the database failed.
    func reading<Value: Sendable>(
        _ body: @Sendable (borrowing AccountReader) throws(APIRefusal) -> Value
    ) throws(APIRefusal) -> Value {
        let outcome = try APIRefusal.translating { () throws(StoreError) in
            try world.store.read(loop: context.connection.loop) { (reader) throws(StoreError) in
                Result { () throws(APIRefusal) in try body(reader) }
            }
        }
        return try outcome.get()
    }

    /// Whether an id in a path or body means the caller.
    ///
    /// - Parameter userID: The id; nil means the caller.
    /// - Returns: Whether it is the caller's.
    func isOwn(_ userID: String?) -> Bool { userID == nil || userID == principal.user.id }

    /// The id of the user in the path; `me` means the caller, as in `/user/me`.
    var pathUserID: String {
        let id = parameters.first ?? ""
        return id == "me" ? principal.user.id : id
    }

    /// The user of an id, if the caller sees that one.
    ///
    /// Who is not seen is answered like one that does not exist, so that nobody learns of it.
    ///
    /// - Parameters:
    ///   - userID: The id.
    ///   - reader: Where it is looked up.
    /// - Returns: The user.
    /// - Throws: ``APIRefusal`` when the caller sees none of that id.
    func visibleUser(
        _ userID: String,
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> User {
        guard Identifier.isUUID(userID) else { throw APIRefusal.unknownUser(userID) }
        let found = try APIRefusal.translating { () throws(StoreError) in
            try reader.user(id: userID, visibleTo: visibility)
        }
        guard let found else { throw APIRefusal.unknownUser(userID) }
        return found
    }

    /// The user whose tokens or certificates a request wants to see.
    ///
    /// - Parameters:
    ///   - userID: The id that the request names; nil means the caller.
    ///   - reader: Where it is looked up.
    /// - Returns: The user.
    /// - Throws: ``APIRefusal`` when the caller may not see other users, or not that one.
    func ownerToView(
        _ userID: String?,
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> User {
        guard let userID, !isOwn(userID) else { return principal.user }
        try Access.permission(.viewUsers).admit(principal.user)
        return try visibleUser(userID, from: reader)
    }

    /// The user whose tokens or certificates a request wants to change.
    ///
    /// - Parameters:
    ///   - userID: The id that the request names; nil means the caller.
    ///   - reader: Where it is looked up.
    /// - Returns: The user.
    /// - Throws: ``APIRefusal`` when the caller may not manage other users, or not that one.
    func ownerToManage(
        _ userID: String?,
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> User {
        guard let userID, !isOwn(userID) else { return principal.user }
        try Access.permission(.manageUsers).admit(principal.user)
        let owner = try visibleUser(userID, from: reader)
        try checkMayTouch(owner)
        return owner
    }

    /// Keeps who is no administrator away from those who are, and who sees some accounts away from
    /// those who see all.
    ///
    /// Otherwise whoever manages users could take their place.
    ///
    /// - Parameter user: Who, or whose token or certificate, is to be changed.
    /// - Throws: ``APIRefusal`` when only an administrator may.
    func checkMayTouch(_ user: User) throws(APIRefusal) {
        guard !isOwn(user.id) else { return }
        let scope = principal.user.accessScope
        guard user.accessScope == .account || scope == .system else {
            throw APIRefusal(
                .notEnoughPermissions,
                "\(Reasons.named(user)) has the access_scope system, and only another user of that"
                    + " scope may do that; \(Reasons.named(principal.user)) has \(scope.rawValue)"
            )
        }
        guard user.roles.contains(.accountAdmin) else { return }
        try checkIsAdministrator("\(Reasons.named(user)) is an account administrator")
    }

    /// Refuses what only administrators may.
    ///
    /// - Parameter why: What makes it so, as the beginning of the reason.
    /// - Throws: ``APIRefusal`` when the caller is none.
    func checkIsAdministrator(_ why: String) throws(APIRefusal) {
        guard !principal.user.roles.contains(.accountAdmin) else { return }
        throw APIRefusal(
            .notEnoughPermissions,
            "\(why), and only another one (\(Role.accountAdmin.rawValue)) may do that;"
                + " \(Reasons.named(principal.user)) is none"
        )
    }

    /// Makes the audit entry that is stored together with a change.
    ///
    /// - Parameters:
    ///   - action: What is done.
    ///   - type: To what kind of thing.
    ///   - resourceID: To which thing.
    ///   - owner: Whose it is: the entry is filed under that user's primary account, or
    ///     another one of that user's if the caller does not see the primary one.
    ///   - description: A sentence for people.
    /// - Returns: The entry.
    func auditEntry(
        _ action: AuditAction,
        _ type: AuditResourceType,
        _ resourceID: String,
        of owner: User,
        _ description: String
    ) -> AuditEntry {
        let user = principal.user
        return AuditEntry(
            id: world.makeID(.auditEntry),
            createdAt: now,
            userID: user.id,
            userName: user.displayName,
            accountID: owner.primaryAccountID,
            ownerID: isOwn(owner.id) ? nil : owner.id,
            action: action,
            resourceType: type,
            resourceID: resourceID,
            description: description,
            ipAddress: remoteHost
        )
    }
}

extension APIRefusal {
    /// The caller sees no user of an id.
    static func unknownUser(_ id: String) -> APIRefusal {
        APIRefusal(
            .userNotFound,
            "the caller sees no user with the id \(id);"
                + " GET \(Reasons.userPath) lists those it sees"
        )
    }
}
