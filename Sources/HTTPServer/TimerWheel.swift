/// Deadlines of thousands of connections in constant time each.
///
/// Pure: the time is handed in. A key stands in the wheel once or more; whoever takes it out
/// again compares it with the connection's own deadline, so moving a deadline back costs nothing.
struct TimerWheel {
    /// The width of a slot in nanoseconds: how late a deadline may fire.
    static let tick: Int64 = 100_000_000

    private var slots: [[UInt64]]
    private var nextTick: Int64

    /// How many entries the wheel holds, stale ones included.
    private(set) var count = 0

    /// Makes an empty wheel.
    ///
    /// - Parameters:
    ///   - slotCount: How many ticks ahead an entry can stand; later ones come early and are
    ///     scheduled anew.
    ///   - now: Nanoseconds of the monotonic clock.
    init(slotCount: Int, now: Int64) {
        slots = Array(repeating: [], count: slotCount)
        nextTick = now / Self.tick
    }

    /// Puts a key in.
    ///
    /// - Returns: The tick at which the key will come out: that of the deadline, or an earlier
    ///   one where the deadline lies beyond the wheel.
    mutating func schedule(_ key: UInt64, at deadline: Int64) -> Int64 {
        let wanted = deadline / Self.tick + 1
        let tick = min(max(wanted, nextTick), nextTick + Int64(slots.count) - 1)
        slots[Int(tick % Int64(slots.count))].append(key)
        count += 1
        return tick
    }

    /// Takes out every key whose tick has come.
    ///
    /// - Returns: Each key with the tick it stood at.
    mutating func advance(to now: Int64) -> [(key: UInt64, tick: Int64)] {
        let current = now / Self.tick
        guard current >= nextTick else { return [] }
        var due: [(key: UInt64, tick: Int64)] = []
        // After a long sleep one round of the wheel sees every slot.
        let last = min(current, nextTick + Int64(slots.count) - 1)
        for tick in nextTick...last {
            let index = Int(tick % Int64(slots.count))
            guard !slots[index].isEmpty else { continue }
            due.append(contentsOf: slots[index].map { ($0, tick) })
            slots[index].removeAll(keepingCapacity: slots[index].count <= 64)
        }
        nextTick = current + 1
        count -= due.count
        return due
    }

    /// How long the loop may sleep, in milliseconds; -1 while nothing is scheduled.
    func sleepMilliseconds(now: Int64) -> Int32 {
        guard count > 0 else { return -1 }
        let wait = nextTick * Self.tick - now
        return Int32(clamping: max(wait, 0) / 1_000_000 + 1)
    }
}
