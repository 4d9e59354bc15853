import CProcess
import FoundationEssentials
import Glibc

/// A program that runs in the place of this process: it gets its signals, and ends with it.
///
/// It stays in this process's group, so that a terminal treats both as one: Ctrl-C reaches both,
/// Ctrl-Z stops both, and the program may read from the terminal.
package struct CommandProcess {
    /// What the process was started with, and hands on.
    package struct Inheritance {
        fileprivate let values: cprocess_inheritance

        /// Keeps what a server is about to change, and holds the signals that are to be passed on.
        ///
        /// Has to come before the first thread starts: threads inherit the mask.
        ///
        /// - Returns: How things were.
        package static func keep() -> Inheritance {
            var values = cprocess_inheritance()
            // Whoever started this process may have blocked them in a thread of its own and not
            // meant it; blocked signals would make nothing of what is passed on.
            for signal in CommandProcess.passedSignals + [SIGCHLD] {
                values.blocked_signals &= ~(1 << (UInt64(signal) - 1))
            }
            var held = CommandProcess.heldSignals
            _ = unsafe pthread_sigmask(SIG_BLOCK, &held, nil)
            return Inheritance(values: values)
        }
    }

    /// Why a program does not run.
    package struct Refusal: Error, Hashable {
        /// What is wrong, without the program's name.
        package let problem: String

        /// The exit status that shells give for it: 127 for what is not there, 126 for what
        /// cannot be run.
        package let status: Int32
    }

    /// What is passed on.
    ///
    /// The first three ask for an end, the others mean what the program makes of them.
    private static let passedSignals = [
        SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGWINCH,
    ]

    /// Those that a terminal sends to its whole foreground group, and so to the program itself.
    private static let terminalSignals = [SIGINT, SIGQUIT, SIGWINCH]

    private static var heldSignals: sigset_t {
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        for signal in passedSignals + [SIGCHLD] { _ = unsafe sigaddset(&signals, signal) }
        return signals
    }

    private let process: pid_t

    /// Starts a program.
    ///
    /// To be called on the main thread: the program ends with the thread.
    ///
    /// - Parameters:
    ///   - command: The program, looked up in `PATH` where it is no path, and its arguments.
    ///   - environment: All that it gets to see.
    ///   - inheritance: What it gets back.
    /// - Returns: The running program.
    /// - Throws: ``Refusal``.
    package static func start(
        _ command: [String],
        environment: [String: String],
        inheritance: Inheritance
    ) throws(Refusal) -> CommandProcess {
        // What outlives its parent becomes a child of this process, which can end it then.
        cprocess_adopt_orphans()
        var ends: [Int32] = [-1, -1]
        guard unsafe pipe(&ends) == 0 else {
            throw Refusal(problem: "\(SystemError(after: "pipe"))", status: 126)
        }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        var values = inheritance.values
        let variables = environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        let process = unsafe withStrings(command) { arguments in
            unsafe withStrings(variables) { variables in
                unsafe cprocess_fork_execvpe(arguments, variables, &values, ends[1])
            }
        }
        let failure = SystemError(after: "fork")
        close(ends[1])
        guard process > 0 else { throw Refusal(problem: "\(failure)", status: 126) }
        var problem: Int32 = 0
        var count = -1
        repeat {
            count = unsafe read(ends[0], &problem, MemoryLayout<Int32>.size)
        } while count < 0 && errno == EINTR
        guard count > 0 else { return CommandProcess(process: process) }
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        errno = problem
        throw Refusal(
            problem: "\(SystemError(after: "execvpe"))",
            status: problem == ENOENT ? 127 : 126
        )
    }

    /// Passes signals on until the program ends.
    ///
    /// - Returns: Its exit status; 128 and the signal's number where one ended it.
    package func wait() -> Int32 {
        var signals = Self.heldSignals
        while true {
            var information = unsafe siginfo_t()
            let signal = unsafe sigwaitinfo(&signals, &information)
            if signal == SIGCHLD {
                if let status = reap() { return status }
            } else if signal > 0 {
                // Positive codes are the kernel's: the terminal has told the program already.
                let isOfTerminal = unsafe information.si_code > 0
                if !isOfTerminal || !Self.terminalSignals.contains(signal) {
                    _ = kill(process, signal)
                }
            }
        }
    }

    /// Takes note of children that ended.
    ///
    /// - Returns: The status of the program, if it is among them.
    private func reap() -> Int32? {
        var status: Int32 = 0
        while case let ended = unsafe waitpid(-1, &status, WNOHANG), ended > 0 {
            guard ended == process else { continue }
            let signal = status & 0x7F
            return signal == 0 ? status >> 8 & 0xFF : 128 + signal
        }
        return nil
    }

    /// Lends strings as the null-terminated array that C wants.
    private static func withStrings<Result>(
        _ strings: [String],
        _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = unsafe strings.map { unsafe strdup($0) }
        defer { unsafe pointers.forEach { unsafe free($0) } }
        return unsafe body(pointers + [nil])
    }
}

// What the program itself left running.
extension CommandProcess {
    /// How long processes have to follow a SIGTERM, and then a SIGKILL, in steps of 50 ms.
    private static let patience = (term: 40, kill: 20)

    /// Ends what the program left running: its world is gone, and nothing would tell it.
    ///
    /// - Returns: How many processes there were.
    package static func endDescendants() -> Int {
        var told: Set<pid_t> = []
        for step in 0..<(patience.term + patience.kill) {
            // The quick way to see that there are none, which is what happens nearly always.
            while case let ended = waitpid(-1, nil, WNOHANG), ended != 0 {
                if ended < 0 { return told.count }
            }
            for child in children() where step >= patience.term || !told.contains(child) {
                told.insert(child)
                _ = kill(child, step >= patience.term ? SIGKILL : SIGTERM)
                // A stopped one would not hear the first.
                _ = kill(child, SIGCONT)
            }
            var signals = sigset_t()
            unsafe sigemptyset(&signals)
            unsafe sigaddset(&signals, SIGCHLD)
            var limit = timespec(tv_sec: 0, tv_nsec: 50_000_000)
            _ = unsafe sigtimedwait(&signals, nil, &limit)
        }
        return told.count
    }

    private static func children() -> [pid_t] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { pid_t($0) }.filter { parent(of: $0) == getpid() }
    }

    /// proc(5): number, name in parentheses, which may hold anything, state, parent.
    private static func parent(of process: pid_t) -> pid_t? {
        guard let bytes = try? FileBytes.read(path: "/proc/\(process)/stat", bytesMax: 4096),
            let name = bytes.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let words = bytes[(name + 1)...].split(separator: 0x20)
        return words.count > 1 ? pid_t(String(decoding: words[1], as: UTF8.self)) : nil
    }
}
