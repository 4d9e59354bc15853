import AccountModel
import AccountStore
import HTTP
import World

extension AccountManagerAPI {
    /// `GET /user`: the users whom the caller sees, as a bare array.
    static func listUsers(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        var query = try RequestQuery.read(call.request)
        var filter = UserFilter()
        filter.userType = query.choice("user_type", of: UserType.self)
        filter.status = query.choice("status", of: UserStatus.self)
        filter.accountID = query.text("account_id")
        filter.email = query.text("email")
        filter.friendlyName = query.text("friendly_name")
        filter.search = query.text("search")
        let page = try call.page(&query)
        let profiles = try APIRefusal.translating { () throws(StoreError) in
            try reader.users(
                filter,
                visibleTo: call.visibility,
                page: page,
                now: call.now
            )
        }
        let seen = try call.seenAccountIDs(from: reader)
        return .list(profiles, itemBytes: 1024) { writer, profile in
            let access = JSONWriter.access(of: call.shown(profile, seen))
            writer.value(profile.user, access: access, now: call.now)
        }
    }

    /// `GET /user/{id}`: the caller itself, or another user whom the caller sees.
    static func showUser(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        let user = try call.ownerToView(call.pathUserID, from: reader)
        let profile = try APIRefusal.translating { () throws(StoreError) in
            try reader.profile(of: user)
        }
        let seen = try call.seenAccountIDs(from: reader)
        return .user(status: 200, call.shown(profile, seen), now: call.now)
    }
}

extension Response {
    /// Makes an answer that is one user.
    ///
    /// - Parameters:
    ///   - status: The status.
    ///   - profile: The user.
    ///   - token: The text of the token that was made with it, which stands nowhere else.
    ///   - now: The world's time, which decides the user's status.
    /// - Returns: The answer.
    static func user(
        status: Int,
        _ profile: UserProfile,
        token: String? = nil,
        now: Timestamp
    ) -> Response {
        let access = JSONWriter.access(of: profile)
        var writer = JSONWriter(reservingCapacity: 640 + access.count)
        writer.value(profile.user, access: access, token: token, now: now)
        return json(status: status, writer)
    }
}
