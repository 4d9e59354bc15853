/// An account as the account's own resource shows it.
package struct AccountDetails: Sendable, Hashable {
    /// What also stands inside a user.
    package var account: Account

    /// Who administers the account, in the order of creation.
    package var administrators: [AccountAdministrator]

    /// How people sign in, in the order of printing.
    package var signInMethods: [SignInMethod]

    /// Makes one.
    ///
    /// - Parameters:
    ///   - account: What also stands inside a user.
    ///   - administrators: Who administers the account.
    ///   - signInMethods: How people sign in.
    package init(
        account: Account,
        administrators: [AccountAdministrator] = [],
        signInMethods: [SignInMethod] = [.standard]
    ) {
        self.account = account
        self.administrators = administrators
        self.signInMethods = signInMethods
    }
}

/// Somebody who administers an account.
package struct AccountAdministrator: Sendable, Hashable {
    /// The user's id.
    package var id: String

    /// First and last name; nil for a service user.
    package var name: String?

    /// The user's address.
    package var email: String

    /// Makes one.
    ///
    /// - Parameters:
    ///   - id: The user's id.
    ///   - name: First and last name; nil for a service user.
    ///   - email: The user's address.
    package init(id: String, name: String?, email: String) {
        self.id = id
        self.name = name
        self.email = email
    }
}

/// A way in which people sign in to an account.
package struct SignInMethod: Sendable, Hashable {
    /// As the vendor's example prints it.
    package static let standard = SignInMethod(
        name: "standard",
        status: "enabled",
        mfaStatus: "disabled",
        isClientAuthCertLoginEnabled: false
    )

    /// Such as `standard`.
    package var name: String

    /// Such as `enabled`.
    package var status: String

    /// Such as `disabled`.
    package var mfaStatus: String

    /// Whether a client authentication certificate is enough.
    package var isClientAuthCertLoginEnabled: Bool

    /// Makes one.
    ///
    /// - Parameters:
    ///   - name: Such as `standard`.
    ///   - status: Such as `enabled`.
    ///   - mfaStatus: Such as `disabled`.
    ///   - isClientAuthCertLoginEnabled: Whether a client authentication certificate is enough.
    package init(
        name: String,
        status: String,
        mfaStatus: String,
        isClientAuthCertLoginEnabled: Bool
    ) {
        self.name = name
        self.status = status
        self.mfaStatus = mfaStatus
        self.isClientAuthCertLoginEnabled = isClientAuthCertLoginEnabled
    }
}

/// A part of a customer, in whose name certificates are issued.
package struct Organization: Sendable, Hashable {
    /// A lower-case UUID.
    package var id: String

    /// The organization's name.
    package var name: String

    /// The account it belongs to.
    package var accountID: String

    /// Whether it is in use.
    package var isActive: Bool

    /// Street and number; nil when unknown, as the next four.
    package var address: String?

    /// The city.
    package var city: String?

    /// The state or province.
    package var state: String?

    /// The postal code.
    package var postalCode: String?

    /// Two upper-case letters.
    package var country: String?

    /// Makes one.
    ///
    /// - Parameters:
    ///   - id: A lower-case UUID.
    ///   - name: The organization's name.
    ///   - accountID: The account it belongs to.
    ///   - isActive: Whether it is in use.
    ///   - address: Street and number.
    ///   - city: The city.
    ///   - state: The state or province.
    ///   - postalCode: The postal code.
    ///   - country: Two upper-case letters.
    package init(
        id: String,
        name: String,
        accountID: String,
        isActive: Bool = true,
        address: String? = nil,
        city: String? = nil,
        state: String? = nil,
        postalCode: String? = nil,
        country: String? = nil
    ) {
        self.id = id
        self.name = name
        self.accountID = accountID
        self.isActive = isActive
        self.address = address
        self.city = city
        self.state = state
        self.postalCode = postalCode
        self.country = country
    }
}
