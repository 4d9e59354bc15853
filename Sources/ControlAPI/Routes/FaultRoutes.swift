import HTTP
import World

/// What goes wrong in a world on purpose.
enum FaultRoutes {
    static let rows = [
        ControlRoute("GET", "/faults", "every action and magic word, with examples", catalogue),
        ControlRoute(
            "GET",
            "/worlds/{world}/faults",
            "the rules, and how often each was met",
            list
        ),
        ControlRoute("POST", "/worlds/{world}/faults", "adds a rule, or a list of them", add),
        ControlRoute("DELETE", "/worlds/{world}/faults", "removes every rule", removeAll),
        ControlRoute("GET", "/worlds/{world}/faults/{id}", "one rule", show),
        ControlRoute("PUT", "/worlds/{world}/faults/{id}", "adds or replaces one rule", put),
        ControlRoute("DELETE", "/worlds/{world}/faults/{id}", "removes one rule", remove),
    ]

    private static func list(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        _ = try call.query(known: [])
        return .now(.faults(200, try call.world().faults.all))
    }

    /// Writing to the world's file may take longer than a loop can wait.
    private static func add(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let faults = try call.world().faults
        let body = try call.body()
        let isList = if case .array = body.value { true } else { false }
        let rules = try call.reading { (node) throws(JSONProblem) in
            try FaultRule.readAll(node.value)
        }
        return .later {
            call.answering { () throws(ControlRefusal) in
                let added = try ControlRefusal.translating { () throws(FaultChangeError) in
                    try faults.add(rules)
                }
                guard !isList, let only = added.first else { return .faults(201, added) }
                var response = Response.fault(201, only)
                let location = [call.request.path, only.rule.id].joined(separator: "/")
                response.fields.set("location", location)
                return response
            }
        }
    }

    private static func removeAll(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let faults = try call.world().faults
        return .later {
            call.answering { () throws(ControlRefusal) in
                try ControlRefusal.translating { () throws(FaultChangeError) in
                    _ = try faults.removeAll()
                }
                return Response(status: 204)
            }
        }
    }

    private static func show(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let id = call.faultID
        guard let fault = try call.world().faults.rule(id) else { throw call.noFault(id) }
        return .now(.fault(200, fault))
    }

    private static func put(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let faults = try call.world().faults
        var rule = try call.reading { (node) throws(JSONProblem) in
            // The path is the id, and held to the same rule.
            _ = try JSONNode(value: .text(call.faultID), path: "id").faultID()
            return try FaultRule.read(node.value)
        }
        guard rule.id.isEmpty || rule.id == call.faultID else {
            throw ControlRefusal(
                400,
                "$.id is \"\(rule.id)\", and the path says \(call.faultID); leave the member out"
            )
        }
        rule.id = call.faultID
        return .later { [rule] in
            call.answering { () throws(ControlRefusal) in
                let (fault, isNew) = try ControlRefusal.translating {
                    () throws(FaultChangeError) in try faults.put(rule)
                }
                return .fault(isNew ? 201 : 200, fault)
            }
        }
    }

    private static func remove(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let faults = try call.world().faults
        let id = call.faultID
        return .later {
            call.answering { () throws(ControlRefusal) in
                let wasThere = try ControlRefusal.translating { () throws(FaultChangeError) in
                    try faults.remove(id)
                }
                guard wasThere else { throw call.noFault(id) }
                return Response(status: 204)
            }
        }
    }

    private static func catalogue(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        _ = try call.query(known: [])
        return .now(
            .json(200) { writer in
                writer.beginArray("actions")
                for row in FaultCatalogue.rows {
                    writer.beginObject()
                    writer.member("action", row.member)
                    writer.member("does", row.sentence)
                    writer.member("example", raw: Array(row.example.utf8))
                    writer.endObject()
                }
                writer.endArray()
                writer.beginArray("magic_words")
                for word in MagicWord.all {
                    writer.beginObject()
                    writer.member("word", word.pattern)
                    writer.member("example", MagicName.prefix + word.example)
                    writer.member("does", word.sentence)
                    writer.endObject()
                }
                writer.endArray()
            }
        )
    }
}

extension ControlCall {
    /// The id in the path.
    fileprivate var faultID: String { parameters.count > 1 ? parameters[1] : "" }

    fileprivate func noFault(_ id: String) -> ControlRefusal {
        ControlRefusal(
            404,
            "world \(worldName) has no fault rule \(id); GET /worlds/\(worldName)/faults lists"
                + " those it has"
        )
    }
}

extension ControlRefusal {
    /// Turns what is wrong with a change of rules into its status.
    fileprivate static func translating<Value>(
        _ body: () throws(FaultChangeError) -> Value
    ) throws(ControlRefusal) -> Value {
        do throws(FaultChangeError) {
            return try body()
        } catch {
            let status =
                switch error {
                case .taken, .full: 409
                case .refused: 400
                case .notStored: 503
                }
            throw ControlRefusal(status, error.description)
        }
    }
}

extension Response {
    fileprivate static func fault(_ status: Int, _ fault: CountedFault) -> Response {
        var writer = JSONWriter()
        fault.rule.write(to: &writer, count: fault.count)
        return Response(
            status: status,
            fields: ["content-type": "application/json", "cache-control": "no-store"],
            body: writer.bytes
        )
    }

    fileprivate static func faults(_ status: Int, _ faults: [CountedFault]) -> Response {
        .json(status) { writer in
            writer.beginArray("faults")
            for fault in faults { fault.rule.write(to: &writer, count: fault.count) }
            writer.endArray()
        }
    }
}
