import Glibc

/// The smallest HTTP client: one blocking GET to a numeric address, for `healthcheck`.
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
        let descriptor = try connected(to: address, port: port, timeoutSeconds: timeoutSeconds)
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

    private static func connected(
        to address: String,
        port: Int,
        timeoutSeconds: Int
    ) throws(SystemError) -> Int32 {
        let isIPv6 = IPAddress.isIPv6(address)
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(isIPv6 ? AF_INET6 : AF_INET, kind, 0)
        guard descriptor >= 0 else { throw SystemError(after: "socket") }
        var timeout = timeval(tv_sec: timeoutSeconds, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        // SO_SNDTIMEO also bounds connect(2).
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &timeout, size)
        unsafe setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &timeout, size)
        let isConnected =
            isIPv6
            ? connect(descriptor, toIPv6: address, port: port)
            : connect(descriptor, toIPv4: address, port: port)
        guard isConnected else {
            let failure = SystemError(after: "connect")
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    private static func connect(_ descriptor: Int32, toIPv4 address: String, port: Int) -> Bool {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = in_port_t(UInt16(truncatingIfNeeded: port).bigEndian)
        unsafe inet_pton(AF_INET, address, &target.sin_addr)
        return unsafe withUnsafePointer(to: &target) { target in
            unsafe target.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                let size = socklen_t(MemoryLayout<sockaddr_in>.size)
                return unsafe Glibc.connect(descriptor, target, size) == 0
            }
        }
    }

    private static func connect(_ descriptor: Int32, toIPv6 address: String, port: Int) -> Bool {
        var target = sockaddr_in6()
        target.sin6_family = sa_family_t(AF_INET6)
        target.sin6_port = in_port_t(UInt16(truncatingIfNeeded: port).bigEndian)
        unsafe inet_pton(AF_INET6, address, &target.sin6_addr)
        return unsafe withUnsafePointer(to: &target) { target in
            unsafe target.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
                return unsafe Glibc.connect(descriptor, target, size) == 0
            }
        }
    }
}
