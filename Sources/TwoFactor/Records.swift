internal import AccountModel
internal import HTTP
internal import Pages
internal import PrivateCA
internal import World

/// Audit entries of what happens on these pages.
enum Records {
    /// An entry by somebody about a user.
    static func entry(
        _ action: AuditAction,
        by actor: User,
        about user: User?,
        _ description: String,
        _ call: PageCall,
        in world: World
    ) -> AuditEntry {
        AuditEntry(
            id: world.makeID(.auditEntry),
            createdAt: world.clock.now,
            userID: actor.id,
            userName: actor.displayName,
            accountID: actor.primaryAccountID,
            ownerID: user?.id,
            action: action,
            resourceType: .user,
            resourceID: user?.id,
            description: description,
            ipAddress: call.context.connection.remoteHost
        )
    }

    /// An entry by somebody about a certificate.
    static func entry(
        _ action: AuditAction,
        by actor: User,
        certificate id: String?,
        of owner: User,
        status: AuditStatus = .success,
        _ description: String,
        _ call: PageCall,
        in world: World
    ) -> AuditEntry {
        AuditEntry(
            id: world.makeID(.auditEntry),
            createdAt: world.clock.now,
            userID: actor.id,
            userName: actor.displayName,
            accountID: owner.primaryAccountID,
            ownerID: owner.id,
            action: action,
            resourceType: .clientAuthCertificate,
            resourceID: id,
            status: status,
            description: description,
            ipAddress: call.context.connection.remoteHost
        )
    }
}
