/// The keys that a seed's objects may have; `config/seed.schema.json` has the same.
enum SeedKeys {
    static let root = [
        "$schema", "version", "settings", "accounts", "organizations", "applications", "roles",
        "users",
    ]
    static let account = [
        "id", "name", "active", "service_period", "friendly_identifier", "locale",
        "sign_in_methods",
    ]
    static let signInMethod = ["signInMethod", "status", "mfaStatus", "clientAuthCertLoginEnabled"]
    static let organization = [
        "id", "name", "account_id", "active", "address", "city", "state", "postal_code", "country",
    ]
    static let product = ["id", "code", "name"]
    static let role = ["name", "display_name", "description", "application", "permissions"]
    static let period = ["from", "to", "renewed"]
    static let user = [
        "id", "email", "status", "access_scope", "primary_account_id", "created_at", "created_by",
        "user_type", "friendly_name", "description", "locale", "first_name", "last_name",
        "username", "phone", "locked", "roles", "end_date", "applications", "accounts", "tokens",
        "certificates",
    ]
    static let application = ["id", "name", "permissions"]
    static let token = ["id", "name", "token", "enabled", "end_date", "created_at"]
    static let certificate = [
        "id", "name", "x509_cert", "csr", "common_name", "key_algorithm", "start_date", "end_date",
        "enabled",
    ]
}

/// What a seed says about a user; the API's other statuses follow from dates and locks.
enum SeedStatus: String, CaseIterable {
    /// May authenticate.
    case active = "ACTIVE"

    /// May not.
    case disabled = "DISABLED"
}
