import AccountModel
import AccountStore
import HTTP

extension AccountManagerAPI {
    /// `GET /user/me`: the authenticated user.
    static func showOwnUser(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        let user = call.principal.user
        // A dozen rows that change as rarely as the user's rights do.
        let access = try APIRefusal.translating { () throws(StoreError) in
            try reader.remembered(user.id) { () throws(StoreError) in
                JSONWriter.access(of: try reader.profile(of: user))
            }
        }
        var writer = JSONWriter(reservingCapacity: 512 + access.count)
        writer.value(user, access: access, now: call.now)
        return .json(status: 200, writer)
    }
}
