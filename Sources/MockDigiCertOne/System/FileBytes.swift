import Glibc

/// A failed call to the operating system.
package struct SystemError: Error, Hashable, CustomStringConvertible {
    /// The function that failed.
    package let operation: String
    /// `errno` after it.
    package let code: Int32

    /// Keeps the current `errno`.
    ///
    /// - Parameter operation: The function that failed just now.
    package init(after operation: String) {
        self.operation = operation
        code = errno
    }

    /// The reason in the words of the C library.
    package var description: String {
        guard let text = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: text)
    }
}

/// Whole small files in one call.
package enum FileBytes {
    /// Reads a file.
    ///
    /// - Parameters:
    ///   - path: Where it lies.
    ///   - bytesMax: What is larger is refused.
    /// - Returns: Its bytes.
    /// - Throws: ``SystemError``.
    package static func read(path: String, bytesMax: Int) throws(SystemError) -> [UInt8] {
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw SystemError(after: "open") }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = unsafe Glibc.read(descriptor, &chunk, chunk.count)
            guard count >= 0 else { throw SystemError(after: "read") }
            if count == 0 { return bytes }
            bytes += chunk.prefix(count)
            guard bytes.count <= bytesMax else {
                errno = EFBIG
                throw SystemError(after: "read")
            }
        }
    }

    /// Reads what stands where a file is about to be written.
    ///
    /// - Parameters:
    ///   - path: The file's place.
    ///   - bytesMax: What is larger is refused.
    /// - Returns: The bytes of a regular file; nil where nothing stands.
    /// - Throws: ``SystemError``, also for what is no regular file: a device would be gone.
    package static func occupant(
        of path: String,
        bytesMax: Int
    ) throws(SystemError) -> [UInt8]? {
        var status = stat()
        guard unsafe stat(path, &status) == 0 else {
            let failure = SystemError(after: "stat")
            guard failure.code == ENOENT else { throw failure }
            return nil
        }
        let type = status.st_mode & S_IFMT
        guard type == S_IFREG else {
            errno = type == S_IFDIR ? EISDIR : EEXIST
            throw SystemError(after: "stat")
        }
        return try read(path: path, bytesMax: bytesMax)
    }

    /// Writes a file so that a reader sees the old one or the new one and nothing between.
    ///
    /// - Parameters:
    ///   - path: Its place; a temporary name beside it is written first, then renamed.
    ///   - bytes: The content.
    ///   - mode: The permissions of the new file, whatever the process's umask is.
    ///   - isDurable: Whether the file must be there after a power cut too, which takes its time.
    /// - Throws: ``SystemError``.
    package static func replace(
        path: String,
        with bytes: [UInt8],
        mode: UInt32,
        isDurable: Bool = false
    ) throws(SystemError) {
        let temporary = "\(path).\(getpid()).tmp"
        unsafe unlink(temporary)
        let flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC
        let descriptor = unsafe open(temporary, flags, 0o600)
        guard descriptor >= 0 else { throw SystemError(after: "open") }
        let isWritten =
            writeAll(bytes, to: descriptor) && fchmod(descriptor, mode) == 0
            && (!isDurable || fsync(descriptor) == 0)
        let failure = SystemError(after: "write")
        close(descriptor)
        guard isWritten else {
            unsafe unlink(temporary)
            throw failure
        }
        guard unsafe rename(temporary, path) == 0 else {
            let failure = SystemError(after: "rename")
            unsafe unlink(temporary)
            throw failure
        }
        if isDurable { keepName(of: path) }
    }

    /// Looks whether a file could be written, without touching one that is there.
    ///
    /// - Parameter path: Its place.
    /// - Returns: Why not; nil where nothing is in the way.
    static func problemOfReplacing(path: String) -> SystemError? {
        var status = stat()
        if unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
            errno = EISDIR
            return SystemError(after: "open")
        }
        let temporary = "\(path).\(getpid()).tmp"
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return SystemError(after: "open") }
        close(descriptor)
        unsafe unlink(temporary)
        return nil
    }

    /// Has the directory remember a new name, where the file system can do that.
    private static func keepName(of path: String) {
        let directory = String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.startIndex))
        let handle = unsafe open(directory.isEmpty ? "." : directory, O_RDONLY | O_CLOEXEC)
        guard handle >= 0 else { return }
        fsync(handle)
        close(handle)
    }

    /// Writes all bytes to a descriptor, however many calls it takes.
    ///
    /// - Parameters:
    ///   - bytes: What to write.
    ///   - descriptor: A blocking descriptor.
    /// - Returns: Whether everything was written; `errno` says why not.
    @discardableResult
    package static func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        unsafe bytes.withUnsafeBytes { buffer in
            var offset = 0
            while offset < buffer.count {
                guard let start = buffer.baseAddress else { return true }
                let count = unsafe write(descriptor, start + offset, buffer.count - offset)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return false }
                offset += count
            }
            return true
        }
    }
}

/// Paths of files.
package enum FilePath {
    /// Whether this user may read a file.
    ///
    /// - Parameter path: The file.
    /// - Returns: Whether it is there and may be read.
    static func isReadable(_ path: String) -> Bool { unsafe access(path, R_OK) == 0 }

    /// The path from the root directory, so that others can use it from elsewhere.
    ///
    /// - Parameter path: A path that may be relative to the working directory.
    /// - Returns: The absolute path, with `.` and `..` left as they are.
    package static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/") else { return path }
        guard let directory = unsafe getcwd(nil, 0) else { return path }
        defer { unsafe free(directory) }
        let base = unsafe String(cString: directory)
        return (base == "/" ? "/" : base + "/") + (path == "." ? "" : path)
    }
}
