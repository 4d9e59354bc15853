import AccountManagerAPI
import AccountModel
package import ControlAPI
package import HTTP
package import HTTPServer
package import Logging
package import OpenSSLBridge
package import Pages
package import World

/// Ties the transport to what is answered: who is asked, by which name, in which world.
package final class Director: ConnectionDirector {
    /// What the director stands between; a value, so that tests can put in their own.
    package struct Parts: Sendable {
        /// Finds or mints the certificate for a name and a local address.
        package var identity: @Sendable (_ name: String?, _ localAddress: String) -> ServerIdentity?
        /// The issuers named to clients that are asked for a certificate.
        package var clientCANames: ClientCANames
        /// The worlds that answer on the API and clientauth listeners.
        package var worlds: Worlds
        /// Answers on the control listener.
        package var control: ControlAPI
        /// The pages on the clientauth listener, which look at the browser's certificate.
        package var gate: PageSite?
        /// Whether answers carry `x-mock-evidence`, and refusals their reason in `x-mock-reason`.
        package var sendsMockHeaders: Bool
        /// The file that clients must trust, for the log.
        package var trustFile: String
        /// One line per request; nil where the log level hides them.
        package var accessLog: AccessLog?
        /// What the process counts of its own work.
        package var metrics = Metrics(loops: 1)
        /// Everything else that is logged.
        package var logger: Logger
        /// Seconds of the system's clock.
        package var now: @Sendable () -> Int64
        /// The same in nanoseconds, for the journals.
        package var systemNanoseconds: @Sendable () -> Int64 = SystemClock.nanosecondsSince1970
    }

    let parts: Parts
    private let routing: WorldRouting
    private let dates = DateCache()
    private let complaints = HandshakeComplaints()
    private let handshakeFaults = HandshakeFaults()
    private let journals: JournalRecorder

    /// Puts the parts together.
    ///
    /// - Parameter parts: What the director stands between.
    package init(_ parts: Parts) {
        self.parts = parts
        routing = WorldRouting(parts.worlds)
        journals = JournalRecorder(
            worlds: parts.worlds,
            systemNanoseconds: parts.systemNanoseconds
        )
    }

    /// Chooses certificate, world and mode from the ClientHello.
    ///
    /// - Parameter hello: What the client said before anything is decided.
    /// - Returns: How the server presents itself.
    package func direct(_ hello: ClientHello) -> TLSDirection {
        guard let identity = parts.identity(hello.serverName, hello.localAddress) else {
            return .refuse(alert: TLSAlert.internalError.number)
        }
        let asks = HostRouting.asksForClientCertificate(
            serverName: hello.serverName,
            listener: ListenerName(rawValue: hello.listener)
        )
        let name = routing.world(
            serverName: hello.serverName,
            listenerWorld: hello.listenerWorld
        )
        let direction = TLSDirection.serve(
            identity: identity,
            world: name,
            asksFor: asks ? parts.clientCANames : nil
        )
        guard let world = try? parts.worlds.world(named: name) else { return direction }
        let logger = parts.logger
        return FaultInjection.direction(direction, for: hello, in: world) {
            [handshakeFaults] decision in
            handshakeFaults.note(decision, remoteAddress: hello.remoteAddress)
            // What may spare the client is told once it did not.
            guard decision.handshake?.actsOnMissingCertificate != true else { return }
            logger.info("\(decision.reason)", metadata: ["remote": "\(hello.remoteAddress)"])
        }
    }

    /// The world that a plain listener belongs to.
    ///
    /// - Parameter listener: The listener's name.
    /// - Returns: The default world: the control plane belongs to all.
    package func world(ofPlainListener listener: String) -> String { HostRouting.defaultWorld }

    /// Answers a request.
    ///
    /// - Parameters:
    ///   - request: The request.
    ///   - context: The connection it came on.
    /// - Returns: The answer, or the work that makes it.
    package func reply(to request: Request, in context: RequestContext) -> Reply {
        let connection = context.connection
        if connection.listener == ListenerName.control.rawValue {
            return parts.control.reply(to: request, in: context)
        }
        var request = request
        switch routing.destination(of: &request, on: connection) {
        case .world(let world): return reply(to: request, in: context, world)
        case .common(let world, let hint):
            return reply(to: request, in: context, world).mapped { Self.adding(hint, to: $0) }
        case .nowhere(let status, let reason):
            return .now(AccountManagerAPI(world: parts.worlds.main).refusal(status, reason))
        case .new(let name):
            return .later { [self, request] in begin(name, and: request, in: context) }
        }
    }

    private func reply(
        to request: Request,
        in context: RequestContext,
        _ world: World
    ) -> Reply {
        let api = AccountManagerAPI(world: world)
        let page = context.connection.asksForClientCertificate ? parts.gate : nil
        let reply =
            page?.reply(to: request, in: context, world: world)
            ?? FaultInjection.reply(to: request, in: context, from: world, by: api)
        guard world.name != WorldName.main else { return reply }
        return reply.mapped { response in
            var response = response
            response.world = world.name
            // A rule may say another one.
            if response.fields.first("date") == nil {
                response.fields.append("date", world.clock.now.httpDate)
            }
            return response
        }
    }

    /// Makes the world that its first request asked for, and answers the request; on a worker.
    private func begin(
        _ name: String,
        and request: Request,
        in context: RequestContext
    ) -> Response {
        do throws(WorldsError) {
            let (world, isNew) = try parts.worlds.makeOnFirstUse(name)
            if isNew { parts.logger.notice("world \(name) was made on its first use") }
            // No route of the vendor's waits for anything.
            return reply(to: request, in: context, world).made() ?? Response(status: 503)
        } catch {
            return AccountManagerAPI(world: parts.worlds.main)
                .refusal(503, "world \(name) cannot be made: \(error)")
        }
    }

    /// Adds what may have been meant to the reason why a key is not known.
    private static func adding(_ hint: String, to response: Response) -> Response {
        guard [401, 403].contains(response.status) else { return response }
        var response = response
        response.reason = response.reason.map { "\($0); \(hint)" } ?? hint
        return response
    }

    /// The world of a connection on which something went wrong before there was a request.
    private func world(of connection: ConnectionFacts) -> World {
        let named = try? parts.worlds.world(named: connection.world)
        return (named ?? nil) ?? parts.worlds.main
    }

    /// Answers bytes that never became a request, or a limit that was exceeded.
    ///
    /// - Parameters:
    ///   - refusal: The status and what was wrong.
    ///   - context: The connection it came on.
    /// - Returns: The answer in the surface's own form.
    package func refuse(_ refusal: Refusal, in context: RequestContext) -> Response {
        if context.connection.listener == ListenerName.control.rawValue {
            return ControlAPI.refusal(refusal.status, refusal.message)
        }
        return AccountManagerAPI(world: world(of: context.connection))
            .refusal(refusal.status, refusal.message)
    }

    /// Adds what every answer carries.
    ///
    /// - Parameters:
    ///   - response: The answer.
    ///   - context: The request it answers.
    package func finish(_ response: inout Response, in context: RequestContext) {
        if response.world == nil, response.fields.first("date") == nil {
            response.fields.append("date", dates.text(for: parts.worlds.main.clock.now))
        }
        response.fields.append("x-request-id", context.requestID)
        if context.connection.listener == ListenerName.control.rawValue {
            ControlGuard.protect(&response)
        }
        guard parts.sendsMockHeaders else { return }
        if let world = response.world { response.fields.append("x-mock-world", world) }
        if let evidence = response.evidence { response.fields.append("x-mock-evidence", evidence) }
        guard let reason = response.reason else { return }
        response.fields.append("x-mock-reason", HeaderText.safe(reason))
    }

    /// Takes note of an answered request.
    ///
    /// - Parameter exchange: The request and its answer.
    package func record(_ exchange: Exchange) {
        // Who has waited for an entry finds it counted.
        parts.metrics.record(exchange)
        journals.record(exchange)
        parts.accessLog?.record(exchange)
    }

    /// Writes the lines that a loop recorded, and what its answers left for later.
    ///
    /// - Parameter loop: The index of the loop.
    package func flush(loop: Int) {
        for problem in parts.worlds.storeSignIns() { parts.logger.error("\(problem)") }
        parts.accessLog?.flush(loop: loop)
    }
}

