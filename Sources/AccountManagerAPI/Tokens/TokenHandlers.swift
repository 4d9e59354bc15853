import AccountModel
import AccountStore
import HTTP
import PrivateCA
import World

// MARK: - Making

extension AccountManagerAPI {
    /// `POST /api-access-token`: a further token, whose text is in this answer only.
    static func createToken(_ call: Call) throws(APIRefusal) -> Answer {
        let order = try TokenOrder.read(from: call.body(), now: call.now)
        let owner = try call.reading { (reader) throws(APIRefusal) in
            try call.tokenOwner(order.userID, from: reader)
        }
        let text = call.world.makeTokenText()
        let token = APIAccessToken(
            id: call.world.makeID(),
            userID: owner.id,
            name: order.name,
            endDate: try call.tokenEnd(order.endDate, of: owner),
            createdAt: call.now,
            createdBy: call.principal.user.id
        )
        try APIRefusal.translating { () throws(StoreError) in
            try call.world.store.insert(
                Population.Token(token: token, sha256: call.world.digest(ofToken: text)),
                audit: call.auditEntry(
                    .create,
                    .apiAccessToken,
                    token.id,
                    of: owner,
                    "\(Reasons.named(token)) of \(Reasons.named(owner))"
                )
            )
        }
        return .now(.token(status: 201, token, text: text, now: call.now))
    }
}

// MARK: - Looking

extension AccountManagerAPI {
    /// `GET /api-access-token?user_id=`: a user's tokens as a bare array, without their texts.
    static func listTokens(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        var query = try RequestQuery.read(call.request)
        let userID = query.text("user_id")
        if userID == nil, query.isSound {
            query.note("user_id", "is missing; your own id is in the answer to GET \(ownPath)")
        }
        let page = try call.page(&query)
        let owner = try call.tokenHolder(userID, from: reader)
        let tokens = try APIRefusal.translating { () throws(StoreError) in
            try reader.tokens(userID: owner.id, page: page)
        }
        return .list(tokens, itemBytes: 320) { $0.value($1, now: call.now) }
    }

    /// `GET /api-access-token/{id}`: one token, without its text.
    static func showToken(
        _ call: Call,
        _ reader: borrowing AccountReader
    ) throws(APIRefusal) -> Response {
        .token(status: 200, try call.seenToken(from: reader).token, now: call.now)
    }

    private static var ownPath: String { "\(Reasons.userPath)/me" }
}

// MARK: - Changing

extension AccountManagerAPI {
    /// `PUT /api-access-token/{id}`: name, end date, and whether it may be used.
    static func updateToken(_ call: Call) throws(APIRefusal) -> Answer {
        let body = try call.body()
        let change = try TokenChange.read(from: body)
        let (token, owner, endDate) = try call.reading { (reader) throws(APIRefusal) in
            let (token, owner) = try call.managedToken(from: reader)
            try change.check(token, body, now: call.now)
            var endDate = token.endDate
            change.endDate.apply(to: &endDate)
            if endDate != token.endDate { endDate = try call.tokenEnd(endDate, of: owner) }
            return (token, owner, endDate)
        }
        let changed = try APIRefusal.translating { () throws(StoreError) in
            let sentence =
                "\(Reasons.named(token)) of \(Reasons.named(owner)): \(change.summary(of: token))"
            let entry = call.auditEntry(
                change.action(on: token),
                .apiAccessToken,
                token.id,
                of: owner,
                sentence
            )
            return try call.world.store.updateToken(id: token.id, audit: entry) { token in
                token.name = change.name.value ?? token.name
                token.isEnabled = change.isEnabled ?? token.isEnabled
                if change.endDate != .keep { token.endDate = endDate }
            }
        }
        guard let changed else { throw APIRefusal.unknownToken(token.id) }
        return .now(.token(status: 200, changed, now: call.now))
    }

    /// `DELETE /api-access-token/{id}`: removes a token for good.
    static func deleteToken(_ call: Call) throws(APIRefusal) -> Answer {
        let (token, owner) = try call.reading { (reader) throws(APIRefusal) in
            try call.managedToken(from: reader)
        }
        let sentence = "\(Reasons.named(token)) of \(Reasons.named(owner))"
        let isDeleted = try APIRefusal.translating { () throws(StoreError) in
            let entry = call.auditEntry(.delete, .apiAccessToken, token.id, of: owner, sentence)
            return try call.world.store.deleteToken(id: token.id, audit: entry)
        }
        guard isDeleted else { throw APIRefusal.unknownToken(token.id) }
        return .now(Response(status: 204))
    }
}
