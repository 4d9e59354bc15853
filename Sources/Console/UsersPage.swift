internal import AccountModel
internal import AccountStore
internal import HTTP
internal import Pages
internal import World

// Who there is, with tokens and certificates.
extension ConsolePages {
    var userPages: [PageRoute] {
        [
            PageRoute("GET", Self.base + "/users", users),
            PageRoute("GET", Self.base + "/users/{user}", user),
            PageRoute("POST", Self.base + "/users/{user}/enable", switchUser),
            PageRoute("POST", Self.base + "/users/{user}/unlock", unlockUser),
            PageRoute("POST", Self.base + "/users/{user}/tokens", makeToken),
            PageRoute("POST", Self.base + "/users/{user}/certificates", makeCertificate),
            PageRoute("POST", Self.base + "/tokens/{token}/enable", switchToken),
            PageRoute("POST", Self.base + "/tokens/{token}/delete", deleteToken),
            PageRoute("GET", Self.base + "/pickups/{pickup}", pickup),
            PageRoute("GET", Self.base + "/pickups/{pickup}/key-store.p12", pickupKeyStore),
            PageRoute("GET", Self.base + "/pickups/{pickup}/key.pem", pickupPEM),
        ]
    }

    private static let usersPerPage = 50

    private func users(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let now = world.clock.now
        let search = call.query("search")
        let offset = call.offset
        var filter = UserFilter()
        if !search.isEmpty { filter.search = search }
        // A search looks at every user.
        return call.site.later(call) { [filter] () throws(PageRefusal) in
            let found = try call.reading { (reader) throws(StoreError) in
                try reader.users(
                    filter,
                    visibleTo: .everything,
                    page: PageRequest(offset: offset, limit: Self.usersPerPage + 1),
                    now: now
                )
            }
            return try call.showList(
                .users,
                "users.html",
                "users",
                found,
                limit: Self.usersPerPage,
                search: search
            ) { profile in
                let (status, badge) = ConsoleNaming.badge(of: profile.user, at: now)
                return [
                    "id": .text(profile.user.id), "name": .text(profile.user.displayName),
                    "email": .text(profile.user.email),
                    "type": .text(profile.user.userType.rawValue),
                    "roles": .text(profile.user.roleNames.joined(separator: ", ")),
                    "status": .text(status), "badge": .text(badge),
                ]
            }
        }
    }

    private func user(_ call: PageCall) throws(PageRefusal) -> Reply {
        .now(try userPage(call, ConsoleForm(["key": "rsa-2048", "encryption": "AES"])))
    }

    /// The page of one user, with the forms as they were sent where something is wrong with one.
    func userPage(
        _ call: PageCall,
        _ form: ConsoleForm,
        status: Int = 200
    ) throws(PageRefusal) -> Response {
        let world = try call.world()
        let now = world.clock.now
        let user = try seenUser(call, world)
        let (tokens, certificates) = try call.reading { (reader) throws(StoreError) in
            (
                try reader.tokens(userID: user.id, page: PageRequest(limit: 200)),
                try reader.certificates(
                    userID: user.id,
                    CertificateFilter(),
                    page: PageRequest(limit: 200),
                    now: now
                )
            )
        }
        let (text, badge) = ConsoleNaming.badge(of: user, at: now)
        var values = form.values
        values.merge([
            "id": .text(user.id), "name": .text(user.displayName), "email": .text(user.email),
            "type": .text(user.userType.rawValue),
            "roles": .text(user.roleNames.joined(separator: ", ")),
            "status": .text(text), "badge": .text(badge),
            "isEnabled": .flag(user.isEnabled), "isLocked": .flag(user.isLocked),
            "createdAt": .text(user.createdAt.iso8601),
            "endDate": .text(user.endDate?.iso8601 ?? ""),
            "tokens": .list(tokens.map { Self.row(of: $0, at: now) }),
            "certificates": .list(certificates.map { Self.row(of: $0, at: now) }),
            "keys": ConsoleChoice.values(
                [("rsa-2048", "RSA, 2048 bits"), ("p-256", "ECDSA, P-256")],
                chosen: form.text("key")
            ),
            "encryptions": ConsoleChoice.values(
                [
                    ("AES", "AES-256"),
                    ("3DES", "3DES/SHA-1, for macOS Keychain and older Windows"),
                ],
                chosen: form.text("encryption")
            ),
        ]) { $1 }
        return try call.show(.users, user.displayName, "user.html", values, status: status)
    }

