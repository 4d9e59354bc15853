package import HTTP
import World

extension AccountManagerAPI {
    /// Makes the answer for a request that no route ever sees, in the envelope of all errors.
    ///
    /// - Parameters:
    ///   - status: The error status that the transport decided on.
    ///   - reason: Why.
    /// - Returns: The answer.
    package func refusal(_ status: Int, _ reason: String) -> Response {
        .refused(
            // Only a mock has worlds, so only its own words help.
            APIRefusal(
                .transport(status: status),
                reason,
                message: status == 421 ? ReasonText.printable(reason) : nil
            ),
            status: status,
            envelope: world.settings.errorBody
        )
    }

    /// Writes a refusal out, as the world's settings choose.
    ///
    /// - Parameters:
    ///   - refusal: What was refused and why.
    ///   - evidence: How well it is known what was asked for.
    /// - Returns: The answer.
    func refused(_ refusal: APIRefusal, known evidence: Evidence = .documented) -> Response {
        let settings = world.settings
        var refusal = refusal
        let known = min(refusal.error.row.evidence, evidence)
        if settings.strictness == .documented, known == .inferred, !refusal.error.isDemandedByHTTP {
            let row = refusal.error.row
            refusal = .onlyInferred(
                "the answer \(refusal.error.status(in: settings)) \(row.code)",
                because: refusal.reason
            )
        }
        let status = refusal.error.status(in: settings)
        var response = Response.refused(refusal, status: status, envelope: settings.errorBody)
        response.evidence = min(refusal.error.row.evidence, evidence).rawValue
        // A 401 must name a way to authenticate (RFC 9110 §15.5.2).
        if status == 401 { response.fields.append("www-authenticate", Self.challenge) }
        return response
    }

    private static let challenge = "ApiKey header=\"x-api-key\""

    /// Answers a path that no route has.
    func unrouted(_ request: Request) -> Response {
        guard !request.path.contains("//") else { return Self.doubledSlash }
        return refused(APIRefusal(.pathNotFound, Self.pathHint))
    }

    static func methodNotAllowed(_ request: Request, allowed: [String]) -> APIRefusal {
        let list = allowed.joined(separator: ", ")
        return APIRefusal(
            .methodNotAllowed,
            "\(request.method) is not served on this path; its methods are \(list)",
            fields: [(name: "allow", value: list)]
        )
    }

    private static let pathHint: String = {
        var resources: [String] = []
        for route in routes {
            let resource = route.pattern.split(separator: "/").prefix(4).joined(separator: "/")
            if !resources.contains("/\(resource)") { resources.append("/\(resource)") }
        }
        return "no route has this path (a slash at the end makes another path); served are"
            + " \(resources.joined(separator: ", ")), and docs/api.md lists every path below them"
    }()

    /// The vendor's gateway answers these with a page for browsers.
    private static let doubledSlash = Response(
        status: 404,
        fields: ["content-type": "text/html; charset=utf-8"],
        body: Array(
            """
            <!DOCTYPE html>
            <html lang="en">
            <head><title>404 Not Found</title></head>
            <body><h1>404 Not Found</h1></body>
            </html>

            """.utf8
        ),
        reason: "the path has two slashes side by side: such paths are answered in HTML since"
            + " mid-2026; join base URL and path with one",
        evidence: Evidence.observed.rawValue
    )
}

// MARK: - Browsers

extension AccountManagerAPI {
    /// Whether a browser asks for leave to send a request from a page of another origin.
    static func isPreflight(_ request: Request) -> Bool {
        request.method == "OPTIONS" && request.fields.first("origin") != nil
            && request.fields.first("access-control-request-method") != nil
    }

    /// The vendor's answer to that, of which a browser shows its own wording only.
    static let refusedPreflight = Response(
        status: 403,
        fields: ["content-type": "text/plain; charset=utf-8"],
        body: Array("Invalid CORS request".utf8),
        reason: "a CORS preflight: the vendor lets no page of another origin call it from a"
            + " browser",
        evidence: Evidence.observed.rawValue
    )
}

// MARK: - Settings

extension APIRefusal {
    /// A strict world does not answer what nobody documents.
    ///
    /// - Parameters:
    ///   - what: The route, parameter, member or answer that is only inferred.
    ///   - reason: Why it would be answered so, where that is a refusal.
    /// - Returns: The refusal.
    static func onlyInferred(_ what: String, because reason: String? = nil) -> APIRefusal {
        APIRefusal(
            .notImplemented,
            "\(what) is only inferred, and this world answers nothing that is (setting strict);"
                + " docs/differences.md says why it would" + (reason.map { ": \($0)" } ?? "")
        )
    }

    /// Somebody sends too many requests.
    ///
    /// - Parameters:
    ///   - settings: What the limit is.
    ///   - seconds: When the next request will be answered.
    /// - Returns: The refusal.
    static func tooManyRequests(_ settings: WorldSettings, wait seconds: Int) -> APIRefusal {
        APIRefusal(
            .tooManyRequests,
            "more than \(settings.rateLimitRequests) requests of one key or certificate in"
                + " \(settings.rateLimitSeconds) s; the next is answered in \(seconds) s of this"
                + " world's clock (settings rateLimitRequests, rateLimitSeconds)",
            fields: [(name: "retry-after", value: "\(seconds)")]
        )
    }

    /// Somebody cannot read JSON.
    ///
    /// - Parameter request: The request.
    /// - Returns: The refusal.
    static func notAcceptable(_ request: Request) -> APIRefusal {
        let accept = request.fields.all("accept").joined(separator: ", ")
        return APIRefusal(
            .notAcceptable,
            "Accept is \(accept) and admits no application/json, which is all there is"
        )
    }
}
