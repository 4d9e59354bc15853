import Synchronization

/// Who wants to be told when something has happened, such as mail that came.
package final class Watchers: Sendable {
    private struct State {
        var next: UInt64 = 0
        var byNumber: [UInt64: @Sendable () -> Void] = [:]
    }

    private let state = Mutex(State())

    /// Starts with nobody.
    package init() {}

    /// Registers somebody.
    ///
    /// - Parameter body: Called after each event, on the thread that caused it.
    /// - Returns: The number by which to leave.
    package func watch(_ body: @escaping @Sendable () -> Void) -> UInt64 {
        state.withLock { state in
            state.next += 1
            state.byNumber[state.next] = body
            return state.next
        }
    }

    /// Forgets somebody.
    ///
    /// - Parameter number: What ``watch(_:)`` returned.
    package func leave(_ number: UInt64) {
        state.withLock { _ = $0.byNumber.removeValue(forKey: number) }
    }

    /// How many are watching.
    package var count: Int { state.withLock { $0.byNumber.count } }

    /// Tells everybody, in the order of registration; the caller holds no lock.
    package func notify() {
        let bodies = state.withLock { $0.byNumber }
        for body in bodies.sorted(by: { $0.key < $1.key }).map(\.value) { body() }
    }
}