    private static func row(of token: APIAccessToken, at now: Timestamp) -> PageValues {
        let (text, badge) = ConsoleNaming.badge(of: token, at: now)
        return [
            "id": .text(token.id), "name": .text(token.name), "status": .text(text),
            "badge": .text(badge), "isEnabled": .flag(token.isEnabled),
            "createdAt": .text(token.createdAt.iso8601),
            "endDate": .text(token.endDate?.iso8601 ?? ""),
        ]
    }

    static func row(of certificate: ClientAuthCertificate, at now: Timestamp) -> PageValues {
        let (text, badge) = ConsoleNaming.badge(of: certificate, at: now)
        return [
            "id": .text(certificate.id), "name": .text(certificate.name),
            "serial": .text(certificate.serialNumber), "status": .text(text),
            "badge": .text(badge), "isEnabled": .flag(certificate.isEnabled),
            "startDate": .text(certificate.startDate.iso8601),
            "endDate": .text(certificate.endDate.iso8601),
        ]
    }

    /// The user that the path names.
    func seenUser(_ call: PageCall, _ world: World) throws(PageRefusal) -> User {
        let id = call.segment(1)
        let user = try call.reading { (reader) throws(StoreError) in
            try reader.user(id: id, visibleTo: .everything)
        }
        guard let user else { throw PageRefusal.missing("user", id, .users, world) }
        return user
    }
}

// MARK: - Switching

extension ConsolePages {
    private func switchUser(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let user = try seenUser(call, world)
        let isEnabled = try call.form().text("enabled") == "yes"
        if user.isEnabled != isEnabled {
            try change(user, isEnabled ? .enable : .disable, call, world) {
                $0.user.isEnabled = isEnabled
            }
        }
        let note: ConsoleNote = isEnabled ? .userEnabled : .userDisabled
        return .now(try call.lead(to: .users, "/\(user.id)", note))
    }

    private func unlockUser(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let user = try seenUser(call, world)
        if user.isLocked { try change(user, .unlock, call, world) { $0.user.isLocked = false } }
        return .now(try call.lead(to: .users, "/\(user.id)", .userUnlocked))
    }

    private func change(
        _ user: User,
        _ action: AuditAction,
        _ call: PageCall,
        _ world: World,
        _ body: @Sendable (inout UserProfile) -> Void
    ) throws(PageRefusal) {
        let sentence = ConsoleNaming.name(of: user)
        let entry = ConsoleActor.entry(action, .user, user.id, of: user, sentence, call, world)
        _ = try call.storing { () throws(StoreError) in
            try world.store.updateUser(id: user.id, audit: entry, body)
        }
    }

    private func switchToken(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let (token, owner) = try seenToken(call, world)
        let isEnabled = try call.form().text("enabled") == "yes"
        if token.isEnabled != isEnabled {
            let entry = ConsoleActor.entry(
                isEnabled ? .enable : .disable,
                token,
                of: owner,
                call,
                world
            )
            _ = try call.storing { () throws(StoreError) in
                try world.store.updateToken(id: token.id, audit: entry) {
                    $0.isEnabled = isEnabled
                }
            }
        }
        let note: ConsoleNote = isEnabled ? .tokenEnabled : .tokenDisabled
        return .now(try call.lead(to: .users, "/\(owner.id)", note))
    }

    private func deleteToken(_ call: PageCall) throws(PageRefusal) -> Reply {
        let world = try call.world()
        let (token, owner) = try seenToken(call, world)
        let entry = ConsoleActor.entry(.delete, token, of: owner, call, world)
        _ = try call.storing { () throws(StoreError) in
            try world.store.deleteToken(id: token.id, audit: entry)
        }
        return .now(try call.lead(to: .users, "/\(owner.id)", .tokenDeleted))
    }

    private func seenToken(
        _ call: PageCall,
        _ world: World
    ) throws(PageRefusal) -> (token: APIAccessToken, owner: User) {
        let id = call.segment(1)
        let found = try call.reading {
            (reader) throws(StoreError) -> (token: APIAccessToken, owner: User)? in
            guard let token = try reader.token(id: id),
                let owner = try reader.user(id: token.userID, visibleTo: .everything)
            else { return nil }
            return (token, owner)
        }
        guard let found else { throw PageRefusal.missing("token", id, .users, world) }
        return found
    }
}
