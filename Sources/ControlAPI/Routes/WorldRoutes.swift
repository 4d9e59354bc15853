import AccountModel
import HTTP
import World

/// Worlds: make, list, describe, reset, delete.
enum WorldRoutes {
    static let rows = [
        ControlRoute("GET", "/worlds", "every world, open or dormant", list),
        ControlRoute("POST", "/worlds", "makes a world: from the seed, a fork, a snapshot", make),
        ControlRoute("GET", "/worlds/{world}", "what a world is, and how to reach it", show),
        ControlRoute("PATCH", "/worlds/{world}", "changes expiry and ports of a world", change),
        ControlRoute("DELETE", "/worlds/{world}", "deletes a world and all in it", delete),
        ControlRoute("POST", "/worlds/{world}/reset", "brings it back to how it began", reset),
        ControlRoute("GET", "/worlds/{world}/client-ca.pem", "what verifies its certificates") {
            (call) throws(ControlRefusal) in
            let world = try call.world()
            return .later { ProcessRoutes.issuer(of: world) }
        },
        ControlRoute(
            "GET",
            "/worlds/{world}/client-ca.crl",
            "its disabled and deleted certificates",
            revocations
        ),
    ]

    private static func list(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        _ = try call.query(known: [])
        return .now(
            .json(200) { writer in
                writer.beginArray("worlds")
                for slot in call.worlds.slots {
                    writer.beginObject()
                    writer.member("name", slot.name)
                    writer.member("state", slot.isDormant ? "dormant" : "open")
                    if slot.name != WorldName.main {
                        writer.member("last_used_at", slot.lastUsed.iso8601)
                    }
                    writer.endObject()
                }
                writer.endArray()
            }
        )
    }

    private static func make(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let (order, wantsPorts) = try call.reading(WorldOrder.read)
        return .later {
            call.answering { () throws(ControlRefusal) in
                // What is replaced shall not be gone when there are no ports to be had.
                let lendsBefore =
                    wantsPorts && order.name.map { call.hasWorldWithoutPorts($0) } == true
                if lendsBefore, let name = order.name { try call.parts.ports.open(world: name) }
                let world: World
                do throws(ControlRefusal) {
                    world = try ControlRefusal.translating { () throws(WorldsError) in
                        try call.worlds.make(order)
                    }
                } catch {
                    if lendsBefore, let name = order.name { call.parts.ports.close(world: name) }
                    throw error
                }
                if wantsPorts {
                    do throws(ControlRefusal) {
                        try call.parts.ports.open(world: world.name)
                    } catch {
                        // Half of what was asked for is not what was asked for.
                        try? call.worlds.delete(world.name)
                        throw error
                    }
                }
                var response = try description(of: world, call)
                response.status = 201
                let location = [call.request.path, world.name].joined(separator: "/")
                response.fields.set("location", location)
                return response
            }
        }
    }

    private static func show(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        _ = try call.query(known: [])
        return .now(try description(of: call.world(), call))
    }

    private static func change(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let name = try call.world().name
        let change = try call.reading { (node) throws(JSONProblem) in
            let object = try node.object(known: ["expires_after_idle", "ports"])
            return (
                expiry: object.members["expires_after_idle"] == nil
                    ? nil : Optional.some(try WorldOrder.expiry(object)),
                ports: try object.optional("ports")?.flag()
            )
        }
        return .later {
            call.answering { () throws(ControlRefusal) in
                if let expiry = change.expiry {
                    try ControlRefusal.translating { () throws(WorldsError) in
                        try call.worlds.expire(afterIdleSeconds: expiry, name)
                    }
                }
                switch change.ports {
                case true?: try call.parts.ports.open(world: name)
                case false?: call.parts.ports.close(world: name)
                case nil: break
                }
                return try description(of: call.world(), call)
            }
        }
    }

    private static func delete(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let name = call.worldName
        return .later {
            call.answering { () throws(ControlRefusal) in
                try ControlRefusal.translating { () throws(WorldsError) in
                    try call.worlds.delete(name)
                }
                return Response(status: 204)
            }
        }
    }

