internal import HTTP

extension Explanation {
    /// What to do about an answer; nil where there is nothing to be done.
    ///
    /// - Parameter exchange: The request and its answer.
    /// - Returns: What follows "What to do:".
    func remedy(for exchange: JournalEntry.Exchange) -> String? {
        // What is wrong with a request does not matter where it was not what decided.
        if exchange.isOnPurpose, entry.outcome != .ok { return remedy(against: exchange.faultIDs) }
        switch exchange.status {
        case ..<400: return nil
        case 401, 403:
            guard exchange.principal == nil else {
                return "use the credential of a user with a role that allows it"
            }
            return exchange.credential.map(remedy) ?? Self.general(exchange)
        case 404: return "look at the path and the id; docs/api.md lists every path"
        case 405: return "use one of the methods in the answer's Allow field"
        case 421: return "open a new connection to the host that the request names"
        case 429:
            let wait = exchange.answerFields.first("retry-after")
            return "wait \(wait.map { "\($0) s of the world's clock" } ?? "a while"), then repeat"
        case 500...599: return "repeat it after a pause that grows"
        default: return Self.general(exchange)
        }
    }

    /// What to do where somebody wanted it to go wrong.
    private func remedy(against rules: [String]) -> String {
        guard !rules.isEmpty else {
            return
                "nothing, where the test wants it so; otherwise choose a name for the certificate"
                + " that does not begin with mock-"
        }
        let calls = rules.map { "DELETE /worlds/\(world)/faults/\($0)" }
        return "nothing, where the test wants it so; \(calls.joined(separator: " and ")) takes the"
            + " rule away, and the request as it is may be answered then"
    }

    private func remedy(for credential: UsedCredential) -> String {
        guard !credential.isContradictory else {
            return "present a key and a certificate of one user, or only one of the two"
        }
        return "present a key or certificate of this world that is enabled and in its time;"
            + " GET /worlds/\(world)/env shows those of a fresh world"
    }

    /// The vendor's answers mostly do not say what is wrong.
    private static func general(_ exchange: JournalEntry.Exchange) -> String {
        exchange.reason == nil
            ? "read the answer's body"
            : "mend what the reason says; the answer's body, as the vendor's, may say less, and"
                + " x-mock-reason has the same"
    }

    /// A clause that somebody ended with a full stop.
    static func withoutStop(_ reason: String) -> String {
        reason.hasSuffix(".") && !reason.hasSuffix("...") ? String(reason.dropLast()) : reason
    }
}
