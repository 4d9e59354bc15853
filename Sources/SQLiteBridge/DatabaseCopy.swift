internal import CSQLite
internal import Glibc

/// The copy of a database beside it, made before a migration changes its form.
///
/// The file itself must not be copied: its newest pages are in the log beside it.
enum DatabaseCopy {
    /// How many different copies of one version are kept; then a person has to look.
    private static let copiesMax = 100

    /// Copies a database to `<path>.v<version>-backup`, readable by its owner only.
    ///
    /// A copy that is there already is never overwritten: one with the same content is as good as
    /// a new one, which keeps a program that starts again and again from filling the disk, and
    /// beside another one the new copy gets a number, `<path>.v<version>-backup-2`.
    ///
    /// - Parameters:
    ///   - connection: The database, in which nothing else writes.
    ///   - path: Its file.
    ///   - version: The version of its schema.
    /// - Returns: The path of the copy.
    /// - Throws: ``MigrationError`` `notCopied`; nothing of the copy remains then.
    static func make(
        of connection: borrowing Connection,
        _ path: String,
        version: Int
    ) throws(MigrationError) -> String {
        let name = "\(path).v\(version)-backup"
        let temporary = "\(name).\(getpid()).tmp"
        defer { for ending in ["", "-journal"] { unsafe unlink(temporary + ending) } }
        do throws(SQLiteError) {
            try write(connection, to: temporary)
            return try keep(temporary, as: name)
        } catch {
            throw .notCopied(path: name, error)
        }
    }

    private static func write(
        _ connection: borrowing Connection,
        to path: String
    ) throws(SQLiteError) {
        unsafe unlink(path)
        let copy = try Connection.open(path: path)
        // What a person falls back on has to be on the disk before the original changes.
        try copy.execute("PRAGMA synchronous = FULL")
        try connection.copy(over: copy)
    }

    /// Gives the finished copy the first name that is free.
    private static func keep(_ temporary: String, as name: String) throws(SQLiteError) -> String {
        for number in 1...copiesMax {
            let path = number == 1 ? name : "\(name)-\(number)"
            if unsafe access(path, F_OK) == 0 {
                if try hasSameBytes(temporary, path) { return path }
                continue
            }
            guard unsafe rename(temporary, path) == 0 else { throw failure(reason()) }
            return path
        }
        throw failure("there are \(copiesMax) copies already: move them away")
    }

    private static func hasSameBytes(
        _ first: String,
        _ second: String
    ) throws(SQLiteError) -> Bool {
        let one = try opened(first)
        defer { close(one) }
        let other = try opened(second)
        defer { close(other) }
        var left = [UInt8](repeating: 0, count: 65_536)
        var right = left
        while true {
            let count = unsafe read(one, &left, left.count)
            let otherCount = unsafe read(other, &right, right.count)
            guard count >= 0, otherCount >= 0 else { throw failure("cannot be read: \(reason())") }
            // Regular files are read in full chunks until their end.
            guard count == otherCount, left.prefix(count) == right.prefix(count) else {
                return false
            }
            if count == 0 { return true }
        }
    }

    private static func opened(_ path: String) throws(SQLiteError) -> Int32 {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("\(path) cannot be read: \(reason())") }
        return descriptor
    }

    private static func failure(_ message: String) -> SQLiteError {
        SQLiteError(code: SQLITE_CANTOPEN, message: message)
    }

    private static func reason() -> String { unsafe String(cString: strerror(errno)) }
}
