package import HTTP

/// What became of expectations: passed, or which failed, why, and at which entries.
package struct Verification: Sendable {
    /// One expectation that was not met.
    package struct Failure: Sendable {
        /// Its place in the list, from 0.
        package let index: Int
        /// What its author calls it.
        package let name: String?
        /// What was expected and what was found.
        package let sentence: String
        /// The entries that show it; empty where something is missing.
        package let entries: [JournalEntry]
    }

    /// What was not met.
    package let failures: [Failure]

    /// How many expectations there were.
    package let expectationCount: Int

    /// What makes the verdict less than certain; empty where nothing does.
    package let notes: [String]

    /// Whether everything was met.
    package var passed: Bool { failures.isEmpty }

    /// Compares expectations with what a journal has.
    ///
    /// - Parameters:
    ///   - expectations: What is expected.
    ///   - entries: The journal, oldest first.
    ///   - droppedCount: How many entries it had and has no longer.
    ///   - isKnown: Whether the world has, or had, a credential or user that no entry mentions.
    package init(
        of expectations: [Expectation],
        in entries: [JournalEntry],
        droppedCount: Int = 0,
        isKnown: (Expectation.CredentialMatcher) -> Bool
    ) {
        let record = Record(entries)
        failures = expectations.enumerated().compactMap { index, expectation in
            let complaint =
                expectation.demand.credential.flatMap { credential in
                    record.ignorance(of: credential, isKnown: isKnown)
                } ?? record.complaint(about: expectation.demand)
            return complaint.map { complaint in
                Failure(
                    index: index,
                    name: expectation.name,
                    sentence: complaint.sentence,
                    entries: complaint.entries
                )
            }
        }
        expectationCount = expectations.count
        notes =
            droppedCount == 0
            ? []
            : [
                "The journal has dropped its oldest \(droppedCount) entries, which are not counted;"
                    + " clear it before a test, or give it more room."
            ]
    }

    /// Writes the verdict as a JSON object.
    ///
    /// - Parameter writer: Where it goes, as a value.
    package func write(to writer: inout JSONWriter) {
        writer.beginObject()
        writer.member("passed", passed)
        writer.member("expectations", expectationCount)
        writer.beginArray("failures")
        for failure in failures {
            writer.beginObject()
            writer.member("expectation", failure.index)
            writer.member("name", failure.name)
            writer.member("sentence", failure.sentence)
            writer.beginArray("entries")
            for entry in failure.entries { JournalText.write(entry, to: &writer) }
            writer.endArray()
            writer.endObject()
        }
        writer.endArray()
        writer.beginArray("notes")
        for note in notes { writer.value(note) }
        writer.endArray()
        writer.endObject()
    }
}

/// A journal made ready to be compared with expectations.
private struct Record {
    typealias Complaint = (sentence: String, entries: [JournalEntry])
    typealias Use = (entry: JournalEntry, exchange: JournalEntry.Exchange)

    /// No more entries than these are shown with a failure.
    static let shownEntriesMax = 20

    let entries: [JournalEntry]
    let requests: [Use]

    init(_ entries: [JournalEntry]) {
        self.entries = entries
        requests = entries.compactMap { entry in entry.exchange.map { (entry, $0) } }
    }

    func complaint(about demand: Expectation.Demand) -> Complaint? {
        do throws(UnknownPoint) {
            switch demand {
            case .requests(let matcher, let count): return try requests(matcher, count)
            case .inOrder(let matchers): return try order(matchers)
            case .neverUsed(let credential, let after): return try neverUsed(credential, after)
            case .newKey(let user): return newKey(user)
            case .onlyOneCredential: return onlyOneCredential()
            case .stoppedWithin(let count, let credential, let after):
                return try stopped(within: count, credential, after)
            }
        } catch {
            return (error.sentence, [])
        }
    }

