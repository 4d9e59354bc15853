import CLinux
import Glibc
import Logging
import Synchronization
import World

/// Deletes worlds that have been idle as long as they were to be, and closes those that are too
/// many, once a second.
final class WorldSweeper: Sendable {
    private let worlds: Worlds
    private let logger: Logger

    /// Readable once the sweeper is to end.
    private let end: Int32
    private let thread = Mutex<pthread_t?>(nil)

    private init(_ worlds: Worlds, _ logger: Logger, end: Int32) {
        self.worlds = worlds
        self.logger = logger
        self.end = end
    }

    deinit {
        if end >= 0 { close(end) }
    }

    /// Starts the thread; where none can be had, worlds do not expire.
    ///
    /// - Parameters:
    ///   - worlds: The worlds.
    ///   - logger: Is told which are gone.
    /// - Returns: The sweeper, to be stopped once.
    static func start(_ worlds: Worlds, _ logger: Logger) -> WorldSweeper {
        let end = eventfd(0, Int32(EFD_CLOEXEC))
        let sweeper = WorldSweeper(worlds, logger, end: end)
        guard end >= 0 else { return sweeper }
        var handle = pthread_t()
        let context = unsafe Unmanaged.passRetained(sweeper)
        let code = unsafe pthread_create(
            &handle,
            nil,
            { context in
                guard let context = unsafe context else { return nil }
                unsafe Unmanaged<WorldSweeper>.fromOpaque(context).takeRetainedValue().run()
                return nil
            },
            context.toOpaque()
        )
        if code == 0 {
            sweeper.thread.withLock { $0 = handle }
        } else {
            unsafe context.release()
        }
        return sweeper
    }

    /// Ends the thread and waits for it; a second call does nothing.
    func stop() {
        let running = thread.withLock { thread in
            defer { thread = nil }
            return thread
        }
        guard let running else { return }
        var one: UInt64 = 1
        unsafe _ = write(end, &one, 8)
        pthread_join(running, nil)
    }

    private func run() {
        var closingCount = 0
        while !isToEnd() {
            for name in worlds.deleteExpired() {
                logger.notice("world \(name) was idle as long as it was to be, and is deleted")
            }
            worlds.closeIdle()
            // What the closed ones took lies between what others keep, where the allocator does not
            // look for memory to give back by itself.
            if worlds.closingCount != closingCount {
                closingCount = worlds.closingCount
                malloc_trim(0)
            }
        }
    }

    /// Waits for a second, or until the end.
    private func isToEnd() -> Bool {
        var wait = pollfd(fd: end, events: Int16(POLLIN), revents: 0)
        return unsafe poll(&wait, 1, 1_000) > 0
    }
}
