/// Moments at which something is due, to the nanosecond, the next one at hand.
///
/// Pure: the time is handed in. What delays answers stands here; the deadlines of connections, of
/// which there are thousands and which nearly always move before they come, stand in the
/// ``TimerWheel``. Nothing is taken out early: whoever is called finds that nothing waits any more.
struct TimerHeap {
    private struct Entry {
        let moment: Int64
        let key: UInt64
        let token: Int64
    }

    /// A binary heap: each entry is due no later than the two at twice its place.
    private var entries: [Entry] = []

    /// How many entries there are, stale ones included.
    var count: Int { entries.count }

    /// When the next entry is due; `nil` when there is none.
    var next: Int64? { entries.first?.moment }

    /// Puts an entry in.
    ///
    /// - Parameters:
    ///   - moment: When it is due.
    ///   - key: The connection's key.
    ///   - token: What the connection knows it by.
    mutating func insert(at moment: Int64, key: UInt64, token: Int64) {
        entries.append(Entry(moment: moment, key: key, token: token))
        var place = entries.count - 1
        while place > 0, entries[(place - 1) / 2].moment > entries[place].moment {
            entries.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes out the entry that is due first.
    ///
    /// - Parameter now: The present moment.
    /// - Returns: Its key and token; `nil` when none is due.
    mutating func takeDue(at now: Int64) -> (key: UInt64, token: Int64)? {
        guard let first = entries.first, first.moment <= now else { return nil }
        entries.swapAt(0, entries.count - 1)
        entries.removeLast()
        sink(0)
        return (first.key, first.token)
    }

    /// Keeps only the entries of keys that are still of use.
    ///
    /// - Parameter isOfUse: Says so of a key.
    mutating func keep(where isOfUse: (UInt64) -> Bool) {
        entries.removeAll { !isOfUse($0.key) }
        for place in stride(from: entries.count / 2 - 1, through: 0, by: -1) { sink(place) }
    }

    private mutating func sink(_ start: Int) {
        var place = start
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < entries.count && entries[child].moment < entries[least].moment {
                least = child
            }
            guard least != place else { return }
            entries.swapAt(place, least)
            place = least
        }
    }
}
