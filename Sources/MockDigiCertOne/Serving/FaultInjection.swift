import AccountManagerAPI
import HTTP
import HTTPServer
import OpenSSLBridge
import World

/// Where a world's faults act on its traffic: what the director asks on each request.
enum FaultInjection {
    /// Answers a request, unless something goes wrong with it.
    ///
    /// Rules that name who asks are asked again within the API, once that is known.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: The connection it came on.
    ///   - world: The world that answers.
    ///   - api: The API of that world.
    /// - Returns: The answer, with whatever goes wrong with it.
    static func reply(
        to request: Request,
        in context: RequestContext,
        from world: World,
        by api: AccountManagerAPI
    ) -> Reply {
        let decision = world.faults.before(
            FaultFacts(of: request, in: context, now: world.clock.now)
        )
        guard let decision else { return api.reply(to: request, in: context) }
        guard !decision.isInstead else {
            return inject(decision, into: .now(Response(status: 503)), of: api)
        }
        return inject(decision, into: api.reply(to: request, in: context), of: api)
    }

    /// Lets go wrong what shall go wrong with an answer, whenever it is made.
    ///
    /// - Parameters:
    ///   - decision: What goes wrong.
    ///   - reply: The answer.
    ///   - api: The API whose envelope errors come in.
    /// - Returns: The answer that goes out.
    static func inject(
        _ decision: FaultDecision,
        into reply: Reply,
        of api: AccountManagerAPI
    ) -> Reply {
        reply.mapped { response in
            decision.applied(to: response) { api.faultAnswer(status: $0, reason: $1) }
        }
    }

    /// Lets a handshake go wrong, where a rule of the world says so.
    ///
    /// - Parameters:
    ///   - direction: How the server would present itself.
    ///   - hello: What the client said.
    ///   - world: The world that name and port lead to.
    ///   - note: Takes what goes wrong.
    /// - Returns: How the server presents itself.
    static func direction(
        _ direction: TLSDirection,
        for hello: ClientHello,
        in world: World,
        note: @escaping @Sendable (FaultDecision) -> Void
    ) -> TLSDirection {
        let faults = world.faults
        guard faults.act(at: .clientHello) || faults.act(at: .certificate),
            case .serve(let identity, let name, let asksFor, _) = direction
        else { return direction }
        var facts = FaultFacts(
            host: hello.serverName,
            listener: hello.listener,
            remoteAddress: RemoteAddress.host(of: hello.remoteAddress),
            now: world.clock.now
        )
        facts.asksForClientCertificate = asksFor != nil
        let decision = faults.handshake(facts)
        if let decision { note(decision) }
        let flaw: TLSFlaw?
        switch decision?.handshake {
        case .alert(let alert, at: .clientHello): return .refuse(alert: alert.number)
        case .alert(let alert, at: .certificate): flaw = .alertAtCertificate(alert)
        case .reset: flaw = .resetDuringHandshake
        case .stall: flaw = .stallHandshake
        case nil: flaw = asksFor == nil ? nil : judge(facts, faults, note)
        }
        return .serve(identity: identity, world: name, asksFor: asksFor, flaw: flaw)
    }

    /// Decides again when the client has shown its certificate; nil where no rule waits for one.
    private static func judge(
        _ facts: FaultFacts,
        _ faults: Faults,
        _ note: @escaping @Sendable (FaultDecision) -> Void
    ) -> TLSFlaw? {
        guard faults.act(at: .certificate) else { return nil }
        return .judgeCertificate(
            TLSCertificateJudge { serialNumber in
                var facts = facts
                facts.identity = FaultIdentity(certificate: [serialNumber])
                guard let decision = faults.certificate(facts) else { return nil }
                note(decision)
                guard case .alert(let alert, at: .certificate) = decision.handshake else {
                    return nil
                }
                return alert
            }
        )
    }
}
