import CLinux
import Glibc
import Synchronization

/// The threads on which answers are worked out that take longer than a loop may wait.
final class Workers: Sendable {
    private let queue = Mutex<[(@Sendable () -> Void)?]>([])
    private let counter: EventCounter
    private let threads: Mutex<[Thread]>

    /// Starts the threads.
    ///
    /// - Throws: ``SystemError`` when a thread or descriptor cannot be had.
    init(count: Int) throws(SystemError) {
        counter = try EventCounter.make(isSemaphore: true)
        threads = Mutex([])
        for index in 0..<count {
            let thread = try Thread.start(name: "worker-\(index)") { [self] in work() }
            threads.withLock { $0.append(thread) }
        }
    }

    /// Runs a job on one of the threads, in the order of arrival.
    func run(_ job: @escaping @Sendable () -> Void) {
        queue.withLock { $0.append(job) }
        counter.signal()
    }

    /// Ends the threads after the jobs already queued, and waits for them.
    func stop() {
        let running = threads.withLock { threads in
            defer { threads = [] }
            return threads
        }
        for _ in running {
            queue.withLock { $0.append(nil) }
            counter.signal()
        }
        for thread in running { thread.join() }
    }

    private func work() {
        while true {
            counter.take()
            // An empty queue means that the wait was interrupted by a signal.
            let next: (job: (@Sendable () -> Void)?, isEmpty: Bool) = queue.withLock { queue in
                queue.isEmpty ? (nil, true) : (queue.removeFirst(), false)
            }
            if next.isEmpty { continue }
            guard let job = next.job else { return }
            job()
        }
    }
}

/// A thread of the system's.
struct Thread: Sendable {
    private let handle: pthread_t

    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: Up to 15 characters, as `top -H` shows it.
    ///   - body: What it runs.
    /// - Returns: The thread, to be joined once.
    /// - Throws: ``SystemError`` when the system has none left.
    static func start(
        name: String,
        _ body: @escaping @Sendable () -> Void
    ) throws(SystemError) -> Thread {
        let box = unsafe Unmanaged.passRetained(Body(body))
        var handle = pthread_t()
        let code = unsafe pthread_create(
            &handle,
            nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            },
            box.toOpaque()
        )
        guard code == 0 else {
            unsafe box.release()
            throw SystemError(operation: "pthread_create", number: code)
        }
        _ = unsafe pthread_setname_np(handle, name)
        return Thread(handle: handle)
    }

    /// Waits until the thread has ended.
    func join() {
        _ = pthread_join(handle, nil)
    }

    private final class Body: Sendable {
        let run: @Sendable () -> Void

        init(_ run: @escaping @Sendable () -> Void) {
            self.run = run
        }
    }
}
