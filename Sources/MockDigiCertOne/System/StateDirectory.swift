import FoundationEssentials
import Glibc
import Synchronization

/// The directory that holds everything one process remembers, locked while the process runs.
///
/// It holds `ca.pem`, which clients trust, `tls/` and `worlds/default.sqlite`.
package final class StateDirectory: Sendable {
    /// Where it is, as an absolute path.
    package let path: String

    private let isTemporary: Bool

    /// The descriptor that holds the lock; -1 when it has been given back.
    private let lock: Mutex<Int32>

    private init(path: String, isTemporary: Bool, lock: Int32) {
        self.path = path
        self.isTemporary = isTemporary
        self.lock = Mutex(lock)
    }

    deinit { close() }

    /// The one file that clients must trust.
    package var trustFile: String { path + "/ca.pem" }

    /// Where a world's database lies.
    ///
    /// - Parameter name: The world.
    /// - Returns: The path of its SQLite file.
    package func databaseFile(ofWorld name: String) -> String {
        Self.databaseFile(ofWorld: name, in: path)
    }

    /// Where a world's database lies in a state directory that is not open.
    ///
    /// - Parameters:
    ///   - name: The world.
    ///   - path: The state directory.
    /// - Returns: The path of its SQLite file.
    package static func databaseFile(ofWorld name: String, in path: String) -> String {
        "\(path)/worlds/\(name).sqlite"
    }

    /// Makes the directory where it is missing and locks it.
    ///
    /// - Parameters:
    ///   - location: Where state is kept.
    ///   - remedy: What to do when another process holds the directory; nil is what a server says.
    /// - Returns: The locked directory.
    /// - Throws: ``ConfigurationError`` when it cannot be made, or another process holds it.
    package static func open(
        _ location: StateLocation,
        whenInUse remedy: String? = nil
    ) throws(ConfigurationError) -> StateDirectory {
        let remedy =
            remedy ?? "stop that one, or give \(Setting.stateDir.flag) another directory, "
            + "or \(Setting.ephemeral.flag)"
        switch location {
        case .directory(let path):
            try make(path)
            let lock = try takeLock(in: path, whenInUse: remedy)
            let directory = StateDirectory(path: path, isTemporary: false, lock: lock)
            try make(path + "/worlds")
            return directory
        case .temporary(let parent):
            removeLeftovers(in: parent)
            let (path, lock) = try makeTemporary(in: parent)
            let directory = StateDirectory(path: path, isTemporary: true, lock: lock)
            try make(path + "/worlds")
            return directory
        case .unknown:
            throw unknown
        }
    }

    /// Why there is no directory to open where nobody named one.
    package static let unknown = ConfigurationError(
        subject: Setting.stateDir.rawValue,
        problem: "has no default because neither XDG_STATE_HOME nor HOME is set",
        remedy: "give \(Setting.stateDir.flag) DIR or \(Setting.ephemeral.flag)"
    )

    /// Gives the lock back, and removes what was only temporary; a second call does nothing.
    package func close() {
        let descriptor = lock.withLock { descriptor in
            defer { descriptor = -1 }
            return descriptor
        }
        guard descriptor >= 0 else { return }
        if isTemporary { Self.remove(path) }
        _ = Glibc.close(descriptor)
    }

    /// Makes a directory and those above it; only the user may look into new ones.
    private static func make(_ path: String) throws(ConfigurationError) {
        var prefix = ""
        for part in path.split(separator: "/") {
            prefix += "/" + part
            if unsafe mkdir(prefix, 0o700) == 0 { continue }
            let failure = SystemError(after: "mkdir")
            guard failure.code == EEXIST || isDirectory(prefix) else {
                throw unusable(path, "cannot be made: \(prefix): \(failure)")
            }
        }
        guard isDirectory(path) else { throw unusable(path, "is not a directory") }
        guard unsafe access(path, R_OK | W_OK | X_OK) == 0 else {
            throw unusable(path, "cannot be written: \(SystemError(after: "access"))")
        }
    }

    /// Locks the directory: two processes on one database would serve two truths.
    ///
    /// The lock is on a file of its own, because closing any descriptor of a database file would
    /// drop SQLite's locks on it. The file names its holder, because the lock itself does not: the
    /// process, and the machine or container whose process that is.
    static func takeLock(
        in path: String,
        whenInUse remedy: String
    ) throws(ConfigurationError) -> Int32 {
        let file = path + "/lock"
        let descriptor = unsafe Glibc.open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw unusable(path, "cannot be locked: \(SystemError(after: "open"))")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let failure = SystemError(after: "flock")
            _ = Glibc.close(descriptor)
            guard failure.code == EWOULDBLOCK else {
                throw unusable(path, "cannot be locked: \(failure)")
            }
            throw ConfigurationError(
                subject: path,
                problem: "is in use by another mock-digicert-one\(holder(of: file))",
                remedy: remedy
            )
        }
        _ = ftruncate(descriptor, 0)
        _ = FileBytes.writeAll(Array("\(getpid()) \(MachineName.current())\n".utf8), to: descriptor)
        return descriptor
    }

    /// Who wrote the lock file: ` (process 4711)`, or ` (process 1 on 3f2a…)` from elsewhere.
    private static func holder(of file: String) -> String {
        let line = ((try? FileBytes.read(path: file, bytesMax: 512)) ?? []).prefix { $0 != 0x0A }
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard let process = words.first else { return "" }
        guard words.count > 1, words[1] != MachineName.current() else {
            return " (process \(process))"
        }
        return " (process \(process) on \(words[1]))"
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func unusable(_ path: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(
            subject: path,
            problem: problem,
            remedy: "give \(Setting.stateDir.flag) a directory that this user may write, "
                + "or \(Setting.ephemeral.flag)"
        )
    }
}
