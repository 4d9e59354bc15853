import Testing

@testable import World

@Suite("JournalBudget")
struct JournalBudgetTests {
    private func add(_ count: Int, to journal: Journal) {
        let fixture = JournalFixture(journal: journal)
        for _ in 0..<count {
            var exchange = fixture.exchange("POST")
            exchange.body = [UInt8](repeating: 0x20, count: 10_000)
            fixture.add(exchange)
        }
    }

    @Test("many journals keep no more together than one budget, the latest used ones first")
    func manyWorlds() {
        let budget = JournalBudget(bytesMax: 1_000_000)
        let journals = (0..<30).map { _ in Journal(budget: budget) }
        for journal in journals { add(20, to: journal) }
        #expect(budget.storedBytes <= budget.bytesMax)
        #expect(budget.storedBytes == journals.reduce(0) { $0 + $1.extent.storedBytes })
        #expect(journals[29].extent.entryCount == 20)
        #expect(journals[29].extent.droppedCount == 0)
        #expect(journals[0].extent.entryCount == 0)
        #expect(journals[0].extent.droppedCount == 20)
        #expect(journals[0].extent.lastSequence == 20)
        add(1, to: journals[0])
        #expect(journals[0].entries().map(\.sequence) == [21])
    }

    @Test("an idle journal stays while there is room")
    func idle() {
        let budget = JournalBudget(bytesMax: 1_000_000)
        let idle = Journal(budget: budget)
        add(20, to: idle)
        let other = Journal(budget: budget)
        add(20, to: other)
        #expect(idle.extent.droppedCount == 0)
        add(60, to: other)
        #expect(idle.extent.droppedCount > 0)
        #expect(other.extent.droppedCount == 0)
    }

    @Test("one that alone takes more than all may keeps its newest entry")
    func alone() {
        let budget = JournalBudget(bytesMax: 1_000)
        let journal = Journal(budget: budget)
        add(3, to: journal)
        #expect(journal.entries().map(\.sequence) == [3])
    }

    @Test("what is cleared or goes with its world counts no longer")
    func gone() {
        let budget = JournalBudget(bytesMax: 1_000_000)
        let cleared = Journal(budget: budget)
        add(5, to: cleared)
        cleared.clear()
        #expect(budget.storedBytes == 0)
        do {
            let gone = Journal(budget: budget)
            add(5, to: gone)
            #expect(budget.storedBytes > 50_000)
        }
        #expect(budget.storedBytes == 0)
    }

    @Test("worlds share a budget, and a world that is deleted gives its part back")
    func worlds() throws {
        let budget = JournalBudget(bytesMax: 1_000_000)
        let cosmos = try Cosmos { $0.journalBudget = budget }
        _ = try cosmos.make("t42")
        for name in ["default", "t42"] {
            add(2, to: try #require(cosmos.worlds.journal(of: name)))
        }
        let both = budget.storedBytes
        try cosmos.worlds.delete("t42")
        #expect(budget.storedBytes == both / 2)
    }
}
