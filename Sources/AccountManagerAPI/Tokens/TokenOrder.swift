import AccountModel

/// What `POST /api-access-token` asks for, with everything checked that needs no look at the world.
struct TokenOrder: Sendable {
    /// The token's name.
    let name: String

    /// For whom it shall speak; nil means the caller.
    let userID: String?

    /// The last second in which it may be used; nil means for ever.
    let endDate: Timestamp?

    /// Reads an order.
    ///
    /// - Parameters:
    ///   - body: The request's body.
    ///   - now: The world's time: an end date must be later.
    /// - Returns: The order.
    /// - Throws: ``APIRefusal`` that names every missing or wrong member.
    static func read(
        from body: consuming RequestBody,
        now: Timestamp
    ) throws(APIRefusal) -> TokenOrder {
        let name = body.string("name")
        if let name, let problem = CertificateOrder.problem(ofName: name) {
            body.note("name", problem)
        }
        let userID = body.optionalString("user_id")
        let endDate = body.endDate("end_date", "expiration_date").value
        if let endDate { body.check("end_date", endDate, isAfter: now) }
        guard body.isSound, let name else { throw body.refusal }
        return TokenOrder(name: name, userID: userID, endDate: endDate)
    }
}

/// What `PUT /api-access-token/{id}` asks for: members that are absent stay as they are.
struct TokenChange: Sendable {
    /// The name.
    let name: MemberChange<String>

    /// Whether it may be used; nil leaves that.
    let isEnabled: Bool?

    /// The last second in which it may be used.
    let endDate: MemberChange<Timestamp>

    /// Reads a change.
    ///
    /// - Parameter body: The request's body.
    /// - Returns: The change.
    /// - Throws: ``APIRefusal`` that names every wrong member.
    static func read(from body: consuming RequestBody) throws(APIRefusal) -> TokenChange {
        let name = body.friendlyName("name")
        body.refuseNull("name", name)
        let isEnabled = body.value("enabled") == nil ? nil : body.bool("enabled")
        let endDate = body.endDate("end_date", "expiration_date")
        // Beside $.enabled it may be what it was before, and has to be a status all the same.
        if body.value("status") == .null { body.note("status", "is null; leave it away") }
        _ = body.choice("status", of: APIAccessTokenStatus.self)
        guard body.isSound else { throw body.refusal }
        return TokenChange(name: name, isEnabled: isEnabled, endDate: endDate)
    }

    /// Checks a change against the token it is for.
    ///
    /// A body that repeats what the token has is no change: a client may send back what it got.
    ///
    /// - Parameters:
    ///   - token: The token.
    ///   - body: The request's body.
    ///   - now: The world's time.
    /// - Throws: ``APIRefusal`` that names every wrong member.
    func check(
        _ token: APIAccessToken,
        _ body: consuming RequestBody,
        now: Timestamp
    ) throws(APIRefusal) {
        body.refuseChange(of: "id", from: token.id, "leave it away")
        body.refuseChange(of: "user_id", from: token.userID, "make a token for that user")
        if isEnabled == nil {
            let status = token.status(at: now).rawValue
            body.refuseChange(of: "status", from: status, "send $.enabled")
        }
        if endDate.changes(token.endDate) {
            if let before = token.endDate, before < now {
                body.note(
                    "end_date",
                    "cannot be changed any more: the token expired at \(before) and it is \(now)"
                        + " in this world; make a new one"
                )
            } else if let after = endDate.value {
                body.check("end_date", after, isAfter: now)
            }
        }
        guard body.isSound else { throw body.refusal }
    }

    /// What the audit log calls it.
    ///
    /// A whole object that was sent back with another `enabled` switches the token.
    ///
    /// - Parameter token: The token before.
    /// - Returns: The action.
    func action(on token: APIAccessToken) -> AuditAction {
        guard let isEnabled, !name.changes(token.name), !endDate.changes(token.endDate),
            isEnabled != token.isEnabled || (name == .keep && endDate == .keep)
        else { return .update }
        return isEnabled ? .enable : .disable
    }

    /// The names of the members that change, for the audit log.
    ///
    /// - Parameter token: The token before.
    /// - Returns: The names, or "nothing".
    func summary(of token: APIAccessToken) -> String {
        let named = [
            ("name", name.changes(token.name)),
            ("enabled", isEnabled.map { $0 != token.isEnabled } ?? false),
            ("end_date", endDate.changes(token.endDate)),
        ].filter(\.1).map(\.0)
        return named.isEmpty ? "nothing" : named.joined(separator: ", ")
    }
}
