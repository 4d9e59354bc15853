import FoundationEssentials
import Glibc

// Directories that go with their process, and what is left of those whose process was killed.
extension StateDirectory {
    /// What the names of all temporary directories begin with; six characters follow.
    private static let temporaryPrefix = "mock-digicert-one."

    /// How often a directory is made anew that another process took for a leftover.
    private static let attemptsMax = 16

    /// Makes a new directory and locks it.
    ///
    /// A process that starts at the same moment may find it before it is locked, and remove it.
    ///
    /// - Parameter parent: Where it is made.
    /// - Returns: Its path, and the descriptor that holds the lock.
    /// - Throws: ``ConfigurationError`` when there can be none.
    static func makeTemporary(
        in parent: String
    ) throws(ConfigurationError) -> (path: String, lock: Int32) {
        var attempt = 1
        while true {
            var template = Array("\(parent)/\(temporaryPrefix)XXXXXX".utf8CString)
            guard unsafe mkdtemp(&template) != nil else {
                throw ConfigurationError(
                    subject: parent,
                    problem: "cannot hold a temporary directory: \(SystemError(after: "mkdtemp"))",
                    remedy: "let TMPDIR name a directory that this user may write"
                )
            }
            let path = String(
                decoding: template.dropLast().map { UInt8(bitPattern: $0) },
                as: UTF8.self
            )
            do throws(ConfigurationError) {
                let lock = try takeLock(in: path, whenInUse: "try again")
                if isNamed(lock) { return (path, lock) }
                _ = Glibc.close(lock)
            } catch {
                guard attempt < attemptsMax else { throw error }
            }
            attempt += 1
        }
    }

    /// Removes what killed processes of this user left behind.
    ///
    /// They are known by their lock, which nobody holds any more. What cannot be removed stays:
    /// it hinders nobody.
    ///
    /// - Parameter parent: Where temporary directories are made.
    static func removeLeftovers(in parent: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: parent)) ?? []
        for name in names
        where name.hasPrefix(temporaryPrefix)
            && name.utf8.count == temporaryPrefix.utf8.count + 6
        {
            removeLeftover(parent + "/" + name)
        }
    }

    private static func removeLeftover(_ path: String) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR,
            status.st_uid == geteuid()
        else { return }
        let lock = unsafe Glibc.open(path + "/lock", O_RDWR | O_CLOEXEC | O_NOFOLLOW)
        guard lock >= 0 else {
            // Killed before it made the lock: then there is nothing else in it either.
            _ = unsafe rmdir(path)
            return
        }
        defer { _ = Glibc.close(lock) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return }
        remove(path)
    }

    /// Removes a directory with everything in it.
    ///
    /// - Parameter path: The directory.
    static func remove(_ path: String) {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Whether the file that a descriptor leads to still has a name.
    private static func isNamed(_ descriptor: Int32) -> Bool {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 && status.st_nlink > 0
    }
}
