/// What a client did well and badly, judged by the journal of its world.
///
/// A pure function of the entries, so that the same journal gives the same report to `exec`, to
/// the control port and to a test.
package struct ClientReport: Sendable {
    /// What a check found.
    package enum Verdict: String, Sendable, Hashable {
        /// The client did it as it should.
        case good
        /// The client did what breaks sooner or later, or gives a secret away.
        case bad
        /// There was no occasion to tell.
        case notSeen = "not_seen"
    }

    /// One check with what it found.
    package struct Check: Sendable {
        /// By which reports of several runs are compared: `new-key`.
        package let id: String
        /// What is good, as a sentence about the client.
        package let title: String
        /// What was found.
        package let verdict: Verdict
        /// What was seen, and what to do where it is bad.
        package let sentence: String
        /// The requests that show it.
        package let entries: [JournalEntry]

        /// The ids of the requests that show it.
        package var requestIDs: [String] { entries.compactMap { $0.exchange?.requestID } }
    }

    /// Every check, in a fixed order.
    package let checks: [Check]

    /// How many requests were judged.
    package let requestCount: Int

    /// How many entries were dropped before anybody could judge them.
    package let droppedCount: Int

    /// Judges a client.
    ///
    /// - Parameters:
    ///   - entries: The journal of its world, oldest first.
    ///   - droppedCount: How many entries it had and has no longer.
    package init(of entries: [JournalEntry], droppedCount: Int = 0) {
        let conduct = ClientConduct(entries)
        requestCount = conduct.requests.count
        self.droppedCount = droppedCount
        checks = Self.rows.map { row in
            let finding = row.judge(conduct)
            return Check(
                id: row.id,
                title: row.title,
                verdict: finding.verdict,
                sentence: finding.sentence,
                entries: finding.entries
            )
        }
    }

    /// How many checks ended so.
    ///
    /// - Parameter verdict: The verdict.
    /// - Returns: The number.
    package func count(_ verdict: Verdict) -> Int { checks.count { $0.verdict == verdict } }

    private struct Row: Sendable {
        let id: String
        let title: String
        let judge: @Sendable (ClientConduct) -> ClientConduct.Finding

        init(
            _ id: String,
            _ title: String,
            judge: @escaping @Sendable (ClientConduct) -> ClientConduct.Finding
        ) {
            self.id = id
            self.title = title
            self.judge = judge
        }
    }

    private static let rows: [Row] = [
        Row("new-key", "makes a new key for each certificate") { $0.newKeys() },
        Row("rsa-2048", "asks for no RSA key below 2048 bits") { $0.keySizes() },
        Row("retry-after", "waits as long as Retry-After says") { $0.waiting() },
        Row("backoff", "pauses before it repeats what failed") { $0.pausing() },
        Row("blind-post", "looks before it repeats a POST that failed") { $0.blindPosts() },
        Row("secret-in-query", "puts no secret into a query string") { $0.queries() },
        Row("renewal", "renews its certificate before the last days") { $0.renewals() },
        Row("one-credential", "sends a key or a certificate, not both") { $0.credentials() },
        Row("tls-1.3", "speaks TLS 1.3") { $0.versions() },
        Row("user-agent", "says who it is in User-Agent") { $0.userAgents() },
    ]
}
