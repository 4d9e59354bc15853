import AccountModel
import AccountStore

// What a body names of the world: accounts and roles.
extension Call {
    /// The accounts of some ids.
    ///
    /// - Parameters:
    ///   - ids: The ids, as the member `accounts` has them.
    ///   - held: Accounts that may be named although the caller does not see them.
    ///   - reader: Where they are looked up.
    /// - Returns: The accounts in the order of the ids.
    /// - Throws: ``APIRefusal`` when the caller sees none of an id.
    func accounts(
        _ ids: [String],
        orHeld held: [Account] = [],
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> [Account] {
        var accounts: [Account] = []
        for (index, id) in ids.enumerated() {
            if let known = held.first(where: { $0.id == id }) {
                accounts.append(known)
                continue
            }
            let found = try APIRefusal.translating { () throws(StoreError) in
                try reader.account(id: id, visibleTo: visibility)
            }
            guard let found else {
                throw APIRefusal(
                    .invalidInput,
                    "$.accounts[\(index)]: the caller sees no account with the id \(id);"
                        + " GET /account/api/v1/account lists those it sees"
                )
            }
            accounts.append(found.account)
        }
        return accounts
    }

    /// What roles permit, once it is sure that the caller may give them.
    ///
    /// - Parameters:
    ///   - names: The roles' names, as the member `roles` has them.
    ///   - reader: Where they are looked up.
    /// - Returns: The names as they are stored, and the products with permissions.
    /// - Throws: ``APIRefusal`` when there is no such role, or the caller may not give it.
    func rights(
        ofRoles names: [String],
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> (stored: PermissionList, applications: [ApplicationAccess]) {
        let (known, applications) = try APIRefusal.translating { () throws(StoreError) in
            (try reader.roles(), try reader.applications())
        }
        var definitions: [RoleDefinition] = []
        for (index, name) in names.enumerated() {
            guard let definition = known.first(where: { $0.name == name }) else {
                throw APIRefusal(
                    .invalidInput,
                    "$.roles[\(index)]: there is no role \"\(ReasonText.printable(name))\";"
                        + " GET /account/api/v1/role lists those there are"
                )
            }
            definitions.append(definition)
        }
        if names.contains(Role.accountAdmin.rawValue) {
            try checkIsAdministrator("$.roles makes an account administrator")
        }
        guard let stored = PermissionList(names: names) else {
            throw APIRefusal(.invalidInput, "$.roles has a name that no role can have")
        }
        return (stored, definitions.access(in: applications))
    }

    /// A user as the caller may know it: of another's accounts only those that it sees itself.
    ///
    /// - Parameters:
    ///   - profile: The user.
    ///   - seen: What ``seenAccountIDs(from:)`` found.
    /// - Returns: The user.
    func shown(_ profile: UserProfile, _ seen: Set<String>?) -> UserProfile {
        guard let seen, !isOwn(profile.user.id) else { return profile }
        var profile = profile
        profile.accounts.removeAll { !seen.contains($0.id) }
        return profile
    }

    /// The accounts that the caller sees.
    ///
    /// - Parameter reader: Where they are looked up.
    /// - Returns: Their ids; nil when it sees all there are.
    /// - Throws: ``APIRefusal`` when the database fails.
    func seenAccountIDs(
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> Set<String>? {
        guard visibility != .everything else { return nil }
        let own = try APIRefusal.translating { () throws(StoreError) in
            try reader.accounts(userID: principal.user.id)
        }
        return Set(own.map(\.id) + [principal.user.primaryAccountID])
    }
}
