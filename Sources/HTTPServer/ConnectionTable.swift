/// The connections of one loop, by key.
///
/// A key is a place in the table and how often the place has been used: an event or an answer for
/// a connection that is gone finds nothing, also when its place is taken again.
struct ConnectionTable {
    private var places: [(connection: Connection?, generation: UInt64)] = []
    private var free: [Int] = []

    /// How many connections there are.
    private(set) var count = 0

    /// The key that the next connection must have.
    var nextKey: UInt64 {
        guard let place = free.last else { return UInt64(places.count) }
        return places[place].generation << 32 | UInt64(place)
    }

    /// Every connection, in no order.
    var all: [Connection] { places.compactMap(\.connection) }

    /// The connection of a key; `nil` when it is gone.
    subscript(key: UInt64) -> Connection? {
        let place = Int(key & 0xFFFF_FFFF)
        guard place < places.count, places[place].generation == key >> 32 else { return nil }
        return places[place].connection
    }

    /// Puts a connection in under ``nextKey``.
    mutating func insert(_ connection: Connection) {
        if let place = free.popLast() {
            places[place].connection = connection
        } else {
            places.append((connection, 0))
        }
        count += 1
    }

    /// Takes a connection out.
    ///
    /// - Returns: Whether there was one.
    mutating func remove(_ key: UInt64) -> Bool {
        guard self[key] != nil else { return false }
        let place = Int(key & 0xFFFF_FFFF)
        // 2^24 generations keep keys far below those of listeners.
        places[place] = (nil, (places[place].generation + 1) & 0xFF_FFFF)
        free.append(place)
        count -= 1
        return true
    }
}

/// The text of request ids.
enum RequestID {
    /// The digits of base 32 that are not mistaken for one another (Crockford's, in lower case).
    static let digits = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)

    /// Writes a prefix and a number: at most 15 characters until 2^45 requests, which a string
    /// holds without an allocation.
    static func text(prefix: [UInt8], number: UInt64) -> String {
        var bytes = prefix
        bytes.append(UInt8(ascii: "-"))
        var shift = max(0, (63 - number.leadingZeroBitCount) / 5 * 5)
        while shift >= 0 {
            bytes.append(digits[Int(number >> UInt64(shift)) & 31])
            shift -= 5
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