extension Director {
    /// Takes note of what happened outside of any request.
    ///
    /// - Parameter event: What happened.
    package func record(_ event: ConnectionEvent) {
        switch event {
        case .handshakeCompleted(let facts, let memory):
            let decision = handshakeFaults.take(remoteAddress: facts.remoteAddress)
                .flatMap { confirmed($0, facts) }
            parts.metrics.record(facts, isComplete: true)
            journals.record(facts, keptIn: memory, reason: decision?.reason)
        case .handshakeFailed(let facts, let memory):
            let decision = handshakeFaults.take(remoteAddress: facts.remoteAddress)
                .flatMap { confirmed($0, facts) }
            parts.metrics.record(facts, isComplete: false)
            journals.record(failed: facts, of: memory, reason: decision?.reason)
            complain(facts)
        case .connectionEnded(let memory):
            journals.recordEnd(of: memory)
        case .plainHTTPOnTLSPort(let facts):
            journals.record(failed: facts)
            parts.logger.info(
                "plain HTTP on a TLS port: ask for https",
                metadata: ["remote": "\(facts.remoteAddress)", "listener": "\(facts.listener)"]
            )
        case .connectionLimitReached(let listener, let remoteAddress):
            parts.logger.warning(
                "closed a new connection: \(Setting.connectionsMax.rawValue) is reached",
                metadata: ["remote": "\(remoteAddress)", "listener": "\(listener)"]
            )
        case .acceptFailed(let listener, let detail):
            parts.logger.error(
                "cannot accept a connection: \(detail)",
                metadata: ["listener": "\(listener)"]
            )
        }
    }

