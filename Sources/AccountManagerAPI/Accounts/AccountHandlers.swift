import AccountModel
import AccountStore
import HTTP
import World

// What there is to choose from when users are made: accounts, organizations, roles, products and
// languages. All of it is read only; it comes from the seed.

extension AccountManagerAPI {
    /// `GET /account`: the accounts that the caller sees, as a bare array.
    static func listAccounts(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        let page = try call.page()
        let accounts = try APIRefusal.translating { () throws(StoreError) in
            try reader.accounts(visibleTo: call.visibility, page: page)
        }
        return .list(accounts) { $0.value($1) }
    }

    /// `GET /account/{id}`: one account.
    static func showAccount(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        let id = call.parameters.first ?? ""
        let account = try APIRefusal.translating { () throws(StoreError) in
            try reader.account(id: id, visibleTo: call.visibility)
        }
        guard let account else {
            throw APIRefusal(
                .accountNotFound,
                "the caller sees no account with the id \(id);"
                    + " GET /account/api/v1/account lists those it sees"
            )
        }
        var writer = JSONWriter(reservingCapacity: 1024)
        writer.value(account)
        return .json(status: 200, writer)
    }

    /// `GET /organization`: the organizations of the caller's accounts, as a bare array.
    static func listOrganizations(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        var query = try RequestQuery.read(call.request)
        let accountID = query.text("account_id")
        let page = try call.page(&query)
        let organizations = try APIRefusal.translating { () throws(StoreError) in
            try reader.organizations(
                accountID: accountID,
                visibleTo: call.visibility,
                page: page
            )
        }
        return .list(organizations) { $0.value($1) }
    }

    /// `GET /organization/{id}`: one organization.
    static func showOrganization(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        let id = call.parameters.first ?? ""
        let organization = try APIRefusal.translating { () throws(StoreError) in
            try reader.organization(id: id, visibleTo: call.visibility)
        }
        guard let organization else {
            throw APIRefusal(
                .organizationNotFound,
                "the caller sees no organization with the id \(id);"
                    + " GET /account/api/v1/organization lists those it sees"
            )
        }
        var writer = JSONWriter(reservingCapacity: 512)
        writer.value(organization)
        return .json(status: 200, writer)
    }

    /// `GET /role`: the roles that users can be given, as a bare array.
    static func listRoles(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        var query = try RequestQuery.read(call.request)
        let code = query.text("application_code")
        let page = try call.page(&query)
        let roles = try APIRefusal.translating { () throws(StoreError) in try reader.roles() }
        let wanted = roles.filter { code == nil || $0.application.code == code }
        return .list(page.stretch(of: wanted)) { $0.value($1) }
    }

    /// `GET /application`: the vendor's products ("managers"), as a bare array.
    static func listApplications(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        let page = try call.page()
        let applications = try APIRefusal.translating { () throws(StoreError) in
            try reader.applications()
        }
        return .list(page.stretch(of: applications)) { $0.value($1) }
    }

    /// `GET /locale`: the languages that users can be given, as a bare array.
    static func listLocales(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        .list(try call.page().stretch(of: Locale.known)) { $0.value($1) }
    }
}

extension PageRequest {
    /// The items of the page, where all of them are at hand.
    fileprivate func stretch<Item>(of items: [Item]) -> [Item] {
        Array(items.dropFirst(offset).prefix(limit))
    }
}
