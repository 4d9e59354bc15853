import Testing

@testable import World

@Suite("KeyFileShelf")
struct KeyFileShelfTests {
    private static func item(_ number: UInt8) -> KeyFileShelf.Item {
        KeyFileShelf.Item(
            key: [number],
            certificate: "PEM",
            ticket: "t\(number)",
            file: [number],
            password: "p\(number)",
            protection: "AES"
        )
    }

    @Test("a password is told once, and to nobody without the ticket")
    func once() {
        let shelf = KeyFileShelf()
        shelf.put(Self.item(1), as: "a")
        #expect(shelf.takePassword(of: "a", ticket: "t2") == nil)
        #expect(shelf.takePassword(of: "b", ticket: "t1") == nil)
        #expect(shelf.takePassword(of: "a", ticket: "t1") == "p1")
        #expect(shelf.takePassword(of: "a", ticket: "t1") == nil)
        #expect(shelf.item("a")?.file == [1])
        shelf.remove("a")
        #expect(shelf.item("a") == nil)
    }

    @Test("the oldest go when there are too many")
    func limit() {
        let shelf = KeyFileShelf()
        for number in 0...KeyFileShelf.countMax { shelf.put(Self.item(1), as: "\(number)") }
        #expect(shelf.item("0") == nil)
        #expect(shelf.item("1") != nil && shelf.item("\(KeyFileShelf.countMax)") != nil)
    }
}
