import AccountModel
import AccountStore
import HTTP
import World

extension AccountManagerAPI {
    /// `POST /user`: a person, or a program with its first token.
    static func createUser(_ call: Call) throws(APIRefusal) -> Answer {
        let order = try UserOrder.read(from: call.body(), now: call.now)
        let profile = try call.reading { (reader) throws(APIRefusal) in
            try call.profile(of: order, from: reader)
        }
        let user = profile.user
        let created = call.auditEntry(.create, .user, user.id, of: user, Reasons.named(user))
        let letter = call.world.letter(aboutNew: user)
        guard user.userType == .service else {
            try APIRefusal.translating { () throws(StoreError) in
                try call.world.store.insert(
                    profile,
                    token: nil,
                    audit: [created],
                    letter: letter
                )
            }
            return .now(.user(status: 201, profile, now: call.now))
        }
        let text = call.world.makeTokenText()
        let token = APIAccessToken(
            id: call.world.makeID(),
            userID: user.id,
            name: user.displayName,
            createdAt: call.now,
            createdBy: call.principal.user.id
        )
        let stored = Population.Token(token: token, sha256: call.world.digest(ofToken: text))
        let entries = [
            created,
            call.auditEntry(.create, .apiAccessToken, token.id, of: user, Reasons.named(token)),
        ]
        try APIRefusal.translating { () throws(StoreError) in
            try call.world.store.insert(
                profile,
                token: stored,
                audit: entries,
                letter: letter
            )
        }
        return .now(.user(status: 201, profile, token: text, now: call.now))
    }
}

extension Call {
    /// Puts a new user together.
    fileprivate func profile(
        of order: UserOrder,
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> UserProfile {
        let members = order.members
        let wished = members.primaryAccountID.value
        var ids = members.accountIDs.value ?? []
        if ids.isEmpty, let wished { ids = [wished] }
        if ids.isEmpty { ids = [try homeAccountID(from: reader)] }
        let accounts = try accounts(ids, from: reader)
        let primaryID = wished ?? ids.first ?? ""
        guard ids.contains(primaryID) else { throw APIRefusal.primaryAccountIsMissing(primaryID) }
        let roleNames = members.roleNames.value ?? [Role.defaultUser.rawValue]
        let rights = try rights(ofRoles: roleNames, from: reader)
        let email = members.email.value ?? ""
        let user = User(
            id: world.makeID(),
            email: email,
            primaryAccountID: primaryID,
            createdAt: now,
            createdBy: principal.user.id,
            userType: order.userType,
            friendlyName: members.friendlyName.value,
            description: members.description.value ?? "",
            locale: members.locale.value ?? "en_US",
            firstName: members.firstName.value,
            lastName: members.lastName.value,
            username: order.userType == .standard ? members.username.value ?? email : nil,
            phone: members.phone.value,
            storedRoles: rights.stored,
            endDate: members.endDate.value
        )
        return UserProfile(user: user, applications: rights.applications, accounts: accounts)
    }

    /// The account of a new user for whom the request names none: the caller's own.
    private func homeAccountID(
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> String {
        let seen = try APIRefusal.translating { () throws(StoreError) in
            try reader.accounts(visibleTo: visibility, page: PageRequest(limit: 1000))
                .map(\.account.id)
        }
        let primaryID = principal.user.primaryAccountID
        if seen.contains(primaryID) { return primaryID }
        guard let first = seen.first else {
            throw APIRefusal(.invalidInput, "$.accounts is missing, and the caller has no account")
        }
        return first
    }
}

extension APIRefusal {
    /// A user's primary account must be one of the user's accounts.
    static func primaryAccountIsMissing(_ id: String) -> APIRefusal {
        APIRefusal(
            .invalidInput,
            "$.accounts lacks the primary account \(id); name it there, or choose another one as"
                + " $.primary_account_id"
        )
    }
}
