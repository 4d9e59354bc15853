import AccountModel
import AccountStore
import HTTP

extension AccountManagerAPI {
    /// `GET /user/me`: the authenticated user.
    static func showUser(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        let profile = try APIRefusal.translating { () throws(StoreError) in
            try reader.profile(of: call.principal.user)
        }
        var writer = JSONWriter(reservingCapacity: 2048)
        writer.value(profile)
        return .json(status: 200, writer)
    }
}
