import AccountModel

/// What a body says about a user; making one and changing one read the same members.
struct UserMembers: Sendable {
    /// A service user's name.
    var friendlyName: MemberChange<String>

    /// Free text.
    var description: MemberChange<String>

    /// The address.
    var email: MemberChange<String>

    /// A standard user's given name.
    var firstName: MemberChange<String>

    /// A standard user's family name.
    var lastName: MemberChange<String>

    /// A standard user's name for signing in.
    var username: MemberChange<String>

    /// A standard user's telephone number.
    var phone: MemberChange<String>

    /// The language.
    var locale: MemberChange<String>

    /// The last second in which the user may authenticate.
    var endDate: MemberChange<Timestamp>

    /// The ids of the user's accounts.
    var accountIDs: MemberChange<[String]>

    /// The id of the account to which the user belongs.
    var primaryAccountID: MemberChange<String>

    /// The names of the user's roles.
    var roleNames: MemberChange<[String]>

    /// Reads the members that are there, and notes what is wrong with them.
    ///
    /// - Parameter body: The request's body.
    init(_ body: inout RequestBody) {
        friendlyName = body.friendlyName("friendly_name")
        description = body.text(
            "description",
            bytesMax: RequestBody.descriptionBytesMax,
            canBeBlank: true
        )
        email = body.email("email")
        firstName = body.text("first_name")
        lastName = body.text("last_name")
        username = body.text("username")
        phone = body.phone("phone")
        locale = body.locale("locale")
        endDate = body.endDate("end_date")
        accountIDs = body.references("accounts", key: "id")
        primaryAccountID = body.text("primary_account_id")
        roleNames = body.references("roles", key: "name")
    }

    /// Notes members that only the other type of user has.
    ///
    /// - Parameters:
    ///   - userType: The user's type.
    ///   - body: Where it is noted.
    func checkType(_ userType: UserType, _ body: inout RequestBody) {
        switch userType {
        case .standard:
            if friendlyName.value != nil {
                body.note("friendly_name", "is for a user of the user_type service")
            }
        case .service:
            for (name, change) in [
                ("first_name", firstName), ("last_name", lastName), ("username", username),
                ("phone", phone),
            ] where change.value != nil {
                body.note(name, "is for a user of the user_type standard")
            }
        }
    }
}

// MARK: - Making a user

/// What `POST /user` asks for, with everything checked that needs no look at the world.
struct UserOrder: Sendable {
    /// Person or program.
    let userType: UserType

    /// Everything else.
    let members: UserMembers

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
    ) throws(APIRefusal) -> UserOrder {
        let userType = readType(&body)
        let members = UserMembers(&body)
        members.checkType(userType, &body)
        switch userType {
        case .service:
            body.require("friendly_name", members.friendlyName)
            if members.accountIDs.value?.isEmpty ?? true {
                body.note("accounts", "is missing or empty; a service user needs an account")
            }
        case .standard:
            body.require("first_name", members.firstName)
            body.require("last_name", members.lastName)
            body.require("email", members.email)
        }
        if members.roleNames.value?.isEmpty == true { body.note("roles", "is empty") }
        if let endDate = members.endDate.value { body.check("end_date", endDate, isAfter: now) }
        if let scope = body.value("access_scope"), scope != .string(AccessScope.account.rawValue) {
            body.note("access_scope", "is not account; users of other scopes come from the seed")
        }
        guard body.isSound else { throw body.refusal }
        return UserOrder(userType: userType, members: members)
    }

    private static func readType(_ body: inout RequestBody) -> UserType {
        guard let text = body.optionalString("user_type") else { return .standard }
        guard let userType = UserType(rawValue: text) else {
            body.note("user_type", "is neither \"standard\" nor \"service\"")
            return .standard
        }
        return userType
    }
}

extension RequestBody {
    /// Notes that a member is missing, unless something else is wrong with it.
    fileprivate mutating func require(_ name: String, _ change: MemberChange<String>) {
        switch change {
        case .set: return
        case .clear: note(name, "is null; a string is expected")
        case .keep: if value(name) == nil { note(name, "is missing") }
        }
    }

    /// Notes that an end date is past.
    ///
    /// - Parameters:
    ///   - name: The member.
    ///   - endDate: The date.
    ///   - now: The world's time.
    mutating func check(_ name: String, _ endDate: Timestamp, isAfter now: Timestamp) {
        if endDate < now {
            note(name, "is past: it is \(now) in this world; send a later date, or see --clock")
        }
    }
}
