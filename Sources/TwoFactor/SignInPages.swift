internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

/// The password.
enum SignInPages {
    /// What every standard user signs in with until somebody sets another one; public on purpose.
    static let defaultPassword = "mock-password"

    /// How many people the page names.
    private static let peopleMax = 20

    private static let title = "Sign in to your account"

    static func show(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        var values: PageValues = [:]
        if let visit = try call.visit(in: world) {
            values["visitor"] = .text(visit.signIn.user.displayName)
            values["next"] = .text(
                PageCall.place(of: visit.signIn.state.position, in: world)
            )
        } else if !call.query("first").isEmpty {
            values["notice"] = .text(
                "Sign in with your password first. A sign-in lasts half an hour, ends when an "
                    + "administrator resets the certificate, and belongs to one browser."
            )
        }
        if !call.query("out").isEmpty { values["notice"] = "You are signed out." }
        return .now(try page(call, world, values))
    }

    private static func page(
        _ call: PageCall,
        _ world: World,
        _ values: PageValues,
        status: Int = 200
    ) throws(PageRefusal) -> Response {
        let now = world.clock.now
        let (users, rules) = try call.reading(world) { (reader) throws(StoreError) in
            let users = try reader.standardUsers(countMax: peopleMax + 1)
            var rules: [String: Bool] = [:]
            for user in users {
                rules[user.id] = try reader.twoFactorRule(decidingAbout: user.id)?.isRequired
            }
            return (users, rules)
        }
        let usable = users.filter { $0.standing(at: now) == .usable }
        let example = usable.first { rules[$0.id] == true } ?? usable.first
        var values = values
        values["defaultPassword"] = .text(defaultPassword)
        values["exampleUser"] = .text(example.map(name) ?? "")
        values["hasPeople"] = .flag(!users.isEmpty)
        values["more"] = .flag(users.count > peopleMax)
        values["people"] = .list(
            users.prefix(peopleMax).map { user in
                let note =
                    user.standing(at: now) != .usable
                    ? "may not sign in"
                    : rules[user.id] == true ? "needs a client certificate" : ""
                return [
                    "username": .text(name(user)), "name": .text(user.displayName),
                    "note": .text(note),
                ]
            }
        )
        return call.page(title, "sign-in", values, in: world, status: status)
    }

    /// What somebody types to sign in.
    static func name(_ user: User) -> String { user.username ?? user.email }

    static func signIn(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let form = try call.form()
        let name = form.text("username")
        let password = form.secret("password")
        var problems: PageValues = [:]
        if name.isEmpty {
            problems["usernameError"] = "Enter your user name or e-mail address."
        }
        if password.isEmpty { problems["passwordError"] = "Enter your password." }
        guard problems.isEmpty else {
            problems["problem"] = "Two things are needed: a name and a password."
            return try refuse(call, world, name, problems)
        }
        guard let found = try user(called: name, password: password, call, world) else {
            return try refuse(
                call,
                world,
                name,
                ["problem": "The user name or the password is wrong."]
            )
        }
        let standing = found.user.standing(at: world.clock.now, in: found.accounts)
        if let problem = Words.cannotSignIn(standing) {
            return try refuse(call, world, name, ["problem": .text(problem)])
        }
        return try begin(call, world, found.user)
    }

    private static func refuse(
        _ call: PageCall,
        _ world: World,
        _ name: String,
        _ problems: PageValues
    ) throws(PageRefusal) -> Reply {
        var values = problems
        values["username"] = .text(name)
        return .now(try page(call, world, values, status: 400))
    }

    private static func user(
        called name: String,
        password: String,
        _ call: PageCall,
        _ world: World
    ) throws(PageRefusal) -> FoundUser? {
        let found = try call.reading(world) { (reader) throws(StoreError) -> FoundUser? in
            guard let user = try reader.standardUser(calledOn: name) else { return nil }
            let own = try reader.twoFactorPassword(ofUser: user.id)
            return FoundUser(
                user: user,
                accounts: try reader.accounts(userID: user.id),
                salt: own?.salt ?? [],
                sha256: own?.sha256
            )
        }
        let expected = found?.sha256 ?? Secrets.digest(defaultPassword, salt: [])
        let given = Secrets.digest(password, salt: found?.salt ?? [])
        return Secrets.areEqual(given, expected) ? found : nil
    }

    private static func begin(
        _ call: PageCall,
        _ world: World,
        _ user: User
    ) throws(PageRefusal) -> Reply {
        let token = Secrets.make(world)
        let systemNow = world.clock.systemNow
        let session = TwoFactorSession(
            sha256: Secrets.digest(token),
            userID: user.id,
            origin: call.request.fields.first("origin"),
            beganAt: world.clock.now,
            expiresAt: systemNow.adding(seconds: TwoFactorSession.secondsMax)
        )
        let ticket = Tickets.make(token: token, isAgain: false, in: world)
        let signIn = try PageCall.storing(world) { () throws(StoreError) in
            // Whoever signs in anew leaves the old sign-in of this browser behind.
            if let old = call.token {
                try world.store.endTwoFactorSession(Secrets.digest(old))
            }
            return try world.store.begin(session, ticket: ticket, systemNow: systemNow)
        }
        guard let signIn else {
            return .now(.seeOther(PageCall.twoFactor(world) + "/sign-in"))
        }
        var response = Response.seeOther(PageCall.place(of: signIn.state.position, in: world))
        response.fields.set("set-cookie", PageCall.cookie(token, in: world))
        return .now(response)
    }

    static func signedIn(_ call: PageCall) throws(PageRefusal) -> Reply {
        switch try call.arrive(at: [.signedIn]) {
        case .elsewhere(let reply): return reply
        case .here(let world, let visit):
            let signIn = visit.signIn
            let session = signIn.session
            let hasPresented = session.stage == .certificate
            let factor =
                hasPresented
                ? "your client certificate"
                : signIn.state.isRequired
                    ? "none: the client certificate that is required of you now is asked for at "
                        + "the next sign-in" : "none: no client certificate is required of you"
            return .now(
                call.page(
                    "Signed in",
                    "signed-in",
                    [
                        "name": .text(signIn.user.displayName),
                        "email": .text(signIn.user.email),
                        "moment": .text((session.signedInAt ?? session.beganAt).iso8601),
                        "factor": .text(factor),
                        "serial": .text(hasPresented ? signIn.certificate?.serialNumber ?? "" : ""),
                        "end": .text(signIn.certificate?.endDate.iso8601 ?? ""),
                    ],
                    in: world
                )
            )
        }
    }

    static func signOut(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        if let token = call.token {
            try PageCall.storing(world) { () throws(StoreError) in
                try world.store.endTwoFactorSession(Secrets.digest(token))
            }
        }
        var response = Response.seeOther(PageCall.twoFactor(world) + "/sign-in?out=yes")
        response.fields.set("set-cookie", PageCall.cookie("", in: world))
        return .now(response)
    }
}

/// Somebody with that name, and what the password is compared with.
private struct FoundUser: Sendable {
    let user: User
    let accounts: [Account]
    let salt: [UInt8]
    let sha256: [UInt8]?
}
