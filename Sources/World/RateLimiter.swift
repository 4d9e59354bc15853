package import AccountModel
import Synchronization

/// Counts the requests of each key and certificate in windows of the world's clock.
///
/// A window begins with the first request of its credential and ends a fixed time later; then the
/// next one begins. Who is known to nobody is not counted: only credentials of the world are.
package final class RateLimiter: Sendable {
    /// The largest number of credentials that are counted at one time.
    package static let credentialsMax = 10_000

    /// Starts with no counts.
    package init() {}

    private struct Window {
        let start: Timestamp
        var requestCount: Int
    }

    private let windows = Mutex<[UInt64: Window]>([:])

    /// Counts a request.
    ///
    /// - Parameters:
    ///   - credential: The number that stands for the key or certificate.
    ///   - now: The world's time.
    ///   - settings: The world's settings.
    /// - Returns: How many seconds to wait, or nil when the request is within the limit.
    package func secondsToWait(
        _ credential: UInt64,
        now: Timestamp,
        settings: WorldSettings
    ) -> Int? {
        guard settings.rateLimitRequests > 0 else { return nil }
        let length = Int64(settings.rateLimitSeconds)
        return windows.withLock { windows in
            if windows[credential] == nil { Self.makeRoom(in: &windows, now: now, length: length) }
            var window = windows[credential] ?? Window(start: now, requestCount: 0)
            // A clock that was set back ends a window too: waiting for its end could take years.
            if now < window.start || now >= window.start.adding(seconds: length) {
                window = Window(start: now, requestCount: 0)
            }
            defer { windows[credential] = window }
            guard window.requestCount >= settings.rateLimitRequests else {
                window.requestCount += 1
                return nil
            }
            return Int(length - (now.secondsSince1970 - window.start.secondsSince1970))
        }
    }

    /// Forgets windows that have ended, and all of them where none has.
    private static func makeRoom(
        in windows: inout [UInt64: Window],
        now: Timestamp,
        length: Int64
    ) {
        guard windows.count >= credentialsMax else { return }
        windows = windows.filter { $0.value.start.adding(seconds: length) > now }
        if windows.count >= credentialsMax { windows.removeAll() }
    }
}