    /// What acted on a handshake, now that it is over; nil, and given back, where a rule waited for
    /// a client without a certificate, and none came that far.
    private func confirmed(_ decision: FaultDecision, _ facts: HandshakeFacts) -> FaultDecision? {
        guard decision.handshake?.actsOnMissingCertificate == true else { return decision }
        if facts.alertSent == TLSAlert.certificateRequired.number {
            let metadata: Logger.Metadata = ["remote": "\(facts.remoteAddress)"]
            parts.logger.info("\(decision.reason)", metadata: metadata)
            return decision
        }
        let named = try? parts.worlds.world(named: facts.world ?? WorldName.main)
        named?.faults.giveBack(decision.ruleIDs)
        return nil
    }

    /// Logs a failed handshake, once in a while for each client.
    private func complain(_ facts: HandshakeFacts) {
        let isDue = complaints.isDue(
            remoteAddress: facts.remoteAddress,
            serverName: facts.serverName,
            alert: facts.alertReceived,
            now: parts.now()
        )
        guard isDue else { return }
        var logger = parts.logger
        logger[metadataKey: "remote"] = "\(facts.remoteAddress)"
        logger[metadataKey: "listener"] = "\(facts.listener)"
        if let alert = facts.alertReceived.map({ TLSAlert($0) }), alert.meansDistrust {
            let name = facts.serverName ?? "the certificate without a name"
            logger.warning(
                "the client does not trust \(name): give it \(parts.trustFile)",
                metadata: ["alert": "\(alert.name)"]
            )
        } else {
            logger.info("the TLS handshake failed: \(facts.detail ?? "no reason is known")")
        }
    }
}
