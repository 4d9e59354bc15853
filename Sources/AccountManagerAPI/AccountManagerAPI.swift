import AccountModel
import AccountStore
package import HTTP
import PrivateCA
package import World

/// The vendor's Account Manager at `/account/api/v1`: requests in, answers out.
///
/// The order of checks is the same for all routes: path, method, who asks, whether that one may,
/// content type, body, and last the thing that was asked for.
package struct AccountManagerAPI: Sendable {
    /// The operations, which `docs/api.md` lists too.
    static let table = RouteTable(routes)

    private let world: World

    /// Makes the API of one world.
    ///
    /// - Parameter world: Its users, certificates, CA, clock and settings.
    package init(world: World) {
        self.world = world
    }

    /// Answers one request.
    ///
    /// - Parameters:
    ///   - request: What was sent.
    ///   - context: The connection it came on.
    /// - Returns: The answer, or how to make it on a worker thread.
    package func reply(to request: Request, in context: RequestContext) -> Reply {
        guard !Self.isPreflight(request) else { return .now(Self.refusedPreflight) }
        return switch Self.table.match(method: request.method, path: request.path) {
        case .matched(let endpoint, let parameters):
            reply(to: request, in: context, from: endpoint, parameters: parameters)
        case .methodNotAllowed(let allowed):
            .now(refused(methodNotAllowed(request, allowed: allowed)))
        case .notFound:
            .now(besideAPI(request))
        }
    }

    /// Makes the answer for a request that no route ever sees, in the envelope of all errors.
    ///
    /// - Parameters:
    ///   - status: The error status that the transport decided on.
    ///   - reason: Why.
    /// - Returns: The answer.
    package static func refusal(status: Int, reason: String) -> Response {
        .refused(APIRefusal(.transport(status: status), reason), status: status)
    }

    /// Answers what is asked of a path outside the API: a document, or nothing.
    private func besideAPI(_ request: Request) -> Response {
        switch Self.documents.match(method: request.method, path: request.path) {
        case .matched(let document, _): Self.shown(document)
        case .methodNotAllowed(let allowed): refused(methodNotAllowed(request, allowed: allowed))
        case .notFound: refused(APIRefusal(.pathNotFound, Self.pathHint))
        }
    }

    private func reply(
        to request: Request,
        in context: RequestContext,
        from endpoint: Endpoint,
        parameters: [String]
    ) -> Reply {
        let admission: Admission
        do throws(StoreError) {
            // Who asks, and what a reading handler answers, belong to one state of the database.
            admission = try world.store.read(loop: context.connection.loop) {
                (reader) throws(StoreError) in
                admit(request, in: context, to: endpoint, parameters: parameters, from: reader)
            }
        } catch {
            return .now(refused(APIRefusal(error)))
        }
        switch admission {
        case .answered(let response):
            return .now(response)
        case .admitted(let call, let handler):
            do throws(APIRefusal) {
                switch try handler(call) {
                case .now(let response): return .now(signed(response, by: call.principal))
                case .later(let work): return .later { finish(work, for: call.principal) }
                }
            } catch {
                return .now(signed(refused(error), by: call.principal))
            }
        }
    }

    /// What became of a request while the database was read.
    private enum Admission: Sendable {
        case answered(Response)
        case admitted(Call, @Sendable (Call) throws(APIRefusal) -> Answer)
    }

    private func admit(
        _ request: Request,
        in context: RequestContext,
        to endpoint: Endpoint,
        parameters: [String],
        from reader: borrowing AccountReader
    ) -> Admission {
        let now = world.clock.now
        let authenticator = Authenticator(
            worldName: world.name,
            issuerName: world.ca.name,
            now: now
        )
        let principal: AuthenticatedPrincipal
        do throws(APIRefusal) {
            principal = try authenticator.authenticate(request, in: context, from: reader)
        } catch {
            return .answered(refused(error))
        }
        let call = Call(
            world: world,
            request: request,
            parameters: parameters,
            context: context,
            principal: principal,
            now: now
        )
        do throws(APIRefusal) {
            try endpoint.admit(principal)
            switch endpoint.handler {
            case .reading(let handler):
                return .answered(signed(try handler(call, reader), by: principal))
            case .changing(let handler):
                return .admitted(call, handler)
            }
        } catch {
            return .answered(signed(refused(error), by: principal))
        }
    }

    private func finish(
        _ work: @Sendable () throws(APIRefusal) -> Response,
        for principal: AuthenticatedPrincipal
    ) -> Response {
        do throws(APIRefusal) {
            return signed(try work(), by: principal)
        } catch {
            return signed(refused(error), by: principal)
        }
    }

    private func signed(_ response: Response, by principal: AuthenticatedPrincipal) -> Response {
        var response = response
        response.principal = principal.user.displayName
        if response.reason == nil, let note = principal.note {
            response.reason = ReasonText.printable(note)
        }
        return response
    }

    /// Writes a refusal out, with the status that the world's settings choose.
    private func refused(_ refusal: APIRefusal) -> Response {
        let status = refusal.error.status(in: world.settings)
        var response = Response.refused(refusal, status: status)
        // A 401 must name a way to authenticate (RFC 9110 §15.5.2).
        if status == 401 { response.fields.append("www-authenticate", Self.challenge) }
        return response
    }

    private func methodNotAllowed(_ request: Request, allowed: [String]) -> APIRefusal {
        let list = allowed.joined(separator: ", ")
        return APIRefusal(
            .methodNotAllowed,
            "\(request.method) is not served on this path; its methods are \(list)",
            fields: [(name: "allow", value: list)]
        )
    }

    private static let challenge = "ApiKey header=\"x-api-key\""

    private static let pathHint: String = {
        let paths = routes.map { "\($0.method) \($0.pattern)" }.joined(separator: ", ")
        return "no route has this path (a slash at the end makes another path); served are \(paths)"
    }()
}

// MARK: - Browsers

extension AccountManagerAPI {
    /// Whether a browser asks for leave to send a request from a page of another origin.
    private static func isPreflight(_ request: Request) -> Bool {
        request.method == "OPTIONS" && request.fields.first("origin") != nil
            && request.fields.first("access-control-request-method") != nil
    }

    /// The vendor's answer to that, of which a browser shows its own wording only.
    private static let refusedPreflight = Response(
        status: 403,
        fields: ["content-type": "text/plain; charset=utf-8"],
        body: Array("Invalid CORS request".utf8),
        reason: "a CORS preflight: the vendor lets no page of another origin call it from a browser"
    )
}
