internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import PrivateCA
internal import World

// What the administrator's page changes.
extension SettingsPages {
    private static func back(_ world: World, as actor: String, done: String) -> Reply {
        // What was sent as an actor goes into a field of the answer only where it is an id.
        let actor = Identifier.isUUID(actor) ? actor : ""
        return .now(
            .seeOther(PageCall.twoFactor(world) + "/settings?as=\(actor)&done=\(done)")
        )
    }

    static func createRequirement(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let form = try call.form()
        let actor = try actor(call, world, form)
        let isRequired = form.text("rule") != "not-required"
        var problems: PageValues = [:]
        let target = try target(call, world, form, isRequired: isRequired, &problems)
        guard let target else {
            problems["problem"] = "The requirement was not created: see Add New Requirement."
            problems["scope"] = .text(form.text("scope"))
            problems["user"] = .text(form.text("user"))
            problems["isExempt"] = .flag(!isRequired)
            return .now(try page(call, world, as: actor.id, problems, status: 400))
        }
        if let user = target.user { try authorize(actor, toChange: user, call, world) }
        if let account = target.account { try authorize(actor, toChange: account, call, world) }
        let rule = TwoFactorRule(
            id: world.makeID(),
            target: target.target,
            isRequired: isRequired,
            created: Attribution(
                at: world.clock.now,
                userID: actor.id,
                userName: actor.displayName
            )
        )
        let entry = Records.entry(
            .update,
            by: actor,
            about: target.user,
            "two-factor authentication: client certificate "
                + "\(isRequired ? "" : "not ")required of \(target.name)",
            call,
            in: world
        )
        try PageCall.storing(world) { () throws(StoreError) in
            try world.store.insert(rule, audit: entry)
        }
        return back(world, as: actor.id, done: "created")
    }

    /// To whom a new rule shall apply: to a user or to an account.
    private struct Target {
        let target: TwoFactorRule.Target
        var user: User?
        var account: Account?
        let name: String
    }

    /// To whom a new rule shall apply; nil with what is wrong.
    private static func target(
        _ call: PageCall,
        _ world: World,
        _ form: PageForm,
        isRequired: Bool,
        _ problems: inout PageValues
    ) throws(PageRefusal) -> Target? {
        guard form.text("type") == "client-certificate" else {
            problems["scopeError"] =
                "The authentication type of this mock is Client Certificate alone."
            return nil
        }
        let scope = form.text("scope")
        let name = form.text("user")
        if scope == "user" {
            let user = try standardUser(name, call, world)
            guard let user else {
                problems["userError"] = .text(unknown(name))
                return nil
            }
            return Target(target: .user(user.id), user: user, name: user.displayName)
        }
        guard name.isEmpty else {
            problems["userError"] = "For all users of an account, leave this empty."
            return nil
        }
        guard isRequired else {
            problems["ruleError"] =
                "Only a user can be exempted: to require nothing of an account, lift its rule."
            return nil
        }
        let accounts = try call.reading(world) { (reader) throws(StoreError) in
            try reader.accounts(visibleTo: .everything, page: PageRequest(limit: 1000))
        }
        let found = accounts.map(\.account).first { "account:\($0.id)" == scope }
        guard let account = found else {
            problems["scopeError"] = "There is no such account."
            return nil
        }
        return Target(
            target: .account(account.id),
            account: account,
            name: "all users of \(account.name)"
        )
    }

    private static func standardUser(
        _ name: String,
        _ call: PageCall,
        _ world: World
    ) throws(PageRefusal) -> User? {
        guard !name.isEmpty else { return nil }
        return try call.reading(world) { (reader) throws(StoreError) in
            try reader.standardUser(calledOn: name)
        }
    }

    private static func unknown(_ name: String) -> String {
        name.isEmpty
            ? "Enter the user name or the e-mail address of a user."
            : "No standard user has the user name or e-mail address “\(name)”."
    }

