internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

// Where everything is, and how to talk to it.
extension ConsolePages {
    /// The gate under a name that no browser has seen; empty where there is none.
    static func freshGate(_ call: PageCall, _ world: World) -> String {
        call.site.parts.freshGate(
            world: world.name,
            host: call.request.authority,
            label: ConsoleMemory.makeLabel()
        )
    }

    var homePages: [PageRoute] {
        [
            PageRoute("GET", Self.base, home),
            PageRoute("POST", Self.base + "/reset", startOver),
        ]
    }

    /// The tokens of `config/seed.json`, which are public on purpose, and what they may do.
    private static let publicTokens = [
        ("SERVICE_USER_TOKEN", "the tutorial’s service user"),
        ("SERVICE_API_KEY", "the same user"),
        ("ADMIN_API_TOKEN", "an account administrator"),
        ("VIEW_ONLY_API_TOKEN", "may only look"),
    ]

    private func home(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let host = call.request.authority
        let addresses = surroundings.addresses(world.name, host)
        // Few machines resolve the name of a world; token and certificate lead there as well.
        let best = addresses.first { $0.kind != "name" } ?? addresses.first
        let suffix = world.name == WorldName.main ? "" : ".\(world.name)"
        let tokens = try workingTokens(call, in: world)
        var values: PageValues = [
            "worldName": .text(world.name),
            "api": .text(best?.api ?? ""),
            "clientauth": .text(best?.clientauth ?? ""),
            "control": .text(surroundings.control(host)),
            "gate": .text(call.site.parts.gate(world.name, host, nil)),
            "gateAgain": .text(Self.freshGate(call, world)),
            "trustFile": .text(surroundings.trustFile),
            "demandsToken": .flag(surroundings.demandsToken),
            "token": .text(tokens.first.map { $0.text + suffix } ?? ""),
            "isMain": .flag(world.name == WorldName.main),
            "suffix": .text(suffix),
            "tokens": .list(
                tokens.map { text, permits, user in
                    ["text": .text(text + suffix), "permits": .text(permits), "user": .text(user)]
                }
            ),
            "addresses": .list(
                addresses.map { way in
                    [
                        "kind": .text(Self.name(ofWay: way.kind)), "api": .text(way.api),
                        "clientauth": .text(way.clientauth),
                    ]
                }
            ),
            "hasPorts": .flag(addresses.contains { $0.kind == "ports" }),
        ]
        let census = try? world.facts()
        values["users"] = .text("\(census?.users ?? 0)")
        values["tokenCount"] = .text("\(census?.tokens ?? 0)")
        values["certificates"] = .text("\(census?.certificates ?? 0)")
        values["createdAt"] = .text(census?.createdAt.iso8601 ?? "")
        for language in ["curl", "python", "java", "node"] {
            let template = PageFiles.templates["console/snippet-\(language).html"]
            values[language] = .html(template?.render(values) ?? "")
        }
        return .now(try call.show(.home, "Console", "home.html", values))
    }

    static func name(ofWay kind: String) -> String {
        switch kind {
        case "ports": "ports of its own"
        case "name": "its name"
        default: "the address of all worlds"
        }
    }

    private func workingTokens(
        _ call: PageCall,
        in world: World
    ) throws(PageRefusal) -> [(text: String, permits: String, user: String)] {
        let now = world.clock.now
        let digests = Self.publicTokens.map { world.digest(ofToken: $0.0) }
        let users = try call.reading { (reader) throws(StoreError) in
            var users: [String?] = []
            for digest in digests {
                let found = try reader.credential(tokenSHA256: digest)
                users.append(found?.standing(at: now) == .usable ? found?.user.displayName : nil)
            }
            return users
        }
        return zip(Self.publicTokens, users).compactMap { token, user in
            user.map { (token.0, token.1, $0) }
        }
    }

    /// Resets the world; its authority and what clients trust stay.
    private func startOver(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        return call.site.later(call) { () throws(PageRefusal) in
            try call.arranging { () throws(WorldsError) in
                _ = try call.site.parts.worlds.reset(world.name)
            }
            return try call.lead(to: .home, "", .reset)
        }
    }
}
