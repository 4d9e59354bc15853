import Dispatch
import Synchronization

/// Work that goes on beside a test, on a thread of its own.
///
/// A detached task will not do: as many tests as there are cores may wait for their sockets without
/// suspending, and hold all threads that tasks share; the task that they wait for never begins.
package final class Aside<Value: Sendable>: Sendable {
    private let queue = DispatchQueue(label: "beside a test")
    private let result = Mutex<Result<Value, any Error>?>(nil)

    /// Begins the work.
    ///
    /// - Parameter work: What is to be done.
    package init(_ work: @escaping @Sendable () throws -> Value) {
        queue.async { [self] in
            let outcome = Result { try work() }
            result.withLock { $0 = outcome }
        }
    }

    /// What the work returned, once it has.
    ///
    /// - Throws: What the work threw.
    package var value: Value {
        get async throws {
            let outcome = await withCheckedContinuation { continuation in
                // The queue is serial, so this comes after the work.
                queue.async { [self] in
                    continuation.resume(returning: result.withLock { $0 })
                }
            }
            guard let outcome else { throw CancellationError() }
            return try outcome.get()
        }
    }
}
