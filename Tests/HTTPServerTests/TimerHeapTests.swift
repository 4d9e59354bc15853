import Testing

@testable import HTTPServer

@Suite("Timer heap")
struct TimerHeapTests {
    /// Numbers without an order that anybody would have thought of.
    private static let moments = (0..<500).map { Int64($0 * 7_919 % 500) }

    @Test("entries come out in the order of their moments, and not before them")
    func order() {
        var heap = TimerHeap()
        for moment in Self.moments { heap.insert(at: moment, key: UInt64(moment), token: -moment) }
        #expect(heap.next == 0)
        for moment in Int64(0)..<500 {
            let early = heap.takeDue(at: moment - 1)
            #expect(early == nil)
            let due = heap.takeDue(at: moment)
            #expect(due?.key == UInt64(moment))
            #expect(due?.token == -moment)
        }
        #expect(heap.next == nil && heap.count == 0)
    }

    @Test("what is of no use can be thrown away, and the rest stays in order")
    func keeps() {
        var heap = TimerHeap()
        for moment in Self.moments { heap.insert(at: moment, key: UInt64(moment), token: 0) }
        heap.keep { $0 % 3 == 0 }
        var keys: [UInt64] = []
        while let due = heap.takeDue(at: 1_000) { keys.append(due.key) }
        #expect(keys == (0..<500).filter { $0 % 3 == 0 })
    }

    @Test("equal moments all come out")
    func equal() {
        var heap = TimerHeap()
        for token in Int64(0)..<10 { heap.insert(at: 5, key: 1, token: token) }
        var tokens: Set<Int64> = []
        while let due = heap.takeDue(at: 5) { tokens.insert(due.token) }
        #expect(tokens.count == 10)
    }
}
