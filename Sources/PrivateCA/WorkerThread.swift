import Glibc

/// Runs work once on a thread of its own, for what would hold up an event loop.
///
/// Not a `Task`: the cooperative pool has one thread on a machine with one core, and a tenth of a
/// second of arithmetic there would hold up everything else in it.
///
/// - Parameter work: What to run. When no thread can be had it does not run; callers must be able
///   to do without.
func startThread(_ work: @escaping @Sendable () -> Void) {
    let boxed = unsafe Unmanaged.passRetained(Work(work)).toOpaque()
    var thread = pthread_t()
    let code = unsafe pthread_create(
        &thread,
        nil,
        { argument in
            if let argument = unsafe argument {
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
            }
            return nil
        },
        boxed
    )
    if code == 0 {
        pthread_detach(thread)
    } else {
        unsafe Unmanaged<Work>.fromOpaque(boxed).release()
    }
}

private final class Work: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) {
        self.run = run
    }
}
