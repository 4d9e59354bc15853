import AccountModel
import HTTP
import Synchronization
import Testing

@testable import World

@Suite("Journal")
struct JournalTests {
    @Test("numbers handshakes and requests in one sequence")
    func sequence() {
        let fixture = JournalFixture()
        fixture.add(JournalFixture.handshake())
        fixture.add("GET")
        let entries = fixture.journal.entries()
        #expect(entries.map(\.sequence) == [1, 2])
        #expect(entries.map(\.outcome) == [.ok, .ok])
        #expect(entries.map(\.connectionID) == [7, 7])
        #expect(entries[0].handshake?.localPort == 8444)
        #expect(entries[1].exchange?.requestID == "r-1")
    }

    @Test(
        "what comes after any number can be asked for",
        arguments: [2, 3, 4, UInt64.max - 1, .max]
    )
    func afterAny(_ sequence: UInt64) {
        let fixture = JournalFixture()
        for _ in 1...3 { fixture.add("GET") }
        var filter = JournalFilter()
        filter.after = sequence
        #expect(
            fixture.journal.entries(matching: filter).map(\.sequence) == (sequence == 2 ? [3] : [])
        )
    }

    @Test("an empty one takes nearly nothing, and grows with what is in it")
    func empty() {
        let journal = Journal()
        #expect(journal.extent == Journal().extent)
        #expect(journal.extent.storedBytes == 0)
        #expect(journal.extent.lastSequence == 0)
        #expect(journal.entries().isEmpty)
        #expect(MemoryLayout<JournalRing>.size <= 32)
    }

    @Test(
        "drops the oldest beyond its number of entries and counts them",
        arguments: [1, 3, 16, 17]
    )
    func entryCountMax(limit: Int) {
        let fixture = JournalFixture(limits: JournalLimits(entryCountMax: limit))
        for _ in 0..<40 { fixture.add() }
        let extent = fixture.journal.extent
        #expect(extent.entryCount == limit)
        #expect(extent.droppedCount == 40 - limit)
        #expect(extent.lastSequence == 40)
        let sequences = fixture.journal.entries().map(\.sequence)
        #expect(sequences == Array(UInt64(41 - limit)...40))
    }

    @Test("drops the oldest beyond its bytes, but never the newest")
    func storedBytesMax() {
        let fixture = JournalFixture(limits: JournalLimits(storedBytesMax: 4000))
        for _ in 0..<10 { fixture.add() }
        #expect(fixture.journal.extent.storedBytes <= 4000)
        #expect((2...6).contains(fixture.journal.extent.entryCount))
        var large = fixture.exchange("POST")
        large.body = [UInt8](repeating: 0x20, count: 5000)
        fixture.add(large)
        #expect(fixture.journal.entries().map { $0.exchange?.method } == ["POST"])
        #expect(fixture.journal.extent.droppedCount == 10)
    }

    @Test("cuts bodies at its limit and keeps their true length")
    func bodyBytesMax() {
        let fixture = JournalFixture(limits: JournalLimits(bodyBytesMax: 4))
        for count in [3, 4, 5] {
            var exchange = fixture.exchange("POST")
            exchange.body = [UInt8](repeating: 0x61, count: count)
            exchange.bodyByteCount = count
            exchange.answerBody = exchange.body
            exchange.answerBodyByteCount = count
            fixture.add(exchange)
        }
        let exchanges = fixture.journal.entries().compactMap(\.exchange)
        #expect(exchanges.map(\.body.count) == [3, 4, 4])
        #expect(exchanges.map(\.answerBody.count) == [3, 4, 4])
        #expect(exchanges.map(\.bodyByteCount) == [3, 4, 5])
        #expect(exchanges.map(\.answerBodyByteCount) == [3, 4, 5])
    }

    @Test("forgets when cleared, and goes on counting")
    func clear() {
        let fixture = JournalFixture(limits: JournalLimits(entryCountMax: 2))
        for _ in 0..<3 { fixture.add() }
        fixture.journal.clear()
        #expect(fixture.journal.extent.entryCount == 0)
        #expect(fixture.journal.extent.droppedCount == 0)
        #expect(fixture.journal.extent.storedBytes == 0)
        #expect(fixture.add() == 4)
        #expect(fixture.journal.entries(after: 3).count == 1)
    }

    @Test("gives what came after a number", arguments: [(0, 5), (2, 3), (4, 1), (5, 0), (9, 0)])
    func after(sequence: UInt64, count: Int) {
        let fixture = JournalFixture()
        for _ in 0..<5 { fixture.add() }
        #expect(fixture.journal.entries(after: sequence).count == count)
    }

    @Test("finds a request by its id and a handshake by its connection")
    func find() {
        let fixture = JournalFixture()
        fixture.add(JournalFixture.handshake(3))
        fixture.add()
        fixture.add()
        #expect(fixture.journal.entry(requestID: "r-2")?.sequence == 3)
        #expect(fixture.journal.entry(requestID: "r-9") == nil)
        #expect(fixture.journal.handshake(connectionID: 3)?.sequence == 1)
        #expect(fixture.journal.handshake(connectionID: 4) == nil)
    }

    @Test("tells observers after each entry, outside its lock, until they have enough")
    func observers() {
        let fixture = JournalFixture()
        let seen = Mutex<[UInt64]>([])
        let journal = fixture.journal
        let observation = journal.observe {
            // To ask the journal within would never end if it were locked.
            seen.withLock { $0.append(journal.extent.lastSequence) }
        }
        fixture.add()
        fixture.add()
        #expect(journal.observerCount == 1)
        journal.end(observation)
        journal.end(observation)
        fixture.add()
        #expect(seen.withLock { $0 } == [1, 2])
        #expect(journal.observerCount == 0)
    }

    @Test("takes over what a request and its answer have, but for the body of a HEAD")
    func takesOver() {
        var response = Response(
            status: 403,
            fields: ["content-type": "application/json"],
            body: Array("{}".utf8),
            reason: "because",
            principal: "Jane Doe"
        )
        response.credential = UsedCredential(token: .init(id: "t", userID: "u"))
        let request = Request(
            method: "POST",
            target: "/a?b=c",
            authority: "localhost:8443",
            fields: ["x-api-key": "k"],
            body: [1, 2],
            version: .http2
        )
        var head = request
        head.method = "HEAD"
        let exchanges = [request, head].map {
            JournalEntry.Exchange(
                requestID: "r",
                connection: JournalFixture.connection(),
                request: $0,
                response: response,
                microseconds: 12
            )
        }
        #expect(exchanges[0].path == "/a")
        #expect(exchanges[0].query == "b=c")
        #expect(exchanges[0].bodyByteCount == 2)
        #expect(exchanges[0].version == .http2)
        #expect(exchanges[0].reason == "because")
        #expect(exchanges[0].principal == "Jane Doe")
        #expect(exchanges[0].credential?.token?.id == "t")
        #expect(exchanges[0].presentedKey == "k")
        #expect(exchanges.map(\.answerBodyByteCount) == [2, 0])
    }

    @Test(
        "a status tells how it ended",
        arguments: [
            (0, JournalOutcome.failed), (200, .ok), (304, .ok), (400, .refused), (499, .refused),
            (500, .failed),
        ]
    )
    func outcome(status: Int, outcome: JournalOutcome) {
        #expect(JournalOutcome(status: status) == outcome)
    }
}