    /// Of a credential that never was, everything could be said.
    func ignorance(
        of credential: Expectation.CredentialMatcher,
        isKnown: (Expectation.CredentialMatcher) -> Bool
    ) -> Complaint? {
        guard !entries.contains(where: credential.isMentioned), !isKnown(credential) else {
            return nil
        }
        return (
            "Neither the journal nor the world knows \(credential.text), so nothing can be said of"
                + " its use: look for a slip of the pen, or for another world.", []
        )
    }

    /// A request that the journal does not have.
    struct UnknownPoint: Error {
        let id: String

        var sentence: String {
            "The journal has no request \(id): give an id from x-request-id, or a time such as"
                + " 2025-10-20T00:00:00Z."
        }
    }

    /// Whether an entry comes after a point.
    private func side(
        of point: JournalPoint
    ) throws(UnknownPoint) -> (isAfter: (JournalEntry) -> Bool, isBefore: (JournalEntry) -> Bool) {
        switch point {
        case .time(let time):
            return ({ $0.worldTime > time }, { $0.worldTime < time })
        case .request(let id):
            guard let mark = requests.last(where: { $0.exchange.requestID == id }) else {
                throw UnknownPoint(id: id)
            }
            let sequence = mark.entry.sequence
            return ({ $0.sequence > sequence }, { $0.sequence < sequence })
        }
    }

    private func found(
        _ matcher: Expectation.RequestMatcher
    ) throws(UnknownPoint) -> [JournalEntry] {
        var found = requests.map(\.entry).filter(matcher.filter.matches)
        if let after = matcher.after { found = found.filter(try side(of: after).isAfter) }
        if let before = matcher.before { found = found.filter(try side(of: before).isBefore) }
        return found
    }

    private static func shown(_ entries: [JournalEntry]) -> [JournalEntry] {
        Array(entries.prefix(shownEntriesMax))
    }

    private static func list(_ entries: [JournalEntry]) -> String {
        let ids = entries.prefix(5).compactMap { $0.exchange?.requestID }.joined(separator: ", ")
        return entries.count > 5 ? ids + " and \(entries.count - 5) more" : ids
    }
}

// MARK: - Requests

extension Record {
    private func requests(
        _ matcher: Expectation.RequestMatcher,
        _ count: Expectation.Count
    ) throws(UnknownPoint) -> Complaint? {
        let found = try found(matcher)
        guard !count.admits(found.count) else { return nil }
        var sentence =
            "Expected \(count.text) of the requests \(matcher.text), and there"
            + (found.count == 1 ? " is 1" : " are \(found.count)")
        sentence += found.isEmpty ? "." : ": \(Self.list(found))."
        guard found.isEmpty, let near = nearest(to: matcher) else {
            return (sentence, Self.shown(found))
        }
        return (sentence + " The nearest is request \(near.1): \(near.2).", [near.0])
    }

    /// The latest request that has the wanted path, or else the wanted method: what was meant.
    private func nearest(
        to matcher: Expectation.RequestMatcher
    ) -> (JournalEntry, String, String)? {
        guard matcher.filter.path != nil || matcher.filter.method != nil else { return nil }
        var path = JournalFilter()
        path.path = matcher.filter.path
        guard matcher.filter.path != nil,
            let near = requests.last(where: { path.matches($0.entry) })
        else { return nil }
        let exchange = near.exchange
        return (
            near.entry, exchange.requestID,
            "\(exchange.method) \(SecretMask.path(exchange.path)) was answered \(exchange.status)"
        )
    }

    private func order(_ matchers: [Expectation.RequestMatcher]) throws(UnknownPoint) -> Complaint?
    {
        var last: JournalEntry?
        for (index, matcher) in matchers.enumerated() {
            let found = try found(matcher)
            guard let next = found.first(where: { $0.sequence > last?.sequence ?? 0 }) else {
                let place =
                    last?.exchange.map { " after request \($0.requestID)" } ?? ""
                let before =
                    found.isEmpty
                    ? "none came at all" : "the only ones came earlier: \(Self.list(found))"
                return (
                    "Step \(index + 1) of \(matchers.count) is missing: no request \(matcher.text)"
                        + " came\(place); \(before).",
                    Self.shown((last.map { [$0] } ?? []) + found)
                )
            }
            last = next
        }
        return nil
    }
}

