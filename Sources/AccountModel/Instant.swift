/// A moment in UTC to the millisecond, as the system's clock has it.
///
/// What the vendor writes has whole seconds (``Timestamp``); a clock that runs sixty times as fast
/// needs finer ones beneath.
package struct Instant: Sendable, Hashable {
    /// Milliseconds since 1970-01-01T00:00:00Z, without leap seconds.
    package let millisecondsSince1970: Int64

    /// Makes a moment from a count of milliseconds.
    ///
    /// - Parameter millisecondsSince1970: The count; held within what a ``Timestamp`` can say.
    package init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = min(
            max(millisecondsSince1970, Timestamp.earliest.secondsSince1970 * 1000),
            Timestamp.latest.secondsSince1970 * 1000 + 999
        )
    }

    /// The second that contains this moment.
    package var timestamp: Timestamp {
        let (seconds, rest) = millisecondsSince1970.quotientAndRemainder(dividingBy: 1000)
        return Timestamp(secondsSince1970: rest < 0 ? seconds - 1 : seconds)
    }
}

extension Instant: Comparable {
    package static func < (left: Instant, right: Instant) -> Bool {
        left.millisecondsSince1970 < right.millisecondsSince1970
    }
}

/// What names a moment, however finely: whoever hands in a clock may read either kind from it.
package protocol InstantConvertible: Sendable {
    /// The moment.
    var instant: Instant { get }
}

extension Instant: InstantConvertible {
    /// The moment itself.
    package var instant: Instant { self }
}

extension Timestamp: InstantConvertible {
    /// The second's beginning.
    package var instant: Instant { Instant(millisecondsSince1970: secondsSince1970 * 1000) }
}
