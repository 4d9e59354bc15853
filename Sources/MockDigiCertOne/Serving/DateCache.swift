package import AccountModel
import Synchronization

/// The `Date` header, formatted once per second of a clock.
package final class DateCache: Sendable {
    private struct Entry {
        var time: Timestamp
        var text: String
    }

    private let entry = Mutex<Entry?>(nil)

    /// Starts empty.
    package init() {}

    /// The time in the form of RFC 9110 section 5.6.7.
    ///
    /// - Parameter time: The time that a world has.
    /// - Returns: `Mon, 20 Oct 2025 00:00:00 GMT`.
    package func text(for time: Timestamp) -> String {
        entry.withLock { entry in
            if let entry, entry.time == time { return entry.text }
            let text = time.httpDate
            entry = Entry(time: time, text: text)
            return text
        }
    }
}
