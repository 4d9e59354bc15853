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

    /// The token and the certificate that were presented, for the journal.
    var credential: UsedCredential?

    /// What goes wrong with it on purpose; nil when nothing.
    var fault: FaultDecision?

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

    /// Who does what this request asks for, and when.
    var attribution: Attribution {
        let user = principal.user
        return Attribution(at: now, userID: user.id, userName: user.displayName)
    }

    /// Where the request came from: the client's address without its port.
    var remoteHost: String { context.connection.remoteHost }
}
