package import AccountModel
import Glibc

/// The system's clocks: the only place of the program that reads them.
package enum SystemClock {
    /// Nanoseconds since 1970, for log lines and everything that the client's machine judges.
    ///
    /// - Returns: The wall-clock time.
    package static func nanosecondsSince1970() -> Int64 { read(CLOCK_REALTIME) }

    /// Seconds since 1970.
    ///
    /// - Returns: The wall-clock time without its fraction.
    package static func secondsSince1970() -> Int64 { nanosecondsSince1970() / 1_000_000_000 }

    /// The moment, as a world's clock reckons.
    ///
    /// - Returns: The wall-clock time without its fraction.
    package static func timestamp() -> Timestamp {
        Timestamp(secondsSince1970: secondsSince1970())
    }

    /// The moment, as finely as a world's clock that runs at a rate needs it.
    ///
    /// - Returns: The wall-clock time in milliseconds.
    package static func instant() -> Instant {
        Instant(millisecondsSince1970: nanosecondsSince1970() / 1_000_000)
    }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
