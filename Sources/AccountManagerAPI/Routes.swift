import HTTP

// One line per operation: method, path, who may, who answers. The same rows stand in docs/api.md.

extension AccountManagerAPI {
    /// What is answered.
    static let routes: [Route<Endpoint>] = [
        Route("GET", user, Endpoint(.anyUser, .reading(showUser))),
        Route("POST", certificates, Endpoint(.writers, .changing(issueCertificate))),
        Route("GET", certificates, Endpoint(.anyUser, .reading(listCertificates))),
        Route("GET", certificate, Endpoint(.anyUser, .reading(showCertificate))),
        Route("DELETE", certificate, Endpoint(.writers, .changing(deleteCertificate))),
        Route("PUT", certificateSwitch, Endpoint(.writers, .changing(switchCertificate))),
    ]

    private static let user = "/account/api/v1/user/me"
    private static let certificates = "/account/api/v1/client-auth-certificate"
    private static let certificate = "/account/api/v1/client-auth-certificate/{id}"
    private static let certificateSwitch = "/account/api/v1/client-auth-certificate/{id}/enable"
}
