import AccountManagerDocuments
import HTTP

/// What is read beside the API, by everybody and without a key: the OpenAPI document, and a page
/// that shows it.
struct VendorDocument: Sendable {
    /// The media type of the document.
    let type: String

    /// The document.
    let body: [UInt8]

    /// How well its place is known.
    let evidence: Evidence
}

extension AccountManagerAPI {
    /// The documents, by path.
    static let documents = RouteTable([
        Route(
            "GET",
            "/account/docs/openapi-public.json",
            VendorDocument(
                type: "application/json",
                body: AccountManagerDocuments.openAPI,
                evidence: .inferred
            )
        ),
        Route(
            "GET",
            "/account/docs/swagger-ui/index.html",
            VendorDocument(
                type: "text/html; charset=utf-8",
                body: AccountManagerDocuments.page,
                evidence: .documented
            )
        ),
        Route(
            "GET",
            "/account/docs/swagger-ui/page.css",
            VendorDocument(
                type: "text/css; charset=utf-8",
                body: AccountManagerDocuments.pageStyle,
                evidence: .inferred
            )
        ),
        Route(
            "GET",
            "/account/docs/swagger-ui/page.js",
            VendorDocument(
                type: "text/javascript; charset=utf-8",
                body: AccountManagerDocuments.pageScript,
                evidence: .inferred
            )
        ),
    ])

    /// Hands out a document.
    ///
    /// - Parameter document: The document.
    /// - Returns: The answer.
    static func shown(_ document: VendorDocument) -> Response {
        var response = Response(
            status: 200,
            fields: [
                "content-type": document.type,
                "cache-control": "no-cache",
                "content-security-policy": policy,
                "x-content-type-options": "nosniff",
                "referrer-policy": "no-referrer",
            ],
            body: document.body
        )
        response.evidence = document.evidence.rawValue
        return response
    }

    /// The page takes all it needs from here, and may talk to nobody else.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        + " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
