import AccountModel
import HTTP

// Members in the order in which the vendor prints an account; the other bodies are inferred.

extension JSONWriter {
    /// Writes an account as its own resource shows it.
    ///
    /// - Parameter details: The account.
    mutating func value(_ details: AccountDetails) {
        let account = details.account
        beginObject()
        member("id", account.id)
        member("name", account.name)
        member("active", account.isActive)
        beginObject("service_period")
        member("from", account.servicePeriod.from.description)
        member("to", account.servicePeriod.to.description)
        endObject()
        member("friendly_identifier", account.friendlyIdentifier)
        beginArray("admins")
        for administrator in details.administrators {
            beginObject()
            member("id", administrator.id)
            if let name = administrator.name { member("name", name) }
            member("email", administrator.email)
            endObject()
        }
        endArray()
        beginArray("sign_in_methods")
        for method in details.signInMethods {
            // The only members in camel case, as the vendor prints them.
            beginObject()
            member("signInMethod", method.name)
            member("status", method.status)
            member("mfaStatus", method.mfaStatus)
            member("clientAuthCertLoginEnabled", method.isClientAuthCertLoginEnabled)
            endObject()
        }
        endArray()
        member("locale", account.locale)
        endObject()
    }

    /// Writes an organization; what is not known of its address is absent.
    ///
    /// - Parameter organization: The organization.
    mutating func value(_ organization: Organization) {
        beginObject()
        member("id", organization.id)
        member("name", organization.name)
        member("account_id", organization.accountID)
        member("active", organization.isActive)
        if let address = organization.address { member("address", address) }
        if let city = organization.city { member("city", city) }
        if let state = organization.state { member("state", state) }
        if let postalCode = organization.postalCode { member("postal_code", postalCode) }
        if let country = organization.country { member("country", country) }
        endObject()
    }

    /// Writes a role with what it permits.
    ///
    /// - Parameter role: The role.
    mutating func value(_ role: RoleDefinition) {
        beginObject()
        member("name", role.name)
        member("display_name", role.displayName)
        member("description", role.description)
        name("application")
        value(role.application)
        member("permissions", raw: Array(role.permissions.json.utf8))
        endObject()
    }

    /// Writes a product.
    ///
    /// - Parameter application: The product.
    mutating func value(_ application: Application) {
        beginObject()
        member("id", application.id)
        member("code", application.code)
        member("name", application.name)
        endObject()
    }

    /// Writes a language.
    ///
    /// - Parameter locale: The language.
    mutating func value(_ locale: Locale) {
        beginObject()
        member("code", locale.code)
        member("name", locale.name)
        endObject()
    }
}
