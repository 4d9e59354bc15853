import AccountModel
import AccountStore
import HTTP
import World

// MARK: - Switching and deleting

extension AccountManagerAPI {
    /// `PUT /user/{id}/enable`: lets a user in or keeps it out, with all its tokens and
    /// certificates.
    static func switchUser(_ call: Call) throws(APIRefusal) -> Answer {
        var body = try call.body()
        guard let isEnabled = body.bool("enabled") else { throw body.refusal }
        let user = try call.otherUser(isEnabled ? nil : "disable")
        return try call.update(user, isEnabled ? .enable : .disable, Reasons.named(user)) {
            $0.user.isEnabled = isEnabled
        }
    }

    /// `PUT /user/{id}/unlock`: lets a user in that was locked.
    static func unlockUser(_ call: Call) throws(APIRefusal) -> Answer {
        let user = try call.otherUser(nil)
        return try call.update(user, .unlock, Reasons.named(user)) { $0.user.isLocked = false }
    }

    /// `DELETE /user/{id}`: removes a user with its tokens and certificates.
    static func deleteUser(_ call: Call) throws(APIRefusal) -> Answer {
        let user = try call.otherUser("delete")
        let isDeleted = try APIRefusal.translating { () throws(StoreError) in
            try call.world.store.deleteUser(
                id: user.id,
                by: call.attribution,
                audit: call.auditEntry(.delete, .user, user.id, of: user, Reasons.named(user))
            )
        }
        guard isDeleted else { throw APIRefusal.unknownUser(user.id) }
        return .now(Response(status: 204))
    }
}

// MARK: - Changing

extension AccountManagerAPI {
    /// `PUT /user/me`: the caller's own profile.
    static func updateOwnUser(_ call: Call) throws(APIRefusal) -> Answer {
        try updateUser(call.principal.user.id, call)
    }

    /// `PUT /user/{id}`: what a user is called, where it belongs, what it may do and until when.
    static func updateUser(_ call: Call) throws(APIRefusal) -> Answer {
        let id = call.pathUserID
        if !call.isOwn(id) { try Access.permission(.manageUsers).admit(call.principal.user) }
        return try updateUser(id, call)
    }

    private static func updateUser(_ id: String, _ call: Call) throws(APIRefusal) -> Answer {
        let body = try call.body()
        let change = try UserChange.read(from: body)
        let (user, rights, summary) = try call.reading { (reader) throws(APIRefusal) in
            let user = try call.visibleUser(id, from: reader)
            try call.checkMayTouch(user)
            let profile = try APIRefusal.translating { () throws(StoreError) in
                try reader.profile(of: user)
            }
            try change.check(profile, body, now: call.now)
            if call.isOwn(id) { try change.checkOwn(profile) }
            // Nothing may depend on accounts that the caller does not see, or naming one would
            // tell whether the user has it.
            let seen = call.shown(profile, try call.seenAccountIDs(from: reader))
            let rights = try change.rights(of: profile, seen: seen, for: call, from: reader)
            return (user, rights, change.summary(of: seen))
        }
        let sentence = "\(Reasons.named(user)): \(summary)"
        return try call.update(user, .update, sentence) { profile in
            change.members.apply(to: &profile.user)
            if let accounts = rights.accounts { profile.accounts = accounts }
            guard let roles = rights.roles else { return }
            profile.user.storedRoles = roles.stored
            profile.applications = roles.applications
        }
    }
}

extension Call {
    /// The user in the path, whom the caller manages.
    ///
    /// - Parameter verb: What nobody may do to oneself; nil where one may.
    /// - Returns: The user.
    /// - Throws: ``APIRefusal`` when the caller sees no such user, or may not touch it.
    fileprivate func otherUser(_ verb: String?) throws(APIRefusal) -> User {
        let id = pathUserID
        if let verb, isOwn(id) {
            throw APIRefusal(
                .notEnoughPermissions,
                "nobody may \(verb) oneself, and \(id) is the caller; let another user with"
                    + " \(Permission.manageUsers.rawValue) do it"
            )
        }
        return try reading { (reader) throws(APIRefusal) in
            let user = try visibleUser(id, from: reader)
            try checkMayTouch(user)
            return user
        }
    }

    /// Stores a change of a user and shows what came of it.
    fileprivate func update(
        _ user: User,
        _ action: AuditAction,
        _ description: String,
        _ body: @Sendable (inout UserProfile) -> Void
    ) throws(APIRefusal) -> Answer {
        let entry = auditEntry(action, .user, user.id, of: user, description)
        let changed = try APIRefusal.translating { () throws(StoreError) in
            try world.store.updateUser(id: user.id, audit: entry, body)
        }
        guard let changed else { throw APIRefusal.unknownUser(user.id) }
        let seen = try reading { (reader) throws(APIRefusal) in try seenAccountIDs(from: reader) }
        return .now(.user(status: 200, shown(changed, seen), now: now))
    }
}
