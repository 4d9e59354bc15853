/// A customer's account, in the short form in which it stands inside a user.
package struct Account: Sendable, Hashable {
    /// A lower-case UUID.
    package var id: String

    /// The account's name.
    package var name: String

    /// Whether the account is in use.
    package var isActive: Bool

    /// From which day to which day the account is served.
    package var servicePeriod: ServicePeriod

    /// Seven digits, as text.
    package var friendlyIdentifier: String

    /// Such as `en_US`.
    package var locale: String

    /// Makes an account.
    ///
    /// - Parameters:
    ///   - id: A lower-case UUID.
    ///   - name: The account's name.
    ///   - isActive: Whether the account is in use.
    ///   - servicePeriod: From which day to which day the account is served.
    ///   - friendlyIdentifier: Seven digits, as text.
    ///   - locale: Such as `en_US`.
    package init(
        id: String,
        name: String,
        isActive: Bool,
        servicePeriod: ServicePeriod,
        friendlyIdentifier: String,
        locale: String
    ) {
        self.id = id
        self.name = name
        self.isActive = isActive
        self.servicePeriod = servicePeriod
        self.friendlyIdentifier = friendlyIdentifier
        self.locale = locale
    }
}

/// The days from which to which an account is served, both included.
package struct ServicePeriod: Sendable, Hashable {
    /// The first day.
    package var from: CalendarDate

    /// The last day.
    package var to: CalendarDate

    /// Makes a period.
    ///
    /// - Parameters:
    ///   - from: The first day.
    ///   - to: The last day.
    package init(from: CalendarDate, to: CalendarDate) {
        self.from = from
        self.to = to
    }
}

/// One of the vendor's products ("manager"), and what a user may do in it.
package struct ApplicationAccess: Sendable, Hashable {
    /// A lower-case UUID.
    package var id: String

    /// The product's name, such as `Software Trust`.
    package var name: String

    /// What the user may do there, in the order of printing.
    package var permissions: PermissionList

    /// Makes one.
    ///
    /// - Parameters:
    ///   - id: A lower-case UUID.
    ///   - name: The product's name.
    ///   - permissions: What the user may do there.
    package init(id: String, name: String, permissions: PermissionList) {
        self.id = id
        self.name = name
        self.permissions = permissions
    }
}

/// Permission names such as `MANAGE_AM_ACCOUNT`, kept as the JSON array that is stored and printed.
///
/// The most frequent answer prints these lists and never looks into them, so they travel from
/// the database to the client as one text.
package struct PermissionList: Sendable, Hashable {
    /// A JSON array of strings without spaces: `["MANAGE_AM_ACCOUNT","VIEW_AM_AUDIT_LOG"]`.
    package let json: String

    /// Makes a list, or nil when a name is not made of upper-case letters, digits and `_`.
    ///
    /// - Parameter names: The names, in the order of printing.
    package init?(names: [String]) {
        guard names.allSatisfy(Self.isName) else { return nil }
        json = names.isEmpty ? "[]" : "[\"\(names.joined(separator: "\",\""))\"]"
    }

    /// Takes back what ``json`` was when it was stored.
    ///
    /// - Parameter storedJSON: The stored text.
    package init(storedJSON: String) {
        json = storedJSON
    }

    /// The names, in the order of printing.
    package var names: [String] {
        // No name contains a quote, so the names are every second piece between quotes.
        json.split(separator: "\"").filter { Self.isName(String($0)) }.map(String.init)
    }

    /// Whether a name is in the list.
    ///
    /// - Parameter name: The whole name.
    /// - Returns: Whether it is there.
    package func contains(_ name: String) -> Bool { names.contains(name) }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty
            && text.utf8.allSatisfy { byte in
                (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || byte == UInt8(ascii: "_")
            }
    }
}

/// A user with everything that `/user/me` shows.
package struct UserProfile: Sendable, Hashable {
    /// The user.
    package var user: User

    /// The products the user may use, in the order of printing.
    package var applications: [ApplicationAccess]

    /// The accounts the user may see, in the order of printing.
    package var accounts: [Account]

    /// Makes a profile.
    ///
    /// - Parameters:
    ///   - user: The user.
    ///   - applications: The products the user may use.
    ///   - accounts: The accounts the user may see.
    package init(user: User, applications: [ApplicationAccess], accounts: [Account]) {
        self.user = user
        self.applications = applications
        self.accounts = accounts
    }
}
