import AccountModel
import AccountStore

/// What `PUT /user/{id}` asks for: members that are absent stay as they are.
struct UserChange: Sendable {
    /// What the body says.
    let members: UserMembers

    /// What a change does to the user's accounts and rights; nil leaves them.
    struct Rights: Sendable {
        /// The accounts.
        var accounts: [Account]?

        /// The roles' names, and the products with permissions.
        var roles: (stored: PermissionList, applications: [ApplicationAccess])?
    }

    /// Reads a change.
    ///
    /// - Parameter body: The request's body.
    /// - Returns: The change.
    /// - Throws: ``APIRefusal`` that names every wrong member.
    static func read(from body: consuming RequestBody) throws(APIRefusal) -> UserChange {
        let members = UserMembers(&body)
        body.refuseNull("friendly_name", members.friendlyName)
        body.refuseNull("email", members.email)
        body.refuseNull("first_name", members.firstName)
        body.refuseNull("last_name", members.lastName)
        body.refuseNull("username", members.username)
        body.refuseNull("locale", members.locale)
        body.refuseNull("accounts", members.accountIDs)
        body.refuseNull("primary_account_id", members.primaryAccountID)
        body.refuseNull("roles", members.roleNames)
        if members.roleNames == .set([]) { body.note("roles", "is empty") }
        if members.accountIDs == .set([]) { body.note("accounts", "is empty") }
        guard body.isSound else { throw body.refusal }
        return UserChange(members: members)
    }

    /// Checks a change against the user it is for.
    ///
    /// A body that repeats what the user has is no change: a client may send back what it got.
    ///
    /// - Parameters:
    ///   - profile: The user.
    ///   - body: The request's body.
    ///   - now: The world's time.
    /// - Throws: ``APIRefusal`` that names every wrong member.
    func check(
        _ profile: UserProfile,
        _ body: consuming RequestBody,
        now: Timestamp
    ) throws(APIRefusal) {
        let user = profile.user
        members.checkType(user.userType, &body)
        let none = "leave it away"
        body.refuseChange(of: "id", from: user.id, none)
        body.refuseChange(of: "user_type", from: user.userType.rawValue, none)
        body.refuseChange(of: "access_scope", from: user.accessScope.rawValue, none)
        body.refuseChange(
            of: "status",
            from: user.status(at: now).rawValue,
            "use PUT \(Reasons.userPath)/{id}/enable or …/unlock, or change end_date"
        )
        if members.endDate.changes(user.endDate), let endDate = members.endDate.value {
            body.check("end_date", endDate, isAfter: now)
        }
        guard body.isSound else { throw body.refusal }
    }

    /// Refuses what nobody may change of oneself.
    ///
    /// - Parameter profile: The caller.
    /// - Throws: ``APIRefusal`` that names the members.
    func checkOwn(_ profile: UserProfile) throws(APIRefusal) {
        let user = profile.user
        let changed = [
            ("friendly_name", members.friendlyName.changes(user.friendlyName)),
            ("email", members.email.changes(user.email)),
            ("username", members.username.changes(user.username)),
            ("end_date", members.endDate.changes(user.endDate)),
            ("accounts", members.accountIDs.changes(profile.accounts.map(\.id))),
            ("primary_account_id", members.primaryAccountID.changes(user.primaryAccountID)),
            ("roles", members.roleNames.changes(user.roleNames)),
        ].filter(\.1).map(\.0)
        guard !changed.isEmpty else { return }
        throw APIRefusal(
            .notEnoughPermissions,
            "nobody may change \(changed.joined(separator: ", ")) of oneself; first_name,"
                + " last_name, phone, locale and description one may. Let another user with"
                + " \(Permission.manageUsers.rawValue) do it"
        )
    }

    /// Finds out what the change does to accounts and rights.
    ///
    /// - Parameters:
    ///   - profile: The user.
    ///   - seen: The user as the caller may know it.
    ///   - call: The request.
    ///   - reader: Where accounts and roles are looked up.
    /// - Returns: What becomes of them.
    /// - Throws: ``APIRefusal`` when accounts or roles are not there, or not the caller's to give.
    func rights(
        of profile: UserProfile,
        seen: UserProfile,
        for call: Call,
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> Rights {
        var rights = Rights()
        var eligible = seen.accounts
        if let ids = members.accountIDs.value, ids != seen.accounts.map(\.id) {
            eligible = try call.accounts(ids, orHeld: seen.accounts, from: reader)
            // What the caller does not see, it cannot take away by not naming it.
            rights.accounts = eligible + profile.accounts.filter { !seen.accounts.contains($0) }
        }
        try checkPrimaryAccount(profile, rights.accounts ?? profile.accounts, eligible: eligible)
        if let names = members.roleNames.value, names != profile.user.roleNames {
            rights.roles = try call.rights(ofRoles: names, from: reader)
        }
        return rights
    }

    /// The primary account stays among the accounts, unless it never was there.
    ///
    /// Another one is taken from those that the caller may choose.
    private func checkPrimaryAccount(
        _ profile: UserProfile,
        _ accounts: [Account],
        eligible: [Account]
    ) throws(APIRefusal) {
        let before = profile.user.primaryAccountID
        let after = members.primaryAccountID.value ?? before
        let possible = after == before ? accounts : eligible
        guard !possible.contains(where: { $0.id == after }) else { return }
        let wasThere = profile.accounts.contains { $0.id == before }
        guard after != before || wasThere else { return }
        throw APIRefusal.primaryAccountIsMissing(after)
    }

    /// The names of the members that change, for the audit log.
    ///
    /// - Parameter profile: The user before.
    /// - Returns: The names, or "nothing".
    func summary(of profile: UserProfile) -> String {
        let user = profile.user
        let named = [
            ("friendly_name", members.friendlyName.changes(user.friendlyName)),
            ("description", members.description.changes(user.description)),
            ("email", members.email.changes(user.email)),
            ("first_name", members.firstName.changes(user.firstName)),
            ("last_name", members.lastName.changes(user.lastName)),
            ("username", members.username.changes(user.username)),
            ("phone", members.phone.changes(user.phone)),
            ("locale", members.locale.changes(user.locale)),
            ("end_date", members.endDate.changes(user.endDate)),
            ("accounts", members.accountIDs.changes(profile.accounts.map(\.id))),
            ("primary_account_id", members.primaryAccountID.changes(user.primaryAccountID)),
            ("roles", members.roleNames.changes(user.roleNames)),
        ].filter(\.1).map(\.0)
        return named.isEmpty ? "nothing" : named.joined(separator: ", ")
    }
}

extension UserMembers {
    /// Does to a user what the body says, but for accounts and rights.
    ///
    /// - Parameter user: The user.
    func apply(to user: inout User) {
        friendlyName.apply(to: &user.friendlyName)
        description.apply(to: &user.description, empty: "")
        email.apply(to: &user.email, empty: user.email)
        firstName.apply(to: &user.firstName)
        lastName.apply(to: &user.lastName)
        username.apply(to: &user.username)
        phone.apply(to: &user.phone)
        locale.apply(to: &user.locale, empty: user.locale)
        endDate.apply(to: &user.endDate)
        primaryAccountID.apply(to: &user.primaryAccountID, empty: user.primaryAccountID)
    }
}