    static func lift(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let actor = try actor(call, world, try call.form())
        let id = call.parameters[1]
        try authorize(actor, toLift: id, call, world)
        let entry = Records.entry(
            .update,
            by: actor,
            about: nil,
            "two-factor authentication: rule \(id) lifted",
            call,
            in: world
        )
        let isLifted = try PageCall.storing(world) { () throws(StoreError) in
            try world.store.deleteTwoFactorRule(id: id, audit: entry)
        }
        return back(world, as: actor.id, done: isLifted ? "lifted" : "gone")
    }

    static func setPassword(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let form = try call.form()
        let actor = try actor(call, world, form)
        let name = form.text("user")
        let password = form.secret("password")
        let user = try standardUser(name, call, world)
        var problems: PageValues = [:]
        if user == nil { problems["passwordUserError"] = .text(unknown(name)) }
        if let problem = PasswordRule.problem(password) {
            problems["passwordError"] = .text(problem)
        }
        guard let user, problems.isEmpty else {
            problems["problem"] = "The password was not set: see below."
            problems["passwordUser"] = .text(name)
            return .now(try page(call, world, as: actor.id, problems, status: 400))
        }
        try authorize(actor, toChange: user, call, world)
        let salt = world.random.bytes(16, for: .signIn)
        let entry = Records.entry(
            .update,
            by: actor,
            about: user,
            "password for sign-in set",
            call,
            in: world
        )
        _ = try PageCall.storing(world) { () throws(StoreError) in
            try world.store.setTwoFactorPassword(
                sha256: Secrets.digest(password, salt: salt),
                salt: salt,
                ofUser: user.id,
                audit: entry
            )
        }
        return back(world, as: actor.id, done: "password")
    }

    static func addExamples(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        try ExamplePeople.add(call, world)
        return back(world, as: try call.form().text("as"), done: "examples")
    }
}

// A reset.
extension SettingsPages {
    static func reset(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let form = try call.form()
        let actor = try actor(call, world, form)
        let userID = call.parameters[1]
        // A page that was left open, or gone back to, means the certificate that it shows.
        let serialNumber = form.text("serial")
        let user = try call.reading(world) { (reader) throws(StoreError) in
            try reader.user(id: userID)
        }
        guard let user else { return back(world, as: actor.id, done: "reset-before") }
        let attribution = Attribution(
            at: world.clock.now,
            userID: actor.id,
            userName: actor.displayName
        )
        let outcome = try PageCall.storing(world) { () throws(StoreError) in
            try world.store.resetTwoFactorCertificate(
                ofUser: userID,
                serialNumber: serialNumber.isEmpty ? nil : serialNumber,
                by: attribution,
                audit: { certificate in
                    Records.entry(
                        .delete,
                        by: actor,
                        certificate: certificate.certificateID,
                        of: user,
                        "certificate \(certificate.serialNumber) for two-factor sign-in reset",
                        call,
                        in: world
                    )
                },
                letter: world.letter(aboutResetOf: user, by: attribution)
            )
        }
        switch outcome {
        case .done(let certificate):
            InitializationPages.forgetFile(with: certificate, in: world)
            return back(world, as: actor.id, done: "reset")
        case .nothingToReset: return back(world, as: actor.id, done: "reset-before")
        case .refused(let refusal):
            throw PageRefusal(
                403,
                "The certificate was not reset",
                words(refusal, user),
                back: PageRefusal.Link(
                    "Authentication settings",
                    PageCall.twoFactor(world) + "/settings?as=\(actor.id)"
                )
            )
        }
    }

    private static func words(_ refusal: TwoFactorResetRefusal, _ user: User) -> String {
        switch refusal {
        case .notAdministrator:
            "Only an administrator of an account of \(user.displayName)’s may do that."
        case .own(let others):
            "Nobody resets the own client certificate: ask another administrator, "
                + "\(others.joined(separator: " or "))."
        case .lastAdministrator:
            "You are the last administrator of this account, and nobody resets the own client "
                + "certificate: you must contact support. In this mock, add example people to "
                + "have another administrator."
        }
    }
}
