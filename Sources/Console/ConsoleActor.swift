internal import AccountModel
internal import HTTP
internal import Pages
internal import PrivateCA
internal import World

/// Who does what a person asks for in the console: nobody of the world's users.
enum ConsoleActor {
    /// No user has it.
    static let id = "00000000-0000-0000-0000-000000000000"

    /// What the audit log, and the reason of a refusal, call it.
    static let name = "Console of mock-digicert-one"

    /// Who disables or deletes something now.
    static func attribution(at now: Timestamp) -> Attribution {
        Attribution(at: now, userID: id, userName: name)
    }

    /// The audit entry of a change, as the API's own would be but for who made it.
    static func entry(
        _ action: AuditAction,
        _ type: AuditResourceType,
        _ resourceID: String,
        of owner: User,
        _ description: String,
        _ call: PageCall,
        _ world: World
    ) -> AuditEntry {
        AuditEntry(
            id: world.makeID(.auditEntry),
            createdAt: world.clock.now,
            userID: id,
            userName: name,
            accountID: owner.primaryAccountID,
            ownerID: owner.id,
            action: action,
            resourceType: type,
            resourceID: resourceID,
            description: description,
            ipAddress: call.context.connection.remoteHost
        )
    }
}

extension ConsoleActor {
    /// The audit entry of a change to a certificate.
    static func entry(
        _ action: AuditAction,
        _ certificate: ClientAuthCertificate,
        of owner: User,
        _ call: PageCall,
        _ world: World
    ) -> AuditEntry {
        let name = ConsoleNaming.name(of: certificate)
        let type = AuditResourceType.clientAuthCertificate
        return entry(action, type, certificate.id, of: owner, name, call, world)
    }

    /// The audit entry of a change to a token.
    static func entry(
        _ action: AuditAction,
        _ token: APIAccessToken,
        of owner: User,
        _ call: PageCall,
        _ world: World
    ) -> AuditEntry {
        let name = "\(ConsoleNaming.name(of: token)) of \(ConsoleNaming.name(of: owner))"
        return entry(action, .apiAccessToken, token.id, of: owner, name, call, world)
    }
}

/// How things of a world are named in audit entries.
enum ConsoleNaming {
    static func name(of certificate: ClientAuthCertificate) -> String {
        "certificate \(certificate.serialNumber) (\"\(certificate.name)\")"
    }

    static func name(of token: APIAccessToken) -> String {
        "API access token \"\(token.name)\" (\(token.id))"
    }

    static func name(of user: User) -> String { "\(user.displayName) (user \(user.id))" }

    /// The word and the colour of what a user's flags and dates amount to.
    static func badge(of user: User, at now: Timestamp) -> (text: String, kind: String) {
        switch user.status(at: now) {
        case .active: ("active", "good")
        case .disabled: ("disabled", "bad")
        case .expired: ("expired", "warn")
        case .locked: ("locked", "bad")
        }
    }

    static func badge(of token: APIAccessToken, at now: Timestamp) -> (text: String, kind: String) {
        switch token.status(at: now) {
        case .valid: ("valid", "good")
        case .disabled: ("disabled", "bad")
        case .expired: ("expired", "warn")
        }
    }

    static func badge(
        of certificate: ClientAuthCertificate,
        at now: Timestamp
    ) -> (text: String, kind: String) {
        if certificate.endDate < now { return ("expired", "warn") }
        guard certificate.isEnabled else { return ("disabled", "bad") }
        return now < certificate.startDate ? ("not yet valid", "warn") : ("valid", "good")
    }
}
