internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

/// The page of the administrator.
enum SettingsPages {
    /// How many certificates and how many people the page shows.
    static let holdingsMax = 200
    private static let peopleMax = 100

    /// What the page is made from.
    private struct Contents: Sendable {
        var actors: [User]
        var accounts: [Account]
        var people: [User]
        var rules: [TwoFactorRule]
        var holdings: [TwoFactorHolding]
        var names: [String: String]
        var lacksExamples: Bool
    }

    private static let done = [
        "created": "The requirement was created. It applies from the next sign-in on.",
        "lifted": "The requirement was lifted.",
        "gone": "This requirement was lifted before.",
        "reset":
            "The certificate is invalid now, and the user was mailed how to generate a new one.",
        "reset-before":
            "There is nothing to reset: this certificate was reset before, or the user has none.",
        "password": "The password was set.",
        "examples": "Erin Example and Pat Person are there.",
    ]

    static func show(_ call: PageCall) throws(PageRefusal) -> Reply {
        let values: PageValues = ["done": .text(done[call.query("done")] ?? "")]
        return .now(try page(call, try call.world(), as: call.query("as"), values))
    }

    /// The page again, with what is wrong.
    static func page(
        _ call: PageCall,
        _ world: World,
        as actorID: String,
        _ values: PageValues,
        status: Int = 200
    ) throws(PageRefusal) -> Response {
        let contents = try contents(call, world)
        let actor = contents.actors.first { $0.id == actorID } ?? contents.actors.first
        let example = contents.people.first { $0.id != actor?.id } ?? contents.people.first
        var values = values
        values["hasActor"] = .flag(actor != nil)
        values["actor"] = .text(actor?.id ?? "")
        values["actors"] = .list(
            contents.actors.map {
                [
                    "id": .text($0.id), "name": .text($0.displayName), "email": .text($0.email),
                    "isSelected": .flag($0.id == actor?.id),
                ]
            }
        )
        values["accounts"] = .list(
            contents.accounts.map { account in
                [
                    "id": .text(account.id), "name": .text(account.name),
                    "isSelected": .flag(values["scope"] == .text("account:\(account.id)")),
                ]
            }
        )
        values["isForUser"] = .flag(values["scope"] == .text("user"))
        values["people"] = .list(
            contents.people.map {
                ["username": .text(SignInPages.name($0)), "name": .text($0.displayName)]
            }
        )
        values["exampleUser"] = .text(example.map(SignInPages.name) ?? "")
        values["defaultPassword"] = .text(SignInPages.defaultPassword)
        values["passwordRule"] = .text(PasswordRule.text)
        values["canAddExamples"] = .flag(contents.lacksExamples && !contents.accounts.isEmpty)
        values["hasRules"] = .flag(!contents.rules.isEmpty)
        values["rules"] = .list(contents.rules.map { line($0, contents) })
        values["hasHoldings"] = .flag(!contents.holdings.isEmpty)
        values["holdings"] = .list(contents.holdings.map { line($0, now: world.clock.now) })
        return call.page("Authentication settings", "settings", values, in: world, status: status)
    }

    private static func contents(
        _ call: PageCall,
        _ world: World
    ) throws(PageRefusal) -> Contents {
        let now = world.clock.now
        return try call.reading(world) { (reader) throws(StoreError) in
            let rules = try reader.twoFactorRules()
            var names: [String: String] = [:]
            for rule in rules {
                guard case .user(let id) = rule.target, let user = try reader.user(id: id) else {
                    continue
                }
                names[id] = "\(user.displayName) (\(user.email))"
            }
            let accounts = try reader.accounts(
                visibleTo: .everything,
                page: PageRequest(limit: peopleMax)
            ).map(\.account)
            for account in accounts { names[account.id] = "All users of \(account.name)" }
            var lacksExamples = false
            for person in ExamplePeople.all where !lacksExamples {
                lacksExamples = try reader.standardUser(calledOn: person.email) == nil
            }
            return Contents(
                actors: try reader.twoFactorAdministrators(now: now),
                accounts: accounts,
                people: try reader.standardUsers(countMax: peopleMax),
                rules: rules,
                holdings: try reader.twoFactorHoldings(countMax: holdingsMax),
                names: names,
                lacksExamples: lacksExamples
            )
        }
    }

    private static func line(_ rule: TwoFactorRule, _ contents: Contents) -> PageValues {
        let id =
            switch rule.target {
            case .account(let id), .user(let id): id
            }
        return [
            "id": .text(rule.id),
            "target": .text(contents.names[id] ?? id),
            "isRequired": .flag(rule.isRequired),
            "created": .text(rule.created.at.iso8601),
            "creator": .text(rule.created.userName),
        ]
    }

    private static func line(_ holding: TwoFactorHolding, now: Timestamp) -> PageValues {
        let (status, badge, note) = status(of: holding, now: now)
        return [
            "name": .text(holding.user.displayName),
            "email": .text(holding.user.email),
            "userID": .text(holding.user.id),
            "serial": .text(holding.certificate.serialNumber),
            "issued": .text(holding.certificate.issuedAt.iso8601),
            "end": .text(holding.certificate.endDate.iso8601),
            "status": .text(status),
            "badge": .text(badge),
            "note": .text(note),
            "canReset": .flag(holding.certificate.reset == nil),
        ]
    }

    private static func status(
        of holding: TwoFactorHolding,
        now: Timestamp
    ) -> (status: String, badge: String, note: String) {
        if let reset = holding.certificate.reset {
            return ("Reset", "bad", "\(reset.at.iso8601) by \(reset.userName)")
        }
        guard let standing = holding.standing else {
            return ("Deleted", "bad", "not by a reset; reset it, so that the user gets another")
        }
        if standing.endDate < now { return ("Expired", "warn", "by the world’s clock") }
        guard standing.isEnabled else {
            let who = standing.disabled.map { "\($0.at.iso8601) by \($0.userName)" }
            return ("Disabled", "warn", who ?? "")
        }
        return ("Valid", "good", "")
    }
}
