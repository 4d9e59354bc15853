import AccountModel
import AccountStore
import HTTP

/// What stands behind one route: who may, and who answers.
struct Endpoint: Sendable {
    /// Who may.
    let access: Access

    /// Who answers.
    enum Handler: Sendable {
        /// Answers from the state of the database in which the caller was authenticated.
        case reading(@Sendable (Call, borrowing AccountReader) throws(APIRefusal) -> Response)
        /// Changes something, and may take long.
        case changing(@Sendable (Call) throws(APIRefusal) -> Answer)
    }

    /// Who answers.
    let handler: Handler

    /// How well path, method and answer are known.
    let evidence: Evidence

    /// The query parameters and members of the body that are understood and only inferred: a
    /// request that uses one gets an answer that is not better known than that.
    let inferences: [String]

    /// Makes an endpoint.
    ///
    /// - Parameters:
    ///   - access: Who may.
    ///   - handler: Who answers.
    ///   - evidence: How well path, method and answer are known.
    ///   - inferences: The parameters and members that are only inferred, where the rest is not.
    init(
        _ access: Access,
        _ handler: Handler,
        _ evidence: Evidence,
        inferring inferences: [String] = []
    ) {
        self.access = access
        self.handler = handler
        self.evidence = evidence
        self.inferences = inferences
    }

    /// Lets somebody in or says why not.
    ///
    /// - Parameter principal: Who asks.
    /// - Throws: ``APIRefusal`` when the principal may not.
    func admit(_ principal: AuthenticatedPrincipal) throws(APIRefusal) {
        try access.admit(principal.user)
    }
}

/// How a changing handler answers: ``Reply`` with refusals still to be written out.
enum Answer: Sendable {
    /// The answer is here.
    case now(Response)

    /// The answer takes more than about 2 ms and is made on a worker thread.
    case later(@Sendable () throws(APIRefusal) -> Response)
}
