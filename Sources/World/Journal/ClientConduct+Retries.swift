internal import AccountModel
internal import HTTP

// How a client takes it when it is not served.

extension ClientConduct {
    /// Repetitions that follow faster than this, so many times, have no pause between them.
    private static let pauseNanosecondsMin: Int64 = 100_000_000
    private static let hastyRepetitionsMax = 3

    /// Timers are not exact: a client that comes back this early has waited.
    private static let toleranceNanoseconds: Int64 = 50_000_000

    /// `Retry-After` shall be waited for (RFC 9110 §10.2.3).
    ///
    /// The world's clock counts as well as the system's: a test that moves the clock on instead of
    /// waiting does right.
    func waiting() -> Finding {
        var early: [(asked: Call, again: Call, seconds: Int64)] = []
        var askedCount = 0
        for (index, call) in requests.enumerated() {
            guard let value = call.exchange.answerFields.first("retry-after"),
                let seconds = Int64(value), (0...31_536_000).contains(seconds)
            else { continue }
            askedCount += 1
            let due = call.end + seconds * 1_000_000_000 - Self.toleranceNanoseconds
            let next = requests[(index + 1)...].prefix { $0.begin < due }
                .first { $0.begin >= call.end && $0.goesTo(call) }
            guard let next else { continue }
            let waitedInWorld =
                next.entry.worldTime.secondsSince1970 - call.entry.worldTime.secondsSince1970
            if waitedInWorld < seconds { early.append((call, next, seconds)) }
        }
        guard askedCount > 0 else { return .notSeen("No answer had a Retry-After.") }
        guard let first = early.first else {
            return .good("Nobody came back before the time was over.")
        }
        let milliseconds = (first.again.begin - first.asked.end) / 1_000_000
        return .bad(
            "Request \(Self.id(first.asked.entry)) was told to wait \(first.seconds) s, and"
                + " \(Self.id(first.again.entry)) came after \(milliseconds) ms. Wait as long as"
                + " Retry-After says.",
            early.flatMap { [$0.asked.entry, $0.again.entry] }
        )
    }

    /// What failed shall not be repeated at once, time and again.
    func pausing() -> Finding {
        guard requests.contains(where: \.asksForPatience) else {
            return .notSeen("No answer was a 5xx or 429.")
        }
        for (index, call) in requests.enumerated() where call.asksForPatience {
            var hasty = [call]
            for next in requests[(index + 1)...] {
                guard let last = hasty.last, last.asksForPatience else { break }
                guard next.begin - last.end < Self.pauseNanosecondsMin else { break }
                guard next.begin >= last.end, next.repeats(last) else { continue }
                hasty.append(next)
            }
            guard hasty.count > Self.hastyRepetitionsMax else { continue }
            return .bad(
                "\(call.exchange.method) \(SecretMask.path(call.exchange.path)) was answered"
                    + " \(call.exchange.status) (request \(Self.id(call.entry))) and repeated"
                    + " \(hasty.count - 1) times with less than 100 ms between. Let the pause grow"
                    + " from try to try.",
                hasty.map(\.entry)
            )
        }
        return .good("Nothing was repeated hastily.")
    }

    /// A POST whose fate is unknown may have had its effect: to send it again meets that.
    func blindPosts() -> Finding {
        let posts = requests.filter { $0.exchange.method == "POST" }
        guard posts.contains(where: \.isOfUnknownFate) else {
            return .notSeen("No POST was answered 5xx or not at all.")
        }
        for (index, post) in posts.enumerated() where post.isOfUnknownFate {
            let again = posts[(index + 1)...].first { $0.repeats(post) && $0.begin >= post.end }
            guard let again, again.isDuplicate else { continue }
            let fate =
                post.exchange.status == 0 ? "not answered" : "answered \(post.exchange.status)"
            return .bad(
                "POST \(SecretMask.path(post.exchange.path)) was \(fate) (request"
                    + " \(Self.id(post.entry))), had its effect all the same, and was sent again:"
                    + " duplicate_error (request \(Self.id(again.entry))). Look whether a POST had"
                    + " its effect before you repeat it.",
                [post.entry, again.entry]
            )
        }
        return .good("No POST met its own effect.")
    }
}

extension ClientConduct.Call {
    /// Whether the answer says that the thing exists already.
    fileprivate var isDuplicate: Bool {
        (exchange.status == 400 || exchange.status == 409)
            && exchange.answerBody.contains(Array("duplicate_error".utf8))
    }
}
