package import HTTP
package import HTTPServer
import Synchronization

/// What the process counts of its own work, for Prometheus.
///
/// Each event loop counts for itself, so that no loop waits for another.
package final class Metrics: Sendable {
    /// The upper bounds of the buckets of durations, in microseconds.
    static let bucketMicroseconds = [500, 1000, 5000, 10_000, 50_000, 100_000, 500_000, 1_000_000]

    /// How long the requests of one listener took.
    struct Durations {
        /// How many took so long at most, for each bucket; and all of them.
        var counts = [Int](repeating: 0, count: bucketMicroseconds.count + 1)
        var sumMicroseconds = 0

        mutating func add(_ microseconds: Int) {
            let index = bucketMicroseconds.firstIndex { microseconds <= $0 }
            counts[index ?? bucketMicroseconds.count] += 1
            sumMicroseconds += microseconds
        }
    }

    /// What is counted apart from the other.
    struct RequestKey: Hashable {
        let listener: String
        let status: Int
    }

    /// What is counted apart from the other.
    struct HandshakeKey: Hashable {
        let listener: String
        let version: String
        let isComplete: Bool
    }

    /// The counts of one loop, or of all.
    struct Counts {
        var requests: [RequestKey: Int] = [:]
        var durations: [String: Durations] = [:]
        var handshakes: [HandshakeKey: Int] = [:]

        mutating func add(_ other: Counts) {
            requests.merge(other.requests, uniquingKeysWith: +)
            handshakes.merge(other.handshakes, uniquingKeysWith: +)
            for (listener, more) in other.durations {
                var sum = durations[listener, default: Durations()]
                for index in sum.counts.indices { sum.counts[index] += more.counts[index] }
                sum.sumMicroseconds += more.sumMicroseconds
                durations[listener] = sum
            }
        }
    }

    private final class Shard: Sendable {
        let counts = Mutex(Counts())
    }

    private let shards: [Shard]

    /// Counts nothing yet.
    ///
    /// - Parameter loops: How many event loops count.
    package init(loops: Int) {
        shards = (0..<max(1, loops)).map { _ in Shard() }
    }

    /// Counts an answered request.
    ///
    /// - Parameter exchange: The request and its answer.
    package func record(_ exchange: Exchange) {
        let key = RequestKey(
            listener: exchange.connection.listener,
            status: exchange.response.status
        )
        shard(exchange.connection.loop).counts.withLock { counts in
            counts.requests[key, default: 0] += 1
            counts.durations[key.listener, default: Durations()].add(exchange.microseconds)
        }
    }

    /// Counts a handshake.
    ///
    /// - Parameters:
    ///   - facts: What is known of it.
    ///   - isComplete: Whether it came to its end.
    package func record(_ facts: HandshakeFacts, isComplete: Bool) {
        let key = HandshakeKey(
            listener: facts.listener,
            version: facts.tlsVersion ?? "",
            isComplete: isComplete
        )
        shard(facts.loop).counts.withLock { $0.handshakes[key, default: 0] += 1 }
    }

    /// What all loops counted.
    var counts: Counts {
        shards.reduce(into: Counts()) { sum, shard in sum.add(shard.counts.withLock { $0 }) }
    }

    private func shard(_ loop: Int) -> Shard { shards[loop % shards.count] }
}
