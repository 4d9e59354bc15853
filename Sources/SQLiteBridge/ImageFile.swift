internal import CSQLite
internal import Glibc

/// Copies of databases in files: nobody has them open, and they are whole or not there.
package enum ImageFile {
    /// The largest copy that is read, in bytes.
    package static let bytesMax = 1 << 30

    /// Writes a copy under another name first, readable by its owner only, and then gives it its
    /// own.
    ///
    /// - Parameters:
    ///   - image: The bytes of a database file.
    ///   - path: The file; one that is there is replaced.
    /// - Throws: ``SQLiteError`` with the system's reason; the file is as it was then.
    package static func write(_ image: [UInt8], to path: String) throws(SQLiteError) {
        try write(to: path) { (append) throws(SQLiteError) in try append(image[...]) }
    }

    /// Writes a copy of which the bytes come one after the other.
    static func write(
        to path: String,
        _ body: ((ArraySlice<UInt8>) throws(SQLiteError) -> Void) throws(SQLiteError) -> Void
    ) throws(SQLiteError) {
        let temporary = path + unfinishedEnding
        unsafe unlink(temporary)
        let flags = O_CREAT | O_EXCL | O_CLOEXEC | O_WRONLY
        let descriptor = unsafe open(temporary, flags, 0o600)
        guard descriptor >= 0 else { throw failure("cannot create \(temporary)") }
        do throws(SQLiteError) {
            defer { close(descriptor) }
            try body { (bytes) throws(SQLiteError) in
                try append(bytes, to: descriptor, temporary)
            }
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        do throws(SQLiteError) {
            try move(temporary, to: path)
        } catch {
            unsafe unlink(temporary)
            throw error
        }
    }

    /// Gives a copy another name.
    ///
    /// - Parameters:
    ///   - path: The file.
    ///   - other: Its new name; a file of that name is replaced.
    /// - Throws: ``SQLiteError`` with the system's reason; both files are as they were then.
    package static func move(_ path: String, to other: String) throws(SQLiteError) {
        guard unsafe rename(path, other) == 0 else { throw failure("cannot write \(other)") }
    }

    private static func append(
        _ bytes: ArraySlice<UInt8>,
        to descriptor: Int32,
        _ path: String
    ) throws(SQLiteError) {
        var rest = bytes
        while !rest.isEmpty {
            let count = unsafe rest.withUnsafeBytes { bytes in
                unsafe Glibc.write(descriptor, bytes.baseAddress, bytes.count)
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw failure("cannot write \(path)") }
            rest = rest.dropFirst(count)
        }
    }

    /// Reads a copy.
    ///
    /// - Parameter path: The file.
    /// - Returns: Its bytes, or nil when there is no such file.
    /// - Throws: ``SQLiteError`` with the system's reason.
    package static func read(path: String) throws(SQLiteError) -> [UInt8]? {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("cannot read \(path)")
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw failure("cannot read \(path)") }
        guard status.st_size <= bytesMax else {
            throw SQLiteError(code: SQLITE_TOOBIG, message: "\(path) is too large to be a copy")
        }
        let size = Int(status.st_size)
        // Neither filled with zeros first nor copied: a copy may be large.
        let bytes = unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, taken in
            let buffer = UnsafeMutableRawBufferPointer(buffer)
            while taken < size {
                let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: buffer[taken..<size])
                let count = unsafe Glibc.read(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { break }
                taken += count
            }
        }
        guard bytes.count == size else { throw failure("cannot read \(path)") }
        return bytes
    }

    /// Looks at a copy without reading it.
    ///
    /// - Parameter path: The file.
    /// - Returns: Its size in bytes, and when it was written in seconds since 1970; nil when there
    ///   is no such file.
    package static func facts(path: String) -> (byteCount: Int, writtenAt: Int64)? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { return nil }
        return (Int(status.st_size), Int64(status.st_mtim.tv_sec))
    }

    /// What the name of a copy ends in while it is being written.
    package static let unfinishedEnding = ".unfinished"

    /// Whether a file is a copy that a killed process did not finish: it may hold keys.
    ///
    /// - Parameter name: The file's name.
    /// - Returns: Whether it can go.
    package static func isUnfinished(_ name: String) -> Bool {
        name.hasSuffix(unfinishedEnding) || DatabaseCopy.isUnfinished(name)
    }

    private static func failure(_ what: String) -> SQLiteError {
        let reason = errno
        return SQLiteError(
            code: reason == ENOSPC ? SQLITE_FULL : SQLITE_CANTOPEN,
            message: "\(what): \(unsafe String(cString: strerror(reason)))"
        )
    }
}
