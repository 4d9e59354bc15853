import Glibc

/// The smallest HTTP client: one blocking GET, for `healthcheck`; and connections for others.
enum LocalClient {
    /// Asks for a path and waits for the status.
    ///
    /// - Parameters:
    ///   - path: What to ask for.
    ///   - address: A numeric address.
    ///   - port: The port.
    ///   - timeoutSeconds: How long to wait for the connection and for each read.
    /// - Returns: The status code of the answer.
    /// - Throws: ``SystemError``; `EPROTO` when the answer is not HTTP.
    static func status(
        of path: String,
        at address: String,
        port: Int,
        timeoutSeconds: Int
    ) throws(SystemError) -> Int {
        let descriptor = try connected(
            toHost: address,
            port: port,
            timeoutSeconds: timeoutSeconds
        )
        defer { close(descriptor) }
        let host = ListenerURL.bracketed(address)
        let request = "GET \(path) HTTP/1.1\r\nHost: \(host):\(port)\r\nConnection: close\r\n\r\n"
        guard FileBytes.writeAll(Array(request.utf8), to: descriptor) else {
            throw SystemError(after: "write")
        }
        var answer: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 512)
        while answer.count < 12 {
            let count = unsafe recv(descriptor, &chunk, chunk.count, 0)
            guard count >= 0 else { throw SystemError(after: "recv") }
            if count == 0 { break }
            answer += chunk.prefix(count)
        }
        let line = String(decoding: answer.prefix(12), as: UTF8.self)
        guard line.hasPrefix("HTTP/1.1 "), let status = Int(line.dropFirst(9)) else {
            errno = EPROTO
            throw SystemError(after: "recv")
        }
        return status
    }

    /// Connects to the first address of a host that accepts.
    ///
    /// - Parameters:
    ///   - host: A name, or a numeric address without brackets.
    ///   - port: The port.
    ///   - timeoutSeconds: How long to wait for each address.
    /// - Returns: The socket, to be closed.
    /// - Throws: ``SystemError`` of the last address; `EHOSTUNREACH` when the name has none.
    static func connected(
        toHost host: String,
        port: Int,
        timeoutSeconds: Int
    ) throws(SystemError) -> Int32 {
        var hints = unsafe addrinfo()
        unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        unsafe hints.ai_flags = AI_NUMERICSERV
        var first: UnsafeMutablePointer<addrinfo>?
        guard unsafe getaddrinfo(host, String(port), &hints, &first) == 0 else {
            errno = EHOSTUNREACH
            throw SystemError(after: "getaddrinfo")
        }
        defer { unsafe freeaddrinfo(first) }
        errno = EHOSTUNREACH
        var next = unsafe first
        while let entry = unsafe next {
            let descriptor = unsafe socket(
                entry.pointee.ai_family,
                Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue),
                0
            )
            if descriptor >= 0 {
                limitSilence(of: descriptor, seconds: timeoutSeconds)
                let code = unsafe Glibc.connect(
                    descriptor,
                    entry.pointee.ai_addr,
                    entry.pointee.ai_addrlen
                )
                if code == 0 { return descriptor }
                let cause = errno
                close(descriptor)
                errno = cause
            }
            unsafe next = entry.pointee.ai_next
        }
        throw SystemError(after: "connect")
    }

    /// Ends calls on a socket that take longer; connect(2) is bounded by the time to send.
    ///
    /// - Parameters:
    ///   - descriptor: The socket.
    ///   - seconds: How long a call may take.
    static func limitSilence(of descriptor: Int32, seconds: Int) {
        var timeout = timeval(tv_sec: seconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
    }
}
