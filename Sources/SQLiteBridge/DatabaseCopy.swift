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

    /// Removes copies that a killed process did not finish: they may hold its keys.
    ///
    /// - Parameter path: The database, which no other process is copying.
    static func removeUnfinished(of path: String) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { String(path[...$0]) } ?? "./"
        let name = slash.map { path[path.index(after: $0)...] } ?? path[...]
        for file in names(in: folder) where isUnfinished(file, of: name) {
            unsafe unlink(folder + file)
        }
    }

    /// Whether a file is such a copy of any database.
    ///
    /// - Parameter file: The file's name.
    /// - Returns: Whether it is.
    static func isUnfinished(_ file: String) -> Bool {
        guard let end = file.firstRange(of: ".sqlite")?.upperBound else { return false }
        return isUnfinished(file, of: file[..<end])
    }

    /// Whether a name is `<name>.v<version>-backup.<process>.tmp`, or that of its journal.
    private static func isUnfinished(_ file: String, of name: Substring) -> Bool {
        guard file.hasPrefix(name) else { return false }
        let parts = file.dropFirst(name.count)
            .split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].isEmpty, parts[1].hasPrefix("v"),
            parts[1].hasSuffix("-backup"), ["tmp", "tmp-journal"].contains(parts[3])
        else { return false }
        return Int(parts[1].dropFirst().dropLast("-backup".count)) != nil && Int(parts[2]) != nil
    }

    private static func names(in folder: String) -> [String] {
        guard let offset = MemoryLayout<dirent>.offset(of: \.d_name),
            let stream = unsafe opendir(folder)
        else { return [] }
        defer { unsafe _ = closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe UnsafeRawPointer(entry) + offset
            names.append(unsafe String(cString: name.assumingMemoryBound(to: CChar.self)))
        }
        return names
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
                if try hasSameContent(temporary, path) { return path }
                continue
            }
            guard unsafe rename(temporary, path) == 0 else { throw failure(reason()) }
            return path
        }
        throw failure("there are \(copiesMax) copies already: move them away")
    }

    /// What the header says about how the file was written, and not about its content.
    ///
    /// The kind of journal, the number of changes and which SQLite counted them: section 1.3 of
    /// https://www.sqlite.org/fileformat2.html. A migration that failed may have altered these.
    private static let writingFields = [18..<20, 24..<28, 92..<100]

    private static func hasSameContent(
        _ first: String,
        _ second: String
    ) throws(SQLiteError) -> Bool {
        let one = try opened(first)
        defer { close(one) }
        let other = try opened(second)
        defer { close(other) }
        var left = [UInt8](repeating: 0, count: 65_536)
        var right = left
        var isHeader = true
        while true {
            let count = unsafe read(one, &left, left.count)
            let otherCount = unsafe read(other, &right, right.count)
            guard count >= 0, otherCount >= 0 else { throw failure("cannot be read: \(reason())") }
            if isHeader {
                for field in writingFields { left.replaceSubrange(field, with: right[field]) }
                isHeader = false
            }
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
