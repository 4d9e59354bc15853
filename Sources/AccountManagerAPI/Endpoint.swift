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

    /// Whether the answer shows sign-ins, which are stored before it is made.
    var isAboutAuditLog: Bool { access == .permission(.viewAuditLog) }

    /// How well the answer to a request is known, as far as path and query tell.
    ///
    /// - Parameter request: The request.
    /// - Returns: The evidence of the route, or less where the query uses what is only inferred.
    func evidence(of request: Request) -> Evidence {
        guard request.query != nil, !inferences.isEmpty, evidence != .inferred else {
            return evidence
        }
        return inferredParameter(in: request) == nil ? evidence : .inferred
    }

    /// What it is that is only inferred, for a request whose evidence is.
    ///
    /// - Parameter request: The request.
    /// - Returns: The parameter or the operation, as part of a sentence.
    func inference(in request: Request) -> String {
        guard evidence != .inferred, let name = inferredParameter(in: request) else {
            return "\(request.method) \(request.path)"
        }
        return "the query parameter \(name)"
    }

    private func inferredParameter(in request: Request) -> String? {
        let items = PercentEncoding.queryItems(request.query) ?? []
        return items.first { !$0.value.isEmpty && inferences.contains($0.name) }?.name
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