// MARK: - Credentials

extension Record {
    private func uses(
        of credential: Expectation.CredentialMatcher,
        after point: JournalPoint?
    ) throws(UnknownPoint) -> [Use] {
        let uses = requests.filter { credential.matches($0.exchange) }
        guard let point else { return uses }
        let isAfter = try side(of: point).isAfter
        return uses.filter { isAfter($0.entry) }
    }

    private func neverUsed(
        _ credential: Expectation.CredentialMatcher,
        _ after: JournalPoint?
    ) throws(UnknownPoint) -> Complaint? {
        let uses = try uses(of: credential, after: after).map(\.entry)
        guard !uses.isEmpty else { return nil }
        let when = after.map { " after \($0.text)" } ?? ""
        return (
            "\(credential.text) was to be used by nobody\(when), and was by"
                + " \(ClientConduct.count(uses)): \(Self.list(uses)).",
            Self.shown(uses)
        )
    }

    private func newKey(_ user: String?) -> Complaint? {
        let attempts = entries.compactMap(IssuanceAttempt.init).filter { attempt in
            user == nil || attempt.userID == user
                || attempt.entry.exchange?.principal == user
        }
        guard attempts.contains(where: { $0.key != nil }) else {
            let whose = user.map { " of user \($0)" } ?? ""
            return ("There is no request for a certificate\(whose) with a CSR to compare.", [])
        }
        let reuses = IssuanceAttempt.reuses(in: attempts)
        guard let reuse = reuses.first else { return nil }
        let ids = [reuse.again, reuse.first].map { $0.entry.exchange?.requestID ?? "" }
        return (
            "The CSR of request \(ids[0]) has the public key that request \(ids[1]) got a"
                + " certificate for (SHA-256 of its SubjectPublicKeyInfo"
                + " \((reuse.again.keyDigest ?? "").prefix(16))…): make a new key for each"
                + " certificate.",
            Self.shown(reuses.flatMap { [$0.first.entry, $0.again.entry] })
        )
    }

    private func onlyOneCredential() -> Complaint? {
        let both = requests.filter { $0.exchange.bringsBothCredentials }.map(\.entry)
        guard !both.isEmpty else { return nil }
        return (
            "\(ClientConduct.count(both)) brought both a key and a"
                + " certificate: \(Self.list(both)).",
            Self.shown(both)
        )
    }

    private func stopped(
        within count: Int,
        _ credential: Expectation.CredentialMatcher,
        _ after: JournalPoint?
    ) throws(UnknownPoint) -> Complaint? {
        var uses = try uses(of: credential, after: after)
        if after == nil {
            // Nobody can know before the first refusal that it is over.
            guard let first = uses.firstIndex(where: { $0.exchange.isRefusedAtGate }) else {
                return ("\(credential.text) was never refused, so there is nothing to stop.", [])
            }
            uses = Array(uses[first...])
        }
        guard uses.count > count else { return nil }
        let entries = uses.map(\.entry)
        let since = after.map { "after \($0.text)" } ?? "from its first refusal on"
        return (
            "\(credential.text) was used by \(uses.count) requests \(since), and was to stop within"
                + " \(count): \(Self.list(entries)).",
            Self.shown(entries)
        )
    }
}

extension JournalEntry.Exchange {
    /// Whether both a key and a certificate came with it.
    var bringsBothCredentials: Bool {
        presentedKey != nil && connection.asksForClientCertificate
            && connection.presentedCertificate != nil
    }

    /// Whether nobody was recognized by what it brought.
    var isRefusedAtGate: Bool { principal == nil && (status == 401 || status == 403) }
}
