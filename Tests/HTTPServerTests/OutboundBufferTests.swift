import Testing

@testable import HTTPServer

@Suite("OutboundBuffer")
struct OutboundBufferTests {
    private func unsent(_ buffer: OutboundBuffer) -> [UInt8] {
        unsafe buffer.withUnsent { unsafe Array($0) }
    }

    @Test("lends what is not yet sent, in order")
    func order() {
        var buffer = OutboundBuffer()
        buffer.bytes += [1, 2, 3, 4]
        buffer.noteSent(3)
        buffer.bytes += [5]
        #expect(unsent(buffer) == [4, 5])
        buffer.forgetSent()
        #expect(unsent(buffer) == [4, 5])
        buffer.noteSent(2)
        #expect(buffer.count == 0)
    }

    @Test("a peer that always leaves something does not make the buffer grow")
    func neverEmpty() {
        var buffer = OutboundBuffer()
        buffer.bytes += [UInt8](repeating: 0, count: 1_000)
        for _ in 0..<1_000 {
            buffer.bytes += [UInt8](repeating: 0, count: 100)
            buffer.noteSent(100)
            buffer.forgetSent()
        }
        #expect(buffer.count == 1_000)
        #expect(buffer.bytes.count <= 2_100)
    }

    @Test("what a large answer needed is given back once it is sent")
    func memory() {
        var buffer = OutboundBuffer()
        buffer.bytes += [UInt8](repeating: 0, count: 1_000_000)
        buffer.noteSent(1_000_000)
        #expect(buffer.bytes.capacity == 0)
    }
}
