import AccountModel
import AccountStore
import PrivateCA
import World

extension Call {
    /// The user for whom a token is made or changed.
    ///
    /// - Parameters:
    ///   - userID: The id that the request names; nil means the caller.
    ///   - reader: Where it is looked up.
    /// - Returns: The user.
    /// - Throws: ``APIRefusal`` when the caller may not manage that one's tokens.
    func tokenOwner(
        _ userID: String?,
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> User {
        guard let userID, !isOwn(userID), !principal.user.may(.manageUsers),
            world.settings.serviceUserTokens == .accountAccess
        else { return try ownerToManage(userID, from: reader) }
        // Read so, an account in common is enough, but only for what a program authenticates with.
        let user = try APIRefusal.translating { () throws(StoreError) in
            try reader.user(id: userID, visibleTo: visibility)
        }
        guard let user, user.userType == .service else {
            throw APIRefusal.lacking(.manageUsers, principal.user)
        }
        try checkMayTouch(user)
        // A token speaks with its user's permissions: none may come that the caller lacks.
        let excess = Permission.allCases.first { user.may($0) && !principal.user.may($0) }
        if let excess { throw APIRefusal.lacking(excess, principal.user) }
        return user
    }

    /// The user whose tokens are to be listed.
    ///
    /// - Parameters:
    ///   - userID: The id that was sent.
    ///   - reader: Where the user is looked up.
    /// - Returns: The user.
    /// - Throws: ``APIRefusal`` when the caller sees neither that user nor that user's tokens.
    func tokenHolder(
        _ userID: String?,
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> User {
        guard let userID, !isOwn(userID), !principal.user.may(.viewUsers) else {
            return try ownerToView(userID, from: reader)
        }
        let user = try APIRefusal.translating { () throws(StoreError) in
            try reader.user(id: userID, visibleTo: visibility)
        }
        guard let user, seesTokens(of: user) else {
            throw APIRefusal.lacking(.viewUsers, principal.user)
        }
        return user
    }

    /// The token in the path with its user, if the caller sees both.
    ///
    /// - Parameter reader: Where they are looked up.
    /// - Returns: Both.
    /// - Throws: ``APIRefusal`` when the caller sees no token of that id.
    func seenToken(
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> (token: APIAccessToken, owner: User) {
        let id = parameters.first ?? ""
        guard Identifier.isUUID(id) else { throw APIRefusal.unknownToken(id) }
        let found = try APIRefusal.translating {
            () throws(StoreError) -> (token: APIAccessToken, owner: User)? in
            guard let token = try reader.token(id: id),
                let owner = try reader.user(id: token.userID, visibleTo: visibility)
            else { return nil }
            return (token, owner)
        }
        guard let found, isOwn(found.owner.id) || seesTokens(of: found.owner) else {
            throw APIRefusal.unknownToken(id)
        }
        return found
    }

    /// The token in the path with its user, if the caller may change it.
    ///
    /// - Parameter reader: Where they are looked up.
    /// - Returns: Both.
    /// - Throws: ``APIRefusal`` when the caller sees no token of that id, or may only see it.
    func managedToken(
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> (token: APIAccessToken, owner: User) {
        let found = try seenToken(from: reader)
        _ = try tokenOwner(found.owner.id, from: reader)
        return found
    }

    private func seesTokens(of user: User) -> Bool {
        if principal.user.may(.viewUsers) { return true }
        return user.userType == .service && principal.user.mayWrite
            && world.settings.serviceUserTokens == .accountAccess
    }

    /// When a token ends that shall end at some time: not later than its user.
    ///
    /// - Parameters:
    ///   - asked: The wished end; nil means for ever.
    ///   - owner: The token's user.
    /// - Returns: The end.
    /// - Throws: ``APIRefusal`` when it is later than the user's end, and the world does not cap.
    func tokenEnd(_ asked: Timestamp?, of owner: User) throws(APIRefusal) -> Timestamp? {
        guard let asked, let limit = owner.endDate, limit < asked else { return asked }
        switch world.settings.overlongValidity {
        case .cap: return limit
        case .refuse:
            throw APIRefusal(
                .invalidInput,
                "$.end_date \(asked) is later than \(limit), the user's end date; ask for an"
                    + " earlier date, move the user's end date, or set the world to cap it"
            )
        }
    }
}

extension APIRefusal {
    /// The caller sees no token of an id.
    static func unknownToken(_ id: String) -> APIRefusal {
        APIRefusal(
            .tokenNotFound,
            "the caller sees no token with the id \(id);"
                + " GET \(Reasons.tokenPath)?user_id={id} lists those of a user"
        )
    }
}
