import HTTP
import Testing

@Suite("HandshakeMemory")
struct HandshakeMemoryTests {
    private let memory = HandshakeMemory()

    private func keep() {
        let facts = HandshakeFacts(
            connectionID: 9,
            loop: 0,
            listener: "api",
            remoteAddress: "192.0.2.1:1"
        )
        memory.keep(HandshakeMemory.Kept(facts: facts, reason: "why", systemNanoseconds: 5))
    }

    @Test("gives a handshake to each journal once, whatever comes in between")
    func once() {
        keep()
        let kept = memory.handshake(firstIn: 1)
        #expect(kept?.facts.connectionID == 9)
        #expect(kept?.reason == "why")
        #expect(kept?.systemNanoseconds == 5)
        #expect(memory.handshake(firstIn: 1) == nil)
        #expect(memory.handshake(firstIn: 2) != nil)
        #expect(memory.handshake(firstIn: 1) == nil)
        #expect(memory.handshake(firstIn: 2) == nil)
    }

    @Test("waits from the handshake until the first journal has it")
    func waits() {
        #expect(!memory.isWaiting)
        #expect(memory.handshake(firstIn: 1) == nil)
        keep()
        #expect(memory.isWaiting)
        #expect(memory.handshake(firstIn: 1) != nil)
        #expect(!memory.isWaiting)
    }

    @Test("remembers as many journals as the limit says, and then none")
    func limit() {
        keep()
        let count = UInt64(HandshakeMemory.journalsMax)
        for journal in 1...count { #expect(memory.handshake(firstIn: journal) != nil) }
        #expect(memory.handshake(firstIn: 1) == nil)
        #expect(memory.handshake(firstIn: count + 1) != nil)
        #expect(memory.handshake(firstIn: 1) != nil)
    }
}
