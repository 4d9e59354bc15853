import AccountModel
package import HTTP
import World

extension AccountManagerAPI {
    /// Makes the answer of a status that somebody asked for, in the envelope of all errors.
    ///
    /// - Parameters:
    ///   - status: The status; one that has a row of the catalogue gets its code and message.
    ///   - reason: Why.
    /// - Returns: The answer.
    package func faultAnswer(status: Int, reason: String) -> Response {
        .fault(status: status, reason: reason, in: world)
    }

    /// Decides whether something goes wrong on purpose with a request whose sender is known.
    ///
    /// - Parameters:
    ///   - call: The request.
    ///   - presentation: What its sender presented.
    /// - Returns: What goes wrong, or nil.
    func fault(with call: Call, _ presentation: Presentation) -> FaultDecision? {
        world.faults.admitted(Self.facts(of: call, presentation))
    }

    private static func facts(of call: Call, _ presentation: Presentation) -> FaultFacts {
        let request = call.request
        var facts = FaultFacts(
            of: request,
            in: call.context,
            now: call.now,
            identity: presentation.identity(of: call.principal)
        )
        // Every POST below this path issues.
        facts.isIssuing =
            request.method == "POST" && request.path.hasPrefix(Reasons.certificatePath)
        return facts
    }
}

extension Call {
    /// Lets go wrong what shall go wrong.
    ///
    /// - Parameters:
    ///   - decision: What goes wrong.
    ///   - response: The answer that would go out.
    /// - Returns: The answer that goes out.
    func applying(_ decision: FaultDecision, to response: Response) -> Response {
        decision.applied(to: response) { .fault(status: $0, reason: $1, in: world) }
    }
}

extension Presentation {
    /// What rules may call the sender and the sender's credentials.
    fileprivate func identity(of principal: AuthenticatedPrincipal) -> FaultIdentity {
        let user = principal.user
        var identity = FaultIdentity(
            user: [user.id, user.displayName, user.email, user.friendlyName, user.username]
                .compactMap { $0 }
        )
        if case .known(let credential, _, nil) = key { identity.token = credential.token.id }
        if case .known(let credential, nil) = certificate {
            let certificate = credential.certificate
            identity.certificate = [certificate.serialNumber, certificate.id, certificate.name]
        }
        return identity
    }
}

extension Response {
    fileprivate static func fault(status: Int, reason: String, in world: World) -> Response {
        .refused(
            APIRefusal(.standing(for: status), reason),
            status: status,
            envelope: world.settings.errorBody
        )
    }
}

extension APIError {
    /// The row that a status suggests, where somebody asks for the status alone.
    fileprivate static func standing(for status: Int) -> APIError {
        switch status {
        case 401: .refusedKey
        case 403: .notEnoughPermissions
        case 404: .pathNotFound
        case 405: .methodNotAllowed
        case 406: .notAcceptable
        case 409: .duplicateName
        case 415: .unsupportedMediaType
        case 429: .tooManyRequests
        default: .transport(status: status)
        }
    }
}
