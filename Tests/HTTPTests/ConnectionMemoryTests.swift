import HTTP
import Testing

@Suite("ConnectionMemory")
struct ConnectionMemoryTests {
    @Test("an event is new once, whatever happens in between")
    func once() {
        let memory = ConnectionMemory()
        #expect(memory.isFirst(7))
        #expect(memory.isFirst(8))
        #expect(!memory.isFirst(7))
        #expect(ConnectionMemory().isFirst(7))
    }

    @Test("only the latest settled event needs no look-up")
    func settled() {
        let memory = ConnectionMemory()
        #expect(!memory.isSettled(7))
        memory.settle(7)
        #expect(memory.isSettled(7))
        memory.settle(8)
        #expect(!memory.isSettled(7))
    }

    @Test("as many events are remembered as the limit says, and no more")
    func limit() {
        let memory = ConnectionMemory()
        let count = UInt64(ConnectionMemory.eventsMax)
        for event in 0..<count { #expect(memory.isFirst(event)) }
        #expect(memory.isFirst(count))
        #expect(memory.isFirst(0))
        #expect(!memory.isFirst(count))
    }
}
