import AccountModel
import AccountStore
import HTTP
import World

/// One request on its way through a handler.
struct Call: Sendable {
    /// The world in which it is answered.
    let world: World

    /// What was sent.
    let request: Request

    /// What the pattern's braces matched, in order.
    let parameters: [String]

    /// The connection and the request's identifier.
    let context: RequestContext

    /// Who asks.
    let principal: AuthenticatedPrincipal

    /// The world's time when the request was taken up.
    let now: Timestamp

    /// How well it is known what the vendor would answer.
    var evidence = Evidence.documented

    /// The body, where somebody had to look into it before the handler.
    var parsedBody: RequestBody?

    /// The body, which must be a JSON object.
    ///
    /// - Returns: Its members.
    /// - Throws: ``APIRefusal`` when it is none.
    func body() throws(APIRefusal) -> RequestBody {
        if let parsedBody { return parsedBody }
        return try RequestBody.read(request)
    }

    /// The certificate that the path names, if it is the caller's.
    ///
    /// Another user's is answered like one that does not exist, so that nobody learns of it.
    ///
    /// - Parameter reader: Where it is looked up.
    /// - Returns: The certificate.
    /// - Throws: ``APIRefusal`` when the caller has none of that id.
    func ownCertificate(
        from reader: borrowing AccountReader
    ) throws(APIRefusal) -> ClientAuthCertificate {
        let id = parameters.first ?? ""
        guard Identifier.isUUID(id) else {
            throw APIRefusal(
                .certificateNotFound,
                "the id in the path is no lower-case UUID; take it from \"id\" in the answer to"
                    + " POST \(Reasons.certificatePath), not from serial_number"
            )
        }
        let found = try APIRefusal.translating { () throws(StoreError) in
            try reader.certificate(id: id)
        }
        guard let found, found.userID == principal.user.id else {
            throw APIRefusal.unknownCertificate(id)
        }
        return found
    }

    /// The same, looked up on the connection of the request's event loop.
    ///
    /// - Returns: The certificate.
    /// - Throws: ``APIRefusal`` when the caller has none of that id.
    func ownCertificate() throws(APIRefusal) -> ClientAuthCertificate {
        let outcome = try APIRefusal.translating { () throws(StoreError) in
            try world.store.read(loop: context.connection.loop) { (reader) throws(StoreError) in
                Result { () throws(APIRefusal) in try ownCertificate(from: reader) }
            }
        }
        return try outcome.get()
    }

    /// Who does what this request asks for, and when.
    var attribution: Attribution {
        let user = principal.user
        return Attribution(at: now, userID: user.id, userName: user.displayName)
    }

    /// Makes the audit entry that is stored together with a change.
    ///
    /// - Parameters:
    ///   - action: What is done.
    ///   - certificate: To which certificate.
    /// - Returns: The entry.
    func auditEntry(_ action: AuditAction, _ certificate: ClientAuthCertificate) -> AuditEntry {
        let user = principal.user
        return AuditEntry(
            id: world.makeID(),
            createdAt: now,
            userID: user.id,
            userName: user.displayName,
            accountID: user.primaryAccountID,
            action: action,
            resourceType: .clientAuthCertificate,
            resourceID: certificate.id,
            description: Reasons.named(certificate),
            ipAddress: remoteHost
        )
    }

    /// Where the request came from: the client's address without its port.
    var remoteHost: String { RemoteAddress.host(of: context.connection.remoteAddress) }
}
