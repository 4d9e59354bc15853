internal import CSQLite
internal import Glibc

/// Files that only their owner may read.
enum PrivateFile {
    /// Creates an empty file with mode 0600 unless there is a file already.
    ///
    /// SQLite would create it with 0644, and a key would be readable until somebody changed that.
    ///
    /// - Parameter path: The file.
    /// - Throws: ``SQLiteError`` with the operating system's reason.
    static func create(path: String) throws(SQLiteError) {
        let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_CLOEXEC | O_RDWR, 0o600)
        guard descriptor < 0 else {
            // The mask of the process can only have taken rights away from 0600.
            close(descriptor)
            return
        }
        let reason = errno
        guard reason != EEXIST else { return }
        throw SQLiteError(
            code: SQLITE_CANTOPEN,
            message: "cannot create \(path): \(unsafe String(cString: strerror(reason)))"
        )
    }

    /// Takes a database's files away from everybody but their owner.
    ///
    /// A copy that somebody put back may have any mode, and SQLite gives its log the database's.
    /// By the path: to close a descriptor of the file would drop SQLite's locks on it. Where
    /// another user owns a file its mode stays, and the database is used all the same.
    ///
    /// - Parameter path: The database.
    static func restrict(database path: String) {
        for file in ["", "-wal", "-shm"].map({ path + $0 }) {
            var status = stat()
            guard unsafe stat(file, &status) == 0, status.st_mode & 0o077 != 0 else { continue }
            unsafe _ = chmod(file, status.st_mode & 0o700)
        }
    }
}
