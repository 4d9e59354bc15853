internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

/// The page between the password and the handshake that asks for the certificate.
enum CertificatePages {
    static func show(_ call: PageCall) throws(PageRefusal) -> Reply {
        switch try call.arrive(at: [.certPrompt, .certError]) {
        case .elsewhere(let reply): return reply
        case .here(let world, let visit):
            let session = visit.signIn.session
            let ticket = try call.reading(world) { (reader) throws(StoreError) in
                try reader.twoFactorTicket(ofSession: session.sha256)
            }
            let file = InitializationPages.file(with: visit.signIn.certificate, in: world)
            let address = usable(ticket, in: world).map { link(to: $0, visit.token, call, world) }
            let hasFailed = visit.signIn.state.position == .certError
            return .now(
                call.page(
                    hasFailed ? "Certificate error" : "Client certificate",
                    "certificate",
                    [
                        "problem": .text(hasFailed ? session.problem ?? "" : ""),
                        "hasFile": .flag(file != nil),
                        "name": .text(visit.signIn.user.displayName),
                        "serial": .text(visit.signIn.certificate?.serialNumber ?? ""),
                        "end": .text(visit.signIn.certificate?.endDate.iso8601 ?? ""),
                        "link": .text(address ?? ""),
                        "host": .text(address.map(host) ?? ""),
                        "isFresh": .flag(isFresh(call, world)),
                    ],
                    in: world
                )
            )
        }
    }

    private static func usable(_ ticket: TwoFactorTicket?, in world: World) -> TwoFactorTicket? {
        guard let ticket, ticket.usedAt == nil, ticket.expiresAt >= world.clock.systemNow else {
            return nil
        }
        return ticket
    }

    /// The address at the gate; under a label that the browser has never seen it asks again.
    private static func link(
        to ticket: TwoFactorTicket,
        _ token: String,
        _ call: PageCall,
        _ world: World
    ) -> String {
        let again = ticket.isAgain ? ticket.label : nil
        let gate = call.site.parts.gate(world.name, call.request.authority, again)
        return gate + GatePages.path + "?ticket="
            + Tickets.text(token: token, label: ticket.label)
    }

    /// Whether a name that the browser has never seen leads to the gate as well.
    static func isFresh(_ call: PageCall, _ world: World) -> Bool {
        let (parts, host) = (call.site.parts, call.request.authority)
        return !parts.freshGate(world: world.name, host: host, label: "label").isEmpty
    }

    private static func host(of link: String) -> String {
        link.split(separator: "/").dropFirst().first.map { String($0) } ?? ""
    }

    static func askAgain(_ call: PageCall) throws(PageRefusal) -> Reply {
        switch try call.arrive(at: [.certPrompt, .certError]) {
        case .elsewhere(let reply): return reply
        case .here(let world, let visit):
            let ticket = Tickets.make(token: visit.token, isAgain: true, in: world)
            let outcome = try PageCall.storing(world) { () throws(StoreError) in
                try world.store.insert(ticket, systemNow: world.clock.systemNow)
            }
            switch outcome {
            case .success(let signIn):
                return .now(.seeOther(PageCall.place(of: signIn.state.position, in: world)))
            case .failure:
                return .now(.seeOther(PageCall.twoFactor(world) + "/certificate"))
            }
        }
    }
}
