/// Entries in the order of their numbers: new ones come at the end, old ones leave at the front.
///
/// Its memory grows with what is in it and starts with none, so that a world without traffic pays
/// nothing; where it is full, it turns in a circle and moves nothing.
struct JournalRing: Sendable {
    /// An entry and what it takes, so that nobody has to count again when it leaves.
    struct Slot {
        let entry: JournalEntry
        let byteCount: Int
    }

    private var slots: [Slot?] = []
    private var head = 0

    /// How many entries there are.
    private(set) var count = 0

    /// Adds the newest entry.
    mutating func append(_ slot: Slot) {
        if count == slots.count { grow() }
        slots[(head + count) % slots.count] = slot
        count += 1
    }

    /// Takes the oldest entry out.
    mutating func removeFirst() -> Slot? {
        guard count > 0 else { return nil }
        let slot = slots[head].take()
        head = (head + 1) % slots.count
        count -= 1
        return slot
    }

    /// The entries after a number, oldest first; numbers have no gaps.
    func entries(after sequence: UInt64) -> [JournalEntry] {
        guard let first = first?.sequence else { return [] }
        var start = 0
        if sequence >= first {
            // Any number can be asked for: compared before anything is added to it.
            guard sequence - first < UInt64(count) else { return [] }
            start = Int(sequence - first) + 1
        }
        guard start < count else { return [] }
        var entries: [JournalEntry] = []
        entries.reserveCapacity(count - start)
        for offset in start..<count {
            if let slot = slots[(head + offset) % slots.count] { entries.append(slot.entry) }
        }
        return entries
    }

    /// The oldest entry.
    var first: JournalEntry? { count == 0 ? nil : slots[head]?.entry }

    private mutating func grow() {
        var larger: [Slot?] = []
        larger.reserveCapacity(max(16, slots.count * 2))
        for offset in 0..<count { larger.append(slots[(head + offset) % slots.count]) }
        larger.append(contentsOf: repeatElement(nil, count: larger.capacity - count))
        slots = larger
        head = 0
    }
}
