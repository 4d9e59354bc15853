import Synchronization

/// Whether the process serves; set by the composition, asked by the control plane.
package final class Readiness: Sendable {
    private let state = Mutex<[UInt8]?>(nil)

    /// Starts as not ready.
    package init() {}

    /// The ready JSON while every listener accepts, nil before that and while draining.
    package var announcement: [UInt8]? { state.withLock { $0 } }

    /// Says that every listener accepts.
    ///
    /// - Parameter json: The ready JSON, for `/ready`.
    package func announce(_ json: [UInt8]) {
        state.withLock { $0 = json }
    }

    /// Says that the process is about to end, so that probes send no more clients here.
    package func withdraw() {
        state.withLock { $0 = nil }
    }
}
