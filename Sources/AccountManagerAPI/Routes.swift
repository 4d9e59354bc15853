import AccountModel
import HTTP

// One line per operation: method, path, who may, who answers. The same rows stand in docs/api.md.

extension AccountManagerAPI {
    /// What is answered.
    static let routes: [Route<Endpoint>] =
        users + tokens + certificates + accounts + auditLog
}

// MARK: - Users

extension AccountManagerAPI {
    private static let users: [Route<Endpoint>] = [
        Route("GET", me, Endpoint(.anyUser, .reading(showOwnUser), .documented)),
        Route("PUT", me, Endpoint(.writers, .changing(updateOwnUser), .inferred)),
        Route(
            "GET",
            "/account/api/v1/user",
            Endpoint(
                .permission(.viewUsers),
                .reading(listUsers),
                .documented,
                inferring: [
                    "status", "account_id", "email", "friendly_name", "search", "offset",
                ]
            )
        ),
        Route(
            "POST",
            "/account/api/v1/user",
            Endpoint(.permission(.manageUsers), .changing(createUser), .inferred)
        ),
        Route("GET", user, Endpoint(.anyUserOr(.viewUsers), .reading(showUser), .documented)),
        Route("PUT", user, Endpoint(.writersOr(.manageUsers), .changing(updateUser), .inferred)),
        Route(
            "DELETE",
            user,
            Endpoint(.permission(.manageUsers), .changing(deleteUser), .inferred)
        ),
        Route(
            "PUT",
            "/account/api/v1/user/{id}/enable",
            Endpoint(.permission(.manageUsers), .changing(switchUser), .inferred)
        ),
        Route(
            "PUT",
            "/account/api/v1/user/{id}/unlock",
            Endpoint(.permission(.manageUsers), .changing(unlockUser), .inferred)
        ),
    ]

    private static let me = "/account/api/v1/user/me"
    private static let user = "/account/api/v1/user/{id}"
}

// MARK: - API access tokens

extension AccountManagerAPI {
    private static let tokens: [Route<Endpoint>] = [
        Route(
            "GET",
            "/account/api/v1/api-access-token",
            Endpoint(.anyUserOr(.viewUsers), .reading(listTokens), .inferred)
        ),
        Route(
            "POST",
            "/account/api/v1/api-access-token",
            Endpoint(.writersOr(.manageUsers), .changing(createToken), .inferred)
        ),
        Route("GET", token, Endpoint(.anyUserOr(.viewUsers), .reading(showToken), .inferred)),
        Route("PUT", token, Endpoint(.writersOr(.manageUsers), .changing(updateToken), .inferred)),
        Route(
            "DELETE",
            token,
            Endpoint(.writersOr(.manageUsers), .changing(deleteToken), .inferred)
        ),
    ]

    private static let token = "/account/api/v1/api-access-token/{id}"
}

// MARK: - Client authentication certificates

extension AccountManagerAPI {
    private static let certificates: [Route<Endpoint>] = [
        Route(
            "POST",
            issuance,
            Endpoint(
                .writersOr(.manageUsers),
                .changing(issueCertificate),
                .documented,
                inferring: ["user_id"]
            )
        ),
        Route(
            "GET",
            issuance,
            Endpoint(
                .anyUserOr(.viewUsers),
                .reading(listCertificates),
                .documented,
                inferring: ["user_id", "name", "status", "offset"]
            )
        ),
        Route(
            "POST",
            "/account/api/v1/client-auth-certificate/pkcs12",
            Endpoint(.writersOr(.manageUsers), .changing(issueKeyStore), .inferred)
        ),
        Route(
            "GET",
            certificate,
            Endpoint(.anyUserOr(.viewUsers), .reading(showCertificate), .inferred)
        ),
        Route(
            "DELETE",
            certificate,
            Endpoint(.writersOr(.manageUsers), .changing(deleteCertificate), .inferred)
        ),
        Route(
            "PUT",
            certificateSwitch,
            Endpoint(.writersOr(.manageUsers), .changing(switchCertificate), .documented)
        ),
    ]

    private static let issuance = "/account/api/v1/client-auth-certificate"
    private static let certificate = "/account/api/v1/client-auth-certificate/{id}"
    private static let certificateSwitch = "/account/api/v1/client-auth-certificate/{id}/enable"
}

// MARK: - Accounts, organizations, roles, products, languages

extension AccountManagerAPI {
    private static let accounts: [Route<Endpoint>] = [
        Route(
            "GET",
            "/account/api/v1/account",
            Endpoint(
                .permission(.viewAccounts),
                .reading(listAccounts),
                .documented,
                inferring: ["offset"]
            )
        ),
        Route(
            "GET",
            "/account/api/v1/account/{id}",
            Endpoint(.permission(.viewAccounts), .reading(showAccount), .documented)
        ),
        Route(
            "GET",
            "/account/api/v1/organization",
            Endpoint(.permission(.viewOrganizations), .reading(listOrganizations), .inferred)
        ),
        Route(
            "GET",
            "/account/api/v1/organization/{id}",
            Endpoint(.permission(.viewOrganizations), .reading(showOrganization), .inferred)
        ),
        Route("GET", "/account/api/v1/role", Endpoint(.anyUser, .reading(listRoles), .inferred)),
        Route(
            "GET",
            "/account/api/v1/application",
            Endpoint(.anyUser, .reading(listApplications), .inferred)
        ),
        Route(
            "GET",
            "/account/api/v1/locale",
            Endpoint(.anyUser, .reading(listLocales), .inferred)
        ),
    ]
}

// MARK: - Audit log

extension AccountManagerAPI {
    // The vendor documents the operation and its filters, and not what an entry looks like.
    private static let auditLog: [Route<Endpoint>] = [
        Route(
            "GET",
            "/account/api/v1/audit-log",
            Endpoint(.permission(.viewAuditLog), .reading(listAuditEntries), .inferred)
        ),
        Route(
            "GET",
            "/account/api/v1/audit-log/{id}",
            Endpoint(.permission(.viewAuditLog), .reading(showAuditEntry), .inferred)
        ),
    ]
}
