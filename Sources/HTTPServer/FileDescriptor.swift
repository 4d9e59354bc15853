import CLinux
import Glibc

/// A file descriptor: closed exactly once, when its owner goes.
struct FileDescriptor: ~Copyable {
    /// The number, lent to system calls.
    let number: Int32

    /// Takes over a descriptor that the caller owns.
    init(adopting number: Int32) {
        self.number = number
    }

    /// Gives the descriptor away, open; the caller owns it now.
    consuming func release() -> Int32 {
        let number = number
        discard self
        return number
    }

    deinit {
        // EINTR must not be retried: on Linux the descriptor is gone all the same (close(2)).
        _ = close(number)
    }
}

/// A failed system call.
struct SystemError: Error, Hashable {
    /// The call, as its manual page is named.
    let operation: String

    /// The value of `errno` right after it.
    let number: Int32

    /// What the C library says about the number.
    var detail: String {
        var buffer = [CChar](repeating: 0, count: 256)
        // The XSI form: it fills the buffer and returns 0.
        _ = unsafe strerror_r(number, &buffer, buffer.count)
        return String(
            decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) },
            as: UTF8.self
        )
    }

    /// Captures `errno`.
    static func last(_ operation: String) -> SystemError {
        SystemError(operation: operation, number: errno)
    }
}

/// A counter that wakes whoever polls or reads it (eventfd(2)).
struct EventCounter: ~Copyable {
    /// The descriptor: readable while the counter is above 0.
    let descriptor: FileDescriptor

    /// Makes a counter at 0.
    ///
    /// - Parameter isSemaphore: Whether a read takes one (and blocks at 0) or takes all (and
    ///   never blocks).
    /// - Returns: The counter.
    /// - Throws: ``SystemError`` when the process has no descriptor left.
    static func make(isSemaphore: Bool) throws(SystemError) -> EventCounter {
        let flags = EFD_CLOEXEC | (isSemaphore ? EFD_SEMAPHORE : EFD_NONBLOCK)
        let number = eventfd(0, Int32(flags))
        guard number >= 0 else { throw .last("eventfd") }
        return EventCounter(descriptor: FileDescriptor(adopting: number))
    }

    /// Adds one.
    borrowing func signal() {
        _ = eventfd_write(descriptor.number, 1)
    }

    /// Takes one or all; see ``make(isSemaphore:)``.
    borrowing func take() {
        var value: eventfd_t = 0
        _ = unsafe eventfd_read(descriptor.number, &value)
    }
}

/// Reads the monotonic clock: what time-outs are measured by, whatever the wall clock does.
enum MonotonicClock {
    /// Nanoseconds since some moment before the process began.
    static func nanoseconds() -> Int64 {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

extension Duration {
    /// The whole duration in nanoseconds, cut to what fits.
    var nanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (product, overflows) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflows
            ? .max : product.addingReportingOverflow(attoseconds / 1_000_000_000).partialValue
    }
}
