import AccountModel
import HTTP
import World

/// Snapshots of a world: save, restore, list, delete, and as one file between processes.
enum SnapshotRoutes {
    private static let path = "/worlds/{world}/snapshots"
    private static let one = path + "/{snapshot}"

    /// The media type of a snapshot's file (https://www.iana.org/assignments/media-types).
    static let mediaType = "application/vnd.sqlite3"

    static let rows = [
        ControlRoute("GET", path, "the snapshots of a world", list),
        ControlRoute("PUT", one, "keeps the world as it is now, keys and clock included", save),
        ControlRoute("DELETE", one, "deletes a snapshot", delete),
        ControlRoute("POST", one + "/restore", "brings the world back to a snapshot", restore),
        ControlRoute("GET", one + "/file", "a snapshot as one file; it holds keys", export),
        ControlRoute("PUT", one + "/file", "takes such a file as a snapshot", take),
    ]

    private static func list(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        _ = try call.query(known: [])
        let snapshots = try ControlRefusal.translating { () throws(WorldsError) in
            try call.worlds.snapshots(of: call.worldName)
        }
        return .now(
            .json(200) { writer in
                writer.beginArray("snapshots")
                for snapshot in snapshots {
                    writer.beginObject()
                    write(snapshot, to: &writer)
                    writer.endObject()
                }
                writer.endArray()
            }
        )
    }

    private static func save(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        try call.expectNoBody()
        return later(call, status: 201) { () throws(WorldsError) in
            try call.worlds.save(call.snapshotName, of: call.worldName)
        }
    }

    private static func delete(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        .later {
            call.answering { () throws(ControlRefusal) in
                try ControlRefusal.translating { () throws(WorldsError) in
                    try call.worlds.deleteSnapshot(call.snapshotName, of: call.worldName)
                }
                return Response(status: 204)
            }
        }
    }

    private static func restore(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        try call.expectNoBody()
        return .later {
            call.answering { () throws(ControlRefusal) in
                let world = try ControlRefusal.translating { () throws(WorldsError) in
                    try call.worlds.restore(call.snapshotName, of: call.worldName)
                }
                return try WorldRoutes.description(of: world, call)
            }
        }
    }

    private static func export(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        .later {
            call.answering { () throws(ControlRefusal) in
                let bytes = try ControlRefusal.translating { () throws(WorldsError) in
                    try call.worlds.export(call.snapshotName, of: call.worldName)
                }
                let name = "\(call.worldName)-\(call.snapshotName).sqlite"
                return Response(
                    status: 200,
                    fields: [
                        "content-type": mediaType,
                        "content-disposition": "attachment; filename=\"\(name)\"",
                    ],
                    body: bytes
                )
            }
        }
    }

    private static func take(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        guard !call.request.body.isEmpty else {
            throw ControlRefusal(400, "the body is empty; send the file of a snapshot")
        }
        return later(call, status: 201) { () throws(WorldsError) in
            try call.worlds.import(call.request.body, as: call.snapshotName, of: call.worldName)
        }
    }

    private static func later(
        _ call: ControlCall,
        status: Int,
        _ work: @escaping @Sendable () throws(WorldsError) -> WorldSnapshot
    ) -> Reply {
        .later {
            call.answering { () throws(ControlRefusal) in
                let snapshot = try ControlRefusal.translating(work)
                return .json(status) { write(snapshot, to: &$0) }
            }
        }
    }

    private static func write(_ snapshot: WorldSnapshot, to writer: inout JSONWriter) {
        writer.member("name", snapshot.name)
        writer.member("created_at", snapshot.createdAt.iso8601)
        writer.member("bytes", snapshot.byteCount)
    }
}

extension ControlCall {
    /// The name of the snapshot that the path names.
    var snapshotName: String { parameters.count > 1 ? parameters[1] : "" }

    /// Refuses a body with members where nothing can be said.
    ///
    /// - Throws: ``ControlRefusal`` with 400 that names the first member.
    func expectNoBody() throws(ControlRefusal) {
        _ = try reading { (node) throws(JSONProblem) in try node.object(known: []) }
    }
}
