import HTTP

// One line per operation: method, path, who may, who answers. The same rows stand in docs/api.md.

extension AccountManagerAPI {
    /// What is answered.
    static let routes: [Route<Endpoint>] = [
        Route("GET", user, Endpoint(.anyUser, .reading(showUser), .documented)),
        Route(
            "POST",
            certificates,
            Endpoint(
                .writers,
                .changing(issueCertificate),
                .documented,
                inferring: ["user_id"]
            )
        ),
        Route(
            "GET",
            certificates,
            Endpoint(
                .anyUser,
                .reading(listCertificates),
                .documented,
                inferring: ["user_id", "name", "status", "offset", "limit"]
            )
        ),
        Route("GET", certificate, Endpoint(.anyUser, .reading(showCertificate), .inferred)),
        Route("DELETE", certificate, Endpoint(.writers, .changing(deleteCertificate), .inferred)),
        Route(
            "PUT",
            certificateSwitch,
            Endpoint(.writers, .changing(switchCertificate), .documented)
        ),
    ]

    private static let user = "/account/api/v1/user/me"
    private static let certificates = "/account/api/v1/client-auth-certificate"
    private static let certificate = "/account/api/v1/client-auth-certificate/{id}"
    private static let certificateSwitch = "/account/api/v1/client-auth-certificate/{id}/enable"
}
