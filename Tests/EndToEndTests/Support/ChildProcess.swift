import Dispatch
import Glibc
import Synchronization

/// One started program, which ends with its owner.
final class ChildProcess: Sendable {
    /// How a program ended.
    enum End: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// What the waiting thread and the owner share.
    private final class Course: Sendable {
        private struct State {
            var end: End?
            var waiting: [CheckedContinuation<End, Never>] = []
        }

        let number: pid_t
        private let state = Mutex(State())

        init(number: pid_t) {
            self.number = number
        }

        var isRunning: Bool { state.withLock { $0.end == nil } }

        func send(_ signal: Int32) {
            // Under the lock, because a number that was waited for may be somebody else's by now.
            state.withLock { state in
                if state.end == nil { _ = kill(number, signal) }
            }
        }

        func end() async -> End {
            await withCheckedContinuation { continuation in
                let end = state.withLock { state -> End? in
                    if state.end == nil { state.waiting.append(continuation) }
                    return state.end
                }
                if let end { continuation.resume(returning: end) }
            }
        }

        /// Waits for the end on the calling thread.
        func follow() {
            var information = unsafe siginfo_t()
            // The number stays taken until the second call, under the lock.
            let options = WEXITED | WNOWAIT
            while unsafe waitid(P_PID, id_t(number), &information, options) < 0, errno == EINTR {}
            let (end, waiting) = state.withLock {
                state -> (End, [CheckedContinuation<End, Never>]) in
                var status: Int32 = 0
                while unsafe waitpid(number, &status, 0) < 0, errno == EINTR {}
                let signal = status & 0x7F
                let end = signal == 0 ? End.exited(status >> 8 & 0xFF) : .signalled(signal)
                state.end = end
                defer { state.waiting = [] }
                return (end, state.waiting)
            }
            for continuation in waiting { continuation.resume(returning: end) }
        }
    }

    private let course: Course

    var isRunning: Bool { course.isRunning }

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - path: The program.
    ///   - arguments: Its arguments without its own name.
    ///   - environment: All that it gets to see.
    ///   - folder: Where it works; nil is where the tests work.
    ///   - input: What it reads from.
    ///   - output: What it writes to.
    ///   - complaints: Its standard error.
    /// - Throws: ``Program/Failure`` when it cannot be started.
    init(
        path: String,
        arguments: [String],
        environment: [String: String],
        folder: String?,
        input: borrowing Descriptor,
        output: borrowing Descriptor,
        complaints: borrowing Descriptor
    ) throws {
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input.number, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.number, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, complaints.number, 2)

        var number: pid_t = 0
        // POSIX knows no folder for a new program, a shell does.
        let shell = ["/bin/sh", "-c", "cd \"$0\" && exec \"$@\""]
        let command = (folder.map { shell + [$0] } ?? []) + [path] + arguments
        let code = unsafe Self.withStrings(command) { words in
            unsafe Self.withStrings(environment.map { "\($0.key)=\($0.value)" }) { variables in
                unsafe posix_spawn(&number, command[0], &actions, nil, words, variables)
            }
        }
        guard code == 0 else {
            throw Program.Failure(description: "\(path) does not start: error \(code)")
        }
        let course = Course(number: number)
        self.course = course
        DispatchQueue.global().async { course.follow() }
    }

    deinit {
        course.send(SIGTERM)
    }

    /// Sends a signal, if the program still runs.
    func send(_ signal: Int32) {
        course.send(signal)
    }

    /// Waits for the end without holding a thread of the tests.
    func end() async -> End {
        await course.end()
    }

    /// Kills the program when it has not ended in time.
    func limit(seconds: Int) {
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds)) { [course] in
            course.send(SIGKILL)
        }
    }

    /// Lends the strings as the null-terminated array that C wants.
    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = unsafe strings.map { unsafe strdup($0) }
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe body(pointers + [nil])
    }
}

/// An open descriptor of this process, which no other program inherits.
struct Descriptor: ~Copyable {
    let number: Int32

    /// Opens a file.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - flags: How, as in `open(2)`.
    /// - Returns: The descriptor.
    /// - Throws: ``Program/Failure`` when it cannot be opened.
    static func open(_ path: String, _ flags: Int32) throws -> Descriptor {
        let number = unsafe Glibc.open(path, flags | O_CLOEXEC, 0o600)
        guard number >= 0 else {
            throw Program.Failure(description: "\(path) does not open: error \(errno)")
        }
        return Descriptor(number: number)
    }

    /// Makes a pipe.
    ///
    /// - Returns: Its ends.
    /// - Throws: ``Program/Failure`` when there can be none.
    static func pipe() throws -> Pipe {
        var ends: [Int32] = [-1, -1]
        guard unsafe Glibc.pipe(&ends) == 0 else {
            throw Program.Failure(description: "no pipe: error \(errno)")
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return Pipe(reading: Descriptor(number: ends[0]), writing: Descriptor(number: ends[1]))
    }

    /// The two ends of a pipe.
    struct Pipe: ~Copyable {
        let reading: Descriptor
        let writing: Descriptor

        /// Closes the writing end, so that the reading end can come to its end.
        consuming func takeReading() -> Descriptor { reading }
    }

    init(number: Int32) {
        self.number = number
    }

    /// Reads what is there, waiting on the calling thread until there is something.
    ///
    /// - Returns: The bytes; none at the end.
    borrowing func read() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        var count = -1
        repeat {
            count = unsafe Glibc.read(number, &bytes, bytes.count)
        } while count < 0 && errno == EINTR
        return Array(bytes.prefix(max(count, 0)))
    }

    deinit {
        close(number)
    }
}
