import HTTP
import World

/// What a client of a world needs: as variables, or as files.
///
/// The first call for a user issues a certificate; the same is handed out again after that.
enum KitRoutes {
    static let rows = [
        ControlRoute(
            "GET",
            "/worlds/{world}/env",
            "what a client needs, as variables: ?format=json|sh|dotenv|github|powershell",
            variables
        ),
        ControlRoute("GET", "/worlds/{world}/kit.zip", "the same as files, in one", archive),
    ]

    /// How the world is reached by the addresses in a kit.
    private enum Way: String, CaseIterable {
        case ports
        case name
        case common
    }

    private static func variables(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let query = try call.query(known: ["format", "user", "directory", "via"])
        let format = try query.choice("format", of: EnvironmentFormat.self) ?? .json
        let folder = try folder(query)
        return try answer(call, query) { kit in
            let variables = folder.map(kit.allVariables) ?? kit.variables(folder: nil)
            return Response(
                status: 200,
                fields: ["content-type": format.mediaType],
                body: Array(format.text(variables).utf8)
            )
        }
    }

    private static func archive(_ call: ControlCall) throws(ControlRefusal) -> Reply {
        let query = try call.query(known: ["user", "directory", "via"])
        let folder = try folder(query)
        return try answer(call, query) { kit in
            Response(
                status: 200,
                fields: [
                    "content-type": "application/zip",
                    "content-disposition": "attachment; filename=\"\(kit.world)-kit.zip\"",
                ],
                body: kit.zip(folder: folder)
            )
        }
    }

    /// Puts the kit together beside the event loop: a new certificate waits for the CA's key.
    private static func answer(
        _ call: ControlCall,
        _ query: ControlQuery,
        _ respond: @escaping @Sendable (WorldKit) -> Response
    ) throws(ControlRefusal) -> Reply {
        let world = try call.world()
        let user = query.text("user")
        let addresses = try addresses(of: world.name, call, try query.choice("via", of: Way.self))
        return .later {
            call.answering { () throws(ControlRefusal) in
                do throws(KitError) {
                    return respond(
                        try WorldKit.make(
                            for: world,
                            user: user,
                            isReachedByDefault: world.name == WorldName.main,
                            at: addresses,
                            in: call.parts.surroundings()
                        )
                    )
                } catch {
                    throw refusal(error)
                }
            }
        }
    }

    private static func refusal(_ error: KitError) -> ControlRefusal {
        switch error {
        case .unknownUser(.some, _): ControlRefusal(400, "?user: \(error)")
        case .unknownUser(nil, _): ControlRefusal(409, "\(error)")
        case .failed: ControlRefusal(503, "\(error)")
        }
    }

    /// The addresses as the caller can reach them.
    ///
    /// The name of a world is not among those that are chosen by themselves: few machines resolve
    /// it, and token and certificate lead to the world on the common address as well.
    private static func addresses(
        of world: String,
        _ call: ControlCall,
        _ way: Way?
    ) throws(ControlRefusal) -> WorldKit.Addresses {
        let authority = call.request.authority
        let known = call.parts.ports.addresses(ofWorld: world, askedAs: authority)
        let wanted = way.map { [$0] } ?? [.ports, .common]
        let found = wanted.lazy.compactMap { way in
            known.first { $0.kind == way.rawValue }?.addresses
        }.first
        guard let found else {
            throw ControlRefusal(
                409,
                "world \(world) is not reached by \(wanted[0].rawValue), but by "
                    + known.map(\.kind).joined(separator: ", ") + "; its own ports are opened with "
                    + #"PATCH /worlds/\#(world) {"ports":true}"#
            )
        }
        let announcement = call.parts.readiness.announcement(askedAs: authority)
        let control = announcement?.addresses.first { $0.name == "control" }?.url ?? ""
        return WorldKit.Addresses(api: found.api, clientauth: found.clientauth, control: control)
    }

    /// Where the kit's files will lie on the caller's machine.
    private static func folder(_ query: ControlQuery) throws(ControlRefusal) -> String? {
        guard let text = query.text("directory") else { return nil }
        let bytes = Array(text.utf8)
        let isWindows = bytes.count > 2 && bytes[1] == UInt8(ascii: ":")
        // Java's options, which hold the path, have no way to write a quotation mark.
        let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != UInt8(ascii: "\"") && $0 != 0x7F }
        guard isPlain, bytes[0] == UInt8(ascii: "/") || isWindows else {
            throw ControlRefusal(
                400,
                "?directory must be an absolute path without quotation marks, such as /opt/kit"
            )
        }
        return bytes.count > 1 && bytes.last == UInt8(ascii: "/") ? String(text.dropLast()) : text
    }
}
