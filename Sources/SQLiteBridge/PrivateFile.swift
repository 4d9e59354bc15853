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
}
