import Glibc

/// What a process arranges once with the operating system before it serves.
enum ProcessSetUp {
    /// Raises the number of descriptors that the process may open as far as it is allowed.
    ///
    /// The soft limit is 1024 nearly everywhere, for programs that use `select(2)`.
    static func raiseDescriptorLimit() {
        let resource = __rlimit_resource_t(RLIMIT_NOFILE.rawValue)
        var limit = rlimit()
        guard unsafe getrlimit(resource, &limit) == 0 else { return }
        limit.rlim_cur = limit.rlim_max
        _ = unsafe setrlimit(resource, &limit)
    }

    /// How many descriptors the process may open.
    ///
    /// - Returns: The soft limit; the largest number where there is none.
    static func descriptorLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else {
            return Int.max
        }
        return Int(clamping: limit.rlim_cur)
    }

    /// Keeps the signals that end the process for ``waitForStopSignal()``.
    ///
    /// Has to come before the first thread starts: threads inherit the mask.
    static func holdStopSignals() {
        var signals = stopSignals()
        _ = unsafe pthread_sigmask(SIG_BLOCK, &signals, nil)
    }

    /// Waits for SIGTERM, SIGINT or SIGHUP.
    static func waitForStopSignal() {
        var signals = stopSignals()
        var signal: Int32 = 0
        while unsafe sigwait(&signals, &signal) == EINTR {}
    }

    private static func stopSignals() -> sigset_t {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in [SIGTERM, SIGINT, SIGHUP] { _ = unsafe sigaddset(&signals, signal) }
        return signals
    }
}
