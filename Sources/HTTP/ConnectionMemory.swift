import Synchronization

/// What has happened on a connection already, so that it is noted once.
///
/// Events are known by a number that stands for them. Nearly always the same ones come again and
/// again; then one load and one comparison answer.
package final class ConnectionMemory: Sendable {
    /// The largest number of events that are remembered; beyond that all are forgotten.
    package static let eventsMax = 1024

    private let latest = Atomic<UInt64>(0)
    private let events = Mutex<Set<UInt64>>([])

    /// Begins without any event.
    package init() {}

    /// Whether an event is the one that ``settle(_:)`` was told last.
    ///
    /// - Parameter event: The event's number, which is not 0.
    /// - Returns: Whether nothing is new about it.
    package func isSettled(_ event: UInt64) -> Bool {
        latest.load(ordering: .relaxed) == event
    }

    /// Remembers an event whose parts have all been noted.
    ///
    /// - Parameter event: The event's number, which is not 0.
    package func settle(_ event: UInt64) {
        latest.store(event, ordering: .relaxed)
    }

    /// Takes note of an event.
    ///
    /// - Parameter event: The event's number.
    /// - Returns: Whether it happens for the first time.
    package func isFirst(_ event: UInt64) -> Bool {
        events.withLock { events in
            if events.count >= Self.eventsMax { events.removeAll() }
            return events.insert(event).inserted
        }
    }
}
