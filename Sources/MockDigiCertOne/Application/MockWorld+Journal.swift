import AccountModel
import HTTP
import Synchronization
import World

/// What happened in a world: one handshake, or one request with its answer.
public struct JournalLine: Sendable, Hashable {
    /// Its number in the journal.
    public let sequence: UInt64

    /// `handshake` or `request`.
    public let kind: String

    /// When, by the world's clock, as ISO 8601.
    public let worldTime: String

    /// How it ended.
    public let outcome: String

    /// The id of the request, which its answer carries in `x-request-id`.
    public let requestID: String?

    /// The method of the request.
    public let method: String?

    /// The path of the request.
    public let path: String?

    /// The status answered.
    public let status: Int?

    /// Who was recognized.
    public let user: String?

    /// The name that the client asked for in the handshake.
    public let serverName: String?

    /// The serial number of the certificate presented.
    public let certificate: String?

    /// Why it was refused or failed, in words.
    public let reason: String?

    /// All of it as JSON, secrets masked.
    public let json: String

    init(_ entry: JournalEntry) {
        sequence = entry.sequence
        worldTime = entry.worldTime.iso8601
        outcome = entry.outcome.rawValue
        let exchange = entry.exchange
        kind = (exchange == nil ? JournalFilter.Kind.handshake : .request).rawValue
        requestID = exchange?.requestID
        method = exchange?.method
        path = exchange.map { SecretMask.path($0.path) }
        status = exchange?.status
        user = exchange?.principal
        serverName = exchange?.connection.serverName ?? entry.handshake?.serverName
        certificate =
            exchange?.certificateSerialNumber ?? entry.handshake?.presentedChain.first?.serialNumber
        reason = exchange?.reason ?? entry.handshake?.reasonText
        json = String(decoding: JournalText.json(entry), as: UTF8.self)
    }
}

extension MockWorld {
    /// What happened in the world.
    ///
    /// - Parameter filter: What an entry must have, by the names of the control listener's query:
    ///   `["status": "4xx", "path": "/account/api/v1/**"]`.
    /// - Returns: The entries, the oldest first.
    /// - Throws: ``MockError`` that names what is wrong with the filter.
    public func journal(_ filter: [String: String] = [:]) throws(MockError) -> [JournalLine] {
        let filter = try read(filter)
        return try kept().entries(matching: filter).map { JournalLine($0) }
    }

    /// Waits until so many entries match.
    ///
    /// - Parameters:
    ///   - filter: What an entry must have.
    ///   - count: How many.
    ///   - timeout: How long at most, by the system's clock.
    /// - Returns: The entries.
    /// - Throws: ``MockError`` when fewer came in time.
    public func waitForJournal(
        _ filter: [String: String] = [:],
        count: Int = 1,
        timeout: Duration = .seconds(30)
    ) async throws(MockError) -> [JournalLine] {
        let filter = try read(filter)
        let journal = try kept()
        let outcome = await withCheckedContinuation { continuation in
            let wait = JournalWait.begin(in: journal, for: filter, count: count) { outcome in
                continuation.resume(returning: outcome)
            }
            Alarm.system.after(timeout) { wait.expire() }
        }
        guard outcome.isComplete else {
            throw MockError(
                "\(outcome.entries.count) of \(count) entries that match came in time"
            )
        }
        return outcome.entries.map { JournalLine($0) }
    }

    /// Forgets what happened.
    ///
    /// - Throws: ``MockError`` when there is no such world any more.
    public func clearJournal() throws(MockError) { try kept().clear() }

    /// Says why a request was answered as it was.
    ///
    /// - Parameter requestID: `x-request-id` of the answer.
    /// - Returns: Some lines for a person.
    /// - Throws: ``MockError`` when the journal does not have it.
    public func explain(_ requestID: String) throws(MockError) -> String {
        guard let explanation = Explanation.find(requestID, in: try kept()) else {
            throw MockError(
                "the journal of world \(name) has no request \(requestID): take the id from "
                    + "x-request-id of the answer; a journal keeps the newest entries only"
            )
        }
        return explanation.text
    }

    /// Compares what happened with what is expected.
    ///
    /// - Parameter json: Expectations as `POST /worlds/{world}/verify` takes them.
    /// - Returns: Whether all are met, and a sentence for each that is not.
    /// - Throws: ``MockError`` that names the place of what is wrong with an expectation.
    public func verify(
        json: String
    ) throws(MockError) -> (passed: Bool, failures: [String]) {
        let node = JSONNode(value: try .given(json))
        let expectations = try MockError.wrapping { () throws(JSONProblem) in
            try Expectation.read(node)
        }
        guard let verification = server.worlds.verification(of: expectations, in: name) else {
            throw Self.missing(name)
        }
        return (verification.passed, verification.failures.map(\.sentence))
    }

    private func kept() throws(MockError) -> Journal {
        guard let journal = server.worlds.journal(of: name) else { throw Self.missing(name) }
        return journal
    }

    private func read(_ filter: [String: String]) throws(MockError) -> JournalFilter {
        let items = filter.sorted { $0.key < $1.key }.map { (name: $0.key, value: $0.value) }
        return try MockError.wrapping { () throws(JournalProblem) in
            try JournalFilter.read(items)
        }
    }
}

// MARK: - Faults

extension MockWorld {
    /// The rules of what goes wrong on purpose, as JSON.
    ///
    /// - Returns: One JSON object for each rule.
    /// - Throws: ``MockError`` when there is no such world any more.
    public func faults() throws(MockError) -> [String] {
        try opened().faults.all.map(\.rule.json)
    }

    /// Adds a rule, or a list of rules.
    ///
    /// - Parameter json: The rule as `POST /worlds/{world}/faults` takes it.
    /// - Returns: The ids of the rules, to remove them again.
    /// - Throws: ``MockError`` that names the place of what is wrong.
    @discardableResult
    public func addFault(json: String) throws(MockError) -> [String] {
        let world = try opened()
        let tree = try JSONTree.given(json)
        let rules = try MockError.wrapping { () throws(JSONProblem) in
            try FaultRule.readAll(tree)
        }
        return try MockError.wrapping { () throws(FaultChangeError) in
            try world.faults.add(rules).map(\.rule.id)
        }
    }

    /// Removes a rule.
    ///
    /// - Parameter id: Its id.
    /// - Throws: ``MockError`` when there is none.
    public func removeFault(_ id: String) throws(MockError) {
        let world = try opened()
        let wasThere = try MockError.wrapping { () throws(FaultChangeError) in
            try world.faults.remove(id)
        }
        guard wasThere else { throw MockError("world \(name) has no fault rule \(id)") }
    }

    /// Removes every rule.
    ///
    /// - Throws: ``MockError``.
    public func clearFaults() throws(MockError) {
        let world = try opened()
        try MockError.wrapping { () throws(FaultChangeError) in _ = try world.faults.removeAll() }
    }
}
