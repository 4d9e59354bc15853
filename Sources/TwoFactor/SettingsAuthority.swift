internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

// Who may change what on the administrator's page.
extension SettingsPages {
    /// Finds out as whom somebody acts.
    static func actor(
        _ call: PageCall,
        _ world: World,
        _ form: PageForm
    ) throws(PageRefusal) -> User {
        let id = form.text("as")
        let now = world.clock.now
        let administrators = try call.reading(world) { (reader) throws(StoreError) in
            try reader.twoFactorAdministrators(now: now)
        }
        guard let actor = administrators.first(where: { $0.id == id }) else {
            throw PageRefusal(
                403,
                "Only an administrator may do that",
                "Whoever acts must have the role Account Admin, be enabled, not locked and not "
                    + "expired.",
                back: PageRefusal.Link(
                    "Authentication settings",
                    PageCall.twoFactor(world) + "/settings"
                )
            )
        }
        return actor
    }

    /// Refuses to change what concerns somebody in no account of the actor's.
    static func authorize(
        _ actor: User,
        toChange user: User,
        _ call: PageCall,
        _ world: World
    ) throws(PageRefusal) {
        let now = world.clock.now
        let administrators = try call.reading(world) { (reader) throws(StoreError) in
            try reader.twoFactorAdministrators(of: user.id, now: now)
        }
        guard !administrators.contains(where: { $0.id == actor.id }) else { return }
        throw forbidden(
            actor,
            "Only an administrator of an account of \(user.displayName)’s may do that.",
            world
        )
    }

    /// Refuses to change what concerns an account that is none of the actor's.
    static func authorize(
        _ actor: User,
        toChange account: Account,
        _ call: PageCall,
        _ world: World
    ) throws(PageRefusal) {
        guard actor.accessScope != .system else { return }
        let accounts = try call.reading(world) { (reader) throws(StoreError) in
            try reader.accounts(userID: actor.id)
        }
        guard !accounts.contains(where: { $0.id == account.id }) else { return }
        throw forbidden(actor, "Only an administrator of \(account.name) may do that.", world)
    }

    /// Refuses to lift a rule for somebody in no account of the actor's, or for such an account.
    static func authorize(
        _ actor: User,
        toLift id: String,
        _ call: PageCall,
        _ world: World
    ) throws(PageRefusal) {
        let (user, account) = try call.reading(world) {
            (reader) throws(StoreError) -> (User?, Account?) in
            guard let rule = try reader.twoFactorRules().first(where: { $0.id == id }) else {
                return (nil, nil)
            }
            switch rule.target {
            case .user(let id): return (try reader.user(id: id), nil)
            case .account(let id):
                let all = try reader.accounts(
                    visibleTo: .everything,
                    page: PageRequest(limit: 1000)
                )
                return (nil, all.map(\.account).first { $0.id == id })
            }
        }
        if let user { try authorize(actor, toChange: user, call, world) }
        if let account { try authorize(actor, toChange: account, call, world) }
    }

    private static func forbidden(_ actor: User, _ why: String, _ world: World) -> PageRefusal {
        PageRefusal(
            403,
            "Nothing was changed",
            "\(why) You act as \(actor.displayName): act as another administrator.",
            back: PageRefusal.Link(
                "Authentication settings",
                PageCall.twoFactor(world) + "/settings?as=\(actor.id)"
            )
        )
    }
}
