import CLinux
import Glibc

/// A bound, listening, non-blocking socket.
struct ListeningSocket: ~Copyable {
    /// The socket itself.
    let descriptor: FileDescriptor

    /// The port it is bound to.
    let port: Int

    /// How many connections the kernel keeps waiting; it cuts this to `net.core.somaxconn`.
    private static let backlog: Int32 = 4096

    /// Binds one address.
    ///
    /// Without `SO_REUSEPORT`: with it a second mock would silently share the port.
    ///
    /// - Parameters:
    ///   - address: Numeric, IPv4 or IPv6.
    ///   - port: 0 for any.
    /// - Returns: The socket.
    /// - Throws: ``SystemError``; `EINVAL` from `inet_pton` when the address is not numeric.
    static func bind(_ address: String, port: Int) throws(SystemError) -> ListeningSocket {
        guard let socketAddress = SocketAddress(numeric: address, port: port) else {
            throw SystemError(operation: "inet_pton", number: EINVAL)
        }
        let type =
            Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
            | Int32(SOCK_CLOEXEC.rawValue)
        let number = socket(socketAddress.family, type, 0)
        guard number >= 0 else { throw .last("socket") }
        let descriptor = FileDescriptor(adopting: number)

        try setOption(descriptor, level: SOL_SOCKET, name: SO_REUSEADDR)
        if socketAddress.family == AF_INET6 {
            // `::` must not take IPv4's place: 0.0.0.0 is a listener of its own.
            try setOption(descriptor, level: Int32(IPPROTO_IPV6), name: IPV6_V6ONLY)
        }
        let code = unsafe socketAddress.withPointer { unsafe Glibc.bind(number, $0, $1) }
        guard code == 0 else { throw .last("bind") }
        guard listen(number, backlog) == 0 else { throw .last("listen") }
        guard let bound = SocketAddress.local(of: number) else { throw .last("getsockname") }
        return ListeningSocket(descriptor: descriptor, port: bound.port)
    }

    private static func setOption(
        _ descriptor: borrowing FileDescriptor,
        level: Int32,
        name: Int32
    ) throws(SystemError) {
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        guard unsafe setsockopt(descriptor.number, level, name, &yes, size) == 0 else {
            throw .last("setsockopt")
        }
    }
}

/// An IPv4 or IPv6 socket address as a value.
struct SocketAddress {
    private var storage = sockaddr_storage()
    private var count = socklen_t(MemoryLayout<sockaddr_storage>.size)

    private init() {}

    /// Parses a numeric address.
    init?(numeric text: String, port: Int) {
        guard let port = UInt16(exactly: port) else { return nil }
        var v4 = sockaddr_in()
        var v6 = sockaddr_in6()
        if unsafe inet_pton(AF_INET, text, &v4.sin_addr) == 1 {
            v4.sin_family = sa_family_t(AF_INET)
            v4.sin_port = port.bigEndian
            adopt(v4)
        } else if unsafe inet_pton(AF_INET6, text, &v6.sin6_addr) == 1 {
            v6.sin6_family = sa_family_t(AF_INET6)
            v6.sin6_port = port.bigEndian
            adopt(v6)
        } else {
            return nil
        }
    }

    private mutating func adopt<Address>(_ address: Address) {
        count = socklen_t(MemoryLayout<Address>.size)
        unsafe withUnsafeMutableBytes(of: &storage) { bytes in
            unsafe bytes.storeBytes(of: address, as: Address.self)
        }
    }

    /// The local end of a socket.
    static func local(of descriptor: Int32) -> SocketAddress? {
        var address = SocketAddress()
        let code = unsafe address.withMutablePointer { unsafe getsockname(descriptor, $0, $1) }
        return code == 0 ? address : nil
    }

    /// Accepts a connection, non-blocking and closed on exec.
    ///
    /// - Returns: The descriptor, negative with `errno` set when there is none; and the peer.
    static func accept(on listener: Int32) -> (descriptor: Int32, peer: SocketAddress) {
        var peer = SocketAddress()
        let flags = Int32(SOCK_NONBLOCK.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let number = unsafe peer.withMutablePointer { unsafe accept4(listener, $0, $1, flags) }
        return (number, peer)
    }

    /// Has small answers sent at once: they are written whole, so there is nothing to gather.
    static func disableDelay(of descriptor: Int32) {
        var yes: Int32 = 1
        let size = socklen_t(MemoryLayout<Int32>.size)
        _ = unsafe setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, size)
    }

    /// `AF_INET` or `AF_INET6`.
    var family: Int32 { Int32(storage.ss_family) }

    /// The port.
    var port: Int {
        // Port stands at the same place in both families (RFC 3493 §3.3 keeps them alike).
        let bytes = unsafe withUnsafeBytes(of: storage) { unsafe ($0[2], $0[3]) }
        return Int(bytes.0) << 8 | Int(bytes.1)
    }

    /// The address in numeric form, without port or scope; IPv4 inside IPv6 as IPv4.
    var text: String {
        var buffer = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        let offset = family == AF_INET ? 4 : 8
        let result = unsafe withUnsafeBytes(of: storage) { bytes in
            unsafe inet_ntop(
                family,
                bytes.baseAddress.map { unsafe $0 + offset },
                &buffer,
                socklen_t(buffer.count)
            )
        }
        guard let result = unsafe result else { return "" }
        let text = unsafe String(cString: result)
        return text.hasPrefix("::ffff:") && text.utf8.contains(UInt8(ascii: "."))
            ? String(text.dropFirst(7)) : text
    }

    /// The address with its port, as a URL writes it: `127.0.0.1:80`, `[::1]:80`.
    var textWithPort: String {
        let text = text
        return text.utf8.contains(UInt8(ascii: ":")) ? "[\(text)]:\(port)" : "\(text):\(port)"
    }

    /// Lends the address to one system call.
    func withPointer<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
        unsafe withUnsafePointer(to: storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, count)
            }
        }
    }

    private mutating func withMutablePointer<Result>(
        _ body: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Result
    ) -> Result {
        unsafe withUnsafeMutablePointer(to: &storage) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                unsafe withUnsafeMutablePointer(to: &count) { unsafe body(address, $0) }
            }
        }
    }
}
