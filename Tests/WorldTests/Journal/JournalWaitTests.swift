import Synchronization
import Testing

@testable import World

@Suite("Waiting for a journal, and following it")
struct JournalWaitTests {
    /// Collects what is sent, in order.
    private final class Collector: Sendable {
        let outcomes = Mutex<[JournalWait.Outcome]>([])
        let batches = Mutex<[[UInt64]]>([])

        func take(_ outcome: JournalWait.Outcome) { outcomes.withLock { $0.append(outcome) } }
        func take(_ entries: [JournalEntry]) {
            batches.withLock { $0.append(entries.map(\.sequence)) }
        }
    }

    private func filter(method: String? = nil, after: UInt64? = nil) -> JournalFilter {
        var filter = JournalFilter()
        filter.method = method
        filter.after = after
        return filter
    }

    @Test("ends at once where enough is there already")
    func atOnce() {
        let fixture = JournalFixture()
        let collector = Collector()
        fixture.add()
        JournalWait.begin(in: fixture.journal, for: filter(), count: 1) { collector.take($0) }
        #expect(collector.outcomes.withLock { $0.map(\.isComplete) } == [true])
        #expect(fixture.journal.observerCount == 0)
    }

    @Test("ends with the last of the entries it waits for, and counts no others")
    func later() {
        let fixture = JournalFixture()
        let collector = Collector()
        fixture.add("POST")
        JournalWait.begin(
            in: fixture.journal,
            for: filter(method: "POST"),
            count: 2,
            completion: { collector.take($0) }
        )
        fixture.add("GET")
        #expect(collector.outcomes.withLock { $0.isEmpty })
        fixture.add("POST")
        fixture.add("POST")
        let outcomes = collector.outcomes.withLock { $0 }
        #expect(outcomes.count == 1)
        #expect(outcomes.first?.entries.map(\.sequence) == [1, 3])
        #expect(fixture.journal.observerCount == 0)
    }

    @Test("counts only what comes after an entry, where one is named")
    func after() {
        let fixture = JournalFixture()
        let collector = Collector()
        fixture.add()
        JournalWait.begin(in: fixture.journal, for: filter(after: 1), count: 1) {
            collector.take($0)
        }
        #expect(collector.outcomes.withLock { $0.isEmpty })
        fixture.add()
        #expect(collector.outcomes.withLock { $0.first?.entries.map(\.sequence) } == [2])
    }

    @Test("ends with what there is when its time is over, once")
    func expires() {
        let fixture = JournalFixture()
        let collector = Collector()
        let wait = JournalWait.begin(in: fixture.journal, for: filter(), count: 2) {
            collector.take($0)
        }
        fixture.add()
        wait.expire()
        wait.expire()
        fixture.add()
        let outcomes = collector.outcomes.withLock { $0 }
        #expect(outcomes.map(\.isComplete) == [false])
        #expect(outcomes.first?.entries.count == 1)
        #expect(fixture.journal.observerCount == 0)
    }

    @Test("tells nobody when it is cancelled")
    func cancels() {
        let fixture = JournalFixture()
        let collector = Collector()
        let wait = JournalWait.begin(in: fixture.journal, for: filter(), count: 1) {
            collector.take($0)
        }
        wait.cancel()
        fixture.add()
        wait.expire()
        #expect(collector.outcomes.withLock { $0.isEmpty })
        #expect(fixture.journal.observerCount == 0)
    }

    @Test("a follower gets what is new, or what came after an entry")
    func follows() {
        let fixture = JournalFixture()
        let (new, all) = (Collector(), Collector())
        fixture.add("GET")
        fixture.add("POST")
        let followers = [
            JournalFollower.begin(in: fixture.journal, for: filter()) { new.take($0) },
            JournalFollower.begin(in: fixture.journal, for: filter(method: "POST", after: 0)) {
                all.take($0)
            },
        ]
        fixture.add("GET")
        fixture.add("POST")
        for follower in followers { follower.stop() }
        fixture.add("POST")
        #expect(new.batches.withLock { $0 } == [[3], [4]])
        #expect(all.batches.withLock { $0 } == [[2], [4]])
        #expect(fixture.journal.observerCount == 0)
    }

    @Test("a follower that stops while it is sent something does not wait for itself")
    func stopsWithin() {
        let fixture = JournalFixture()
        let collector = Collector()
        let box = Mutex<JournalFollower?>(nil)
        let follower = JournalFollower.begin(in: fixture.journal, for: filter()) { entries in
            collector.take(entries)
            box.withLock { $0 }?.stop()
        }
        box.withLock { $0 = follower }
        fixture.add()
        fixture.add()
        #expect(collector.batches.withLock { $0 } == [[1]])
        box.withLock { $0 = nil }
    }

    @Test("many threads that append send every entry once and in order")
    func threads() async {
        let journal = Journal()
        let collector = Collector()
        let follower = JournalFollower.begin(in: journal, for: filter()) { collector.take($0) }
        let exchange = JournalFixture().exchange()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    for _ in 0..<250 {
                        journal.append(
                            exchange,
                            worldTime: JournalFixture.begin,
                            systemNanoseconds: 0
                        )
                    }
                }
            }
        }
        follower.stop()
        #expect(collector.batches.withLock { $0.flatMap(\.self) } == Array(1...1000))
    }
}
