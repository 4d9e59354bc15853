import Synchronization

/// What a process that serves says of itself to one who asks.
package struct Announcement: Sendable {
    /// The ready JSON.
    package let json: [UInt8]

    /// The addresses in it with their names, for people.
    package let addresses: [(name: String, url: String)]

    /// Puts an announcement together.
    ///
    /// - Parameters:
    ///   - json: The ready JSON.
    ///   - addresses: The addresses in it with their names.
    package init(json: [UInt8], addresses: [(name: String, url: String)]) {
        self.json = json
        self.addresses = addresses
    }
}

/// Whether the process serves; set by the composition, asked by the control plane.
package final class Readiness: Sendable {
    /// Makes the announcement for whoever asked for this `Host`.
    package typealias Announcer = @Sendable (_ authority: String?) -> Announcement

    private let state = Mutex<Announcer?>(nil)

    /// Starts as not ready.
    package init() {}

    /// Whether every listener accepts and the process is not about to end.
    package var isReady: Bool { state.withLock { $0 != nil } }

    /// What to tell somebody while every listener accepts.
    ///
    /// - Parameter authority: The `Host` that was asked for; nil where there was none.
    /// - Returns: The announcement; nil before every listener accepts and while draining.
    package func announcement(askedAs authority: String?) -> Announcement? {
        state.withLock(\.self)?(authority)
    }

    /// Says that every listener accepts.
    ///
    /// - Parameter announcer: Makes the announcement.
    package func announce(_ announcer: @escaping Announcer) {
        state.withLock { $0 = announcer }
    }

    /// Says that the process is about to end, so that probes send no more clients here.
    package func withdraw() {
        state.withLock { $0 = nil }
    }
}