    private static func reset(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        try call.expectNoBody()
        let name = call.worldName
        return .later {
            call.answering { () throws(ControlRefusal) in
                let world = try ControlRefusal.translating { () throws(WorldsError) in
                    try call.worlds.reset(name)
                }
                return try description(of: world, call)
            }
        }
    }

    private enum ListFormat: String, CaseIterable {
        case der
        case pem
    }

    private static func revocations(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let query = try call.query(known: ["format"])
        let format = try query.choice("format", of: ListFormat.self) ?? .der
        let world = try call.world()
        return .later {
            do {
                switch format {
                case .der:
                    return Response(
                        status: 200,
                        fields: ["content-type": "application/pkix-crl"],
                        body: try world.revocationList()
                    )
                case .pem: return .pem(Array(try world.revocationListPEM().utf8))
                }
            } catch {
                return ControlAPI.refusal(503, "the list of revoked certificates: \(error)")
            }
        }
    }

    /// A world as its maker needs to know it.
    static func description(
        of world: World,
        _ call: ControlCall
    ) throws(ControlRefusal) -> Response {
        let facts: WorldFacts
        do throws(WorldError) {
            facts = try world.facts()
        } catch {
            throw ControlRefusal(503, "\(error)")
        }
        let addresses = call.parts.ports.addresses(
            ofWorld: world.name,
            askedAs: call.request.authority
        )
        return .json(200) { writer in
            writer.member("name", world.name)
            writer.member("origin", raw: Array(facts.origin.utf8))
            writer.member("created_at", facts.createdAt.iso8601)
            writer.member("now", world.clock.now.iso8601)
            writer.member("clock", world.clock.state.isFrozen ? "frozen" : "running")
            if let seconds = facts.expiresAfterIdleSeconds {
                writer.member("expires_after_idle", "\(seconds)s")
            }
            writer.member("users", facts.users)
            writer.member("tokens", facts.tokens)
            writer.member("certificates", facts.certificates)
            if let best = addresses.first {
                writer.member("api_url", best.addresses.api)
                writer.member("clientauth_url", best.addresses.clientauth)
            }
            writer.beginObject("addresses")
            for (kind, addresses) in addresses {
                writer.name(dynamic: kind)
                writer.beginObject()
                writer.member("api_url", addresses.api)
                writer.member("clientauth_url", addresses.clientauth)
                writer.endObject()
            }
            writer.endObject()
            if world.name != WorldName.main {
                writer.member("token_suffix", ".\(world.name)")
            }
        }
    }
}

extension ControlCall {
    /// Whether there is a world that has no ports of its own.
    fileprivate func hasWorldWithoutPorts(_ name: String) -> Bool {
        let addresses = parts.ports.addresses(ofWorld: name, askedAs: request.authority)
        return worlds.contains(name) && !addresses.contains { $0.kind == "ports" }
    }

    /// Turns a refusal of work on a worker thread into its answer.
    ///
    /// - Parameter work: The work.
    /// - Returns: What `work` returns, or the refusal.
    func answering(_ work: () throws(ControlRefusal) -> Response) -> Response {
        do throws(ControlRefusal) {
            return try work()
        } catch {
            return ControlAPI.refusal(error)
        }
    }
}

extension ControlRefusal {
    /// Turns what is wrong with worlds into its status.
    ///
    /// - Parameter body: Does something with worlds.
    /// - Returns: What `body` returns.
    /// - Throws: ``ControlRefusal``.
    static func translating<Value>(
        _ body: () throws(WorldsError) -> Value
    ) throws(ControlRefusal) -> Value {
        do throws(WorldsError) {
            return try body()
        } catch {
            let status =
                switch error.kind {
                case .refused: 400
                case .missing: 404
                case .exists, .full: 409
                case .failed: 503
                }
            throw ControlRefusal(status, error.description)
        }
    }
}
