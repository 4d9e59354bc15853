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

    let world: World

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
            .now(refused(Self.methodNotAllowed(request, allowed: allowed)))
        case .notFound:
            .now(besideAPI(request))
        }
    }

    /// Answers what is asked of a path outside the API: a document, or nothing.
    private func besideAPI(_ request: Request) -> Response {
        switch Self.documents.match(method: request.method, path: request.path) {
        case .matched(let document, _): Self.shown(document)
        case .methodNotAllowed(let allowed):
            refused(Self.methodNotAllowed(request, allowed: allowed))
        case .notFound: unrouted(request)
        }
    }

    private func reply(
        to request: Request,
        in context: RequestContext,
        from endpoint: Endpoint,
        parameters: [String]
    ) -> Reply {
        // Where it cannot be stored that a reminder was due, the request itself may still be
        // answered: what is expired is found out below, by the dates.
        try? world.settleClock()
        let admission: Admission
        do throws(StoreError) {
            if endpoint.isAboutAuditLog || world.signIns.isFull { try world.storeSignIns() }
            // Who asks, and what a reading handler answers, belong to one state of the database.
            admission = try world.store.read(loop: context.connection.loop) {
                (reader) throws(StoreError) in
                try admit(request, in: context, to: endpoint, parameters: parameters, from: reader)
            }
        } catch {
            return .now(refused(APIRefusal(error)))
        }
        switch admission {
        case .answered(let response):
            return .now(response)
        case .admitted(let call, let handler):
            return change(call, with: handler, endpoint)
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
    ) throws(StoreError) -> Admission {
        let now = world.clock.now
        let authenticator = Authenticator(
            worldName: world.name,
            issuerName: world.ca.name,
            now: now
        )
        let presentation = try authenticator.look(at: request, in: context, from: reader)
        let principal: AuthenticatedPrincipal
        do throws(APIRefusal) {
            principal = try authenticator.authenticate(presentation, request, in: context)
        } catch {
            try note(presentation, refusal: error.reason, in: context, at: now, from: reader)
            var response = refused(error)
            response.credential = presentation.credential(of: nil)
            return .answered(response)
        }
        try note(presentation, refusal: nil, in: context, at: now, from: reader)
        var call = Call(
            world: world,
            request: request,
            parameters: parameters,
            context: context,
            principal: principal,
            now: now
        )
        call.evidence = endpoint.evidence(of: request)
        call.credential = presentation.credential(of: principal.user)
        call.fault = fault(with: call, presentation)
        if call.fault?.isInstead == true {
            return .answered(signed(Response(status: 503), call))
        }
        do throws(APIRefusal) {
            if world.restrictsRequests { try restrict(call, endpoint) }
            try endpoint.admit(principal)
            guard AcceptedTypes.admitJSON(request.fields) else {
                throw APIRefusal.notAcceptable(request)
            }
            switch endpoint.handler {
            case .reading(let handler):
                return .answered(signed(try handler(call, reader), call))
            case .changing(let handler):
                return .admitted(call, handler)
            }
        } catch {
            return .answered(signed(refused(error, known: call.evidence), call))
        }
    }

    /// Runs a handler that changes something, now or on a worker thread.
    private func change(
        _ call: Call,
        with handler: @Sendable (Call) throws(APIRefusal) -> Answer,
        _ endpoint: Endpoint
    ) -> Reply {
        var call = call
        do throws(APIRefusal) {
            if !endpoint.inferences.isEmpty { try weigh(&call, endpoint) }
            // The log shows that somebody came before it shows what that one did.
            try APIRefusal.translating { () throws(StoreError) in try world.storeSignIns() }
            switch try handler(call) {
            case .now(let response):
                return .now(signed(response, call))
            case .later(let work):
                return .later { [call] in finish(work, for: call) }
            }
        } catch {
            return .now(signed(refused(error, known: call.evidence), call))
        }
    }

    private func finish(
        _ work: @Sendable () throws(APIRefusal) -> Response,
        for call: Call
    ) -> Response {
        do throws(APIRefusal) {
            return signed(try work(), call)
        } catch {
            return signed(refused(error, known: call.evidence), call)
        }
    }

    private func signed(_ response: Response, _ call: Call) -> Response {
        var response = response
        response.principal = call.principal.user.displayName
        response.credential = call.credential
        if response.evidence == nil { response.evidence = call.evidence.rawValue }
        if response.reason == nil, let note = call.principal.note {
            response.reason = ReasonText.printable(note)
        }
        guard let fault = call.fault else { return response }
        if !fault.isInstead, !(200..<300).contains(response.status) {
            world.faults.giveBack(fault.misissuingRuleIDs)
        }
        return call.applying(fault, to: response)
    }
}

// MARK: - What settings refuse

extension AccountManagerAPI {
    /// Refuses what the world's settings do not let pass; only asked where they refuse anything.
    private func restrict(_ call: Call, _ endpoint: Endpoint) throws(APIRefusal) {
        let settings = world.settings
        let seconds = world.rateLimiter.secondsToWait(
            call.principal.credential,
            now: call.now,
            settings: settings
        )
        if let seconds { throw APIRefusal.tooManyRequests(settings, wait: seconds) }
        guard settings.strictness == .documented, call.evidence == .inferred else { return }
        throw APIRefusal.onlyInferred(endpoint.inference(in: call.request))
    }

    /// Lowers what is known of an answer by the members of the body that are only inferred.
    ///
    /// A body that cannot be read is left to the handler, which says what is wrong with it.
    private func weigh(_ call: inout Call, _ endpoint: Endpoint) throws(APIRefusal) {
        guard let body = try? RequestBody.read(call.request) else { return }
        call.parsedBody = body
        guard let member = endpoint.inferences.first(where: body.hasMember) else { return }
        call.evidence = .inferred
        guard world.restrictsRequests, world.settings.strictness == .documented else { return }
        throw APIRefusal.onlyInferred("the member $.\(member)")
    }
}

// MARK: - Sign-ins

extension AccountManagerAPI {
    /// Takes note of each known credential, once on each connection, and once more when it fails.
    ///
    /// - Parameters:
    ///   - presentation: What was presented.
    ///   - refusal: Why nobody was recognized although each credential is usable by itself.
    ///   - context: The connection.
    ///   - now: The world's time.
    ///   - reader: Where the user of a deleted certificate is looked up.
    /// - Throws: ``StoreError`` when the database fails.
    private func note(
        _ presentation: Presentation,
        refusal: String?,
        in context: RequestContext,
        at now: Timestamp,
        from reader: borrowing AccountReader
    ) throws(StoreError) {
        let memory = context.connection.memory
        let event = presentation.event
        guard event != 0, !memory.isSettled(event) else { return }
        for attempt in try presentation.attempts(refusal: refusal, from: reader)
        where memory.isFirst(attempt.event) {
            world.signIns.add(
                attempt.entry(id: world.makeID(.auditEntry), at: now, on: context.connection)
            )
        }
        memory.settle(event)
    }
}
